"""What `hwr train` does: open the dataset, build the network, train it, evaluate it, save it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from handwriting.cli import options
from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.inputs.dataset import OpenedDataset, open_dataset, open_saved
from handwriting.cli.inputs.evaluated import evaluated
from handwriting.cli.inputs.model import better_model
from handwriting.cli.interruption import StopRequest, stop_on_signal
from handwriting.cli.terminal.console import message, message_once
from handwriting.cli.terminal.progress import result_of
from handwriting.cli.views.report import write_report
from handwriting.cli.views.training_text import View
from handwriting.errors import DataError, DivergedError, HandwritingError, SettingError
from handwriting.evaluation.evaluate import EvaluatedModel, in_chunks
from handwriting.evaluation.metrics import accuracy, beats_guessing
from handwriting.interfaces import Examples, non_digit_index
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.report.formatting import percent
from handwriting.system.thread_pool import thread_pool, use_threads
from handwriting.training.augmentation import contact_sheet
from handwriting.training.augmentation.augmentation import parse_augmentation
from handwriting.training.checkpoint import Checkpoint, CheckpointKeeper, Origin, load
from handwriting.training.diagnosis import likely_causes
from handwriting.training.events import Step
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import check, resolve
from handwriting.training.trained_model import trained_model
from handwriting.training.trainer import Trainer

SAVING_SECONDS = 0.3
"""Seconds of the time limit that are left for saving the model."""
UNVALIDATED_IMAGES = 10_000
"""Training images for the accuracy before and after training, if there is no validation set."""
SHEET_IMAGES, SHEET_VERSIONS = 12, 16
"""Training images in the picture of --save-augmented, and augmented versions of each."""


def run(
    recipe: Recipe, view: View, *, dataset: str, data: Path | None, output: Path | None, force: bool,
    save_augmented: Path | None, report: Path | None,
) -> ExitStatus:  # fmt: skip
    """Train a new network; the keyword arguments are options of `hwr train`. Raises `HandwritingError` if it fails."""
    started = time.perf_counter()
    check(recipe)
    user_models.check_path(output or user_models.new_path(options.data_dir(), "model"), force)
    opened = open_dataset(dataset, data)
    if save_augmented:
        _save_augmented(recipe, opened.splits.train, save_augmented)
    path = output or user_models.new_path(options.data_dir(), opened.file_stem)
    return Training(recipe, opened, path, view, report, started).run()


def resume(
    checkpoint_path: Path, view: View, *, output: Path | None, force: bool, threads: int | None, report: Path | None
) -> ExitStatus:
    """Continue a training from its checkpoint, as `run` would have; raises `HandwritingError` if it fails."""
    started, checkpoint = time.perf_counter(), load(checkpoint_path)
    origin = checkpoint.origin
    if threads not in (None, origin.threads):
        raise SettingError(f"the training was started with --threads {origin.threads}: give the same")
    check(origin.recipe)
    path = output or checkpoint_path.with_name(checkpoint_path.name.removesuffix(user_models.CHECKPOINT_SUFFIX))
    user_models.check_path(path, force)
    opened = open_saved(origin.dataset)
    if len(opened.splits.train) != origin.examples:
        raise DataError(
            f"the training was started with {origin.examples:,} images, now {opened.name} has "
            f"{len(opened.splits.train):,}: train anew"
        )
    with use_threads(origin.threads):
        return Training(origin.recipe, opened, path, view, report, started, checkpoint).run()


class Training:
    """A training whose model is saved in `path`; with a checkpoint, it continues from there.

    `command_started` is when the command began, by `time.perf_counter`: the time limit is for all that it does.
    """

    def __init__(
        self, recipe: Recipe, opened: OpenedDataset, path: Path, view: View, report: Path | None,
        command_started: float, checkpoint: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        self.started = time.perf_counter()
        self.opened, self.path, self.view, self.report = opened, path, view, report
        train, names = opened.splits.train, opened.splits.class_names
        setup = resolve(recipe, len(names), non_digit_index(names))
        positions, held_out = hold_out(len(train), recipe)
        self.trainer = Trainer(setup.build_network(), train, setup, positions=positions, held_out=held_out)
        measuring_started = time.perf_counter()
        self.before = self._accuracy()
        self._limit_time(command_started, measuring_started)
        if checkpoint:
            checkpoint.restore(self.trainer)
        origin = Origin(recipe, opened.saved, len(train), thread_pool().size)
        self.keeper = CheckpointKeeper(path.with_name(path.name + user_models.CHECKPOINT_SUFFIX), origin)

    def run(self) -> ExitStatus:
        """Train, evaluate and save the network; return the exit status."""
        with stop_on_signal() as stop:
            self.view.begin(self.opened, self.trainer, self.before)
            with closing(self.view):
                divergence = self._train(stop)
        evaluated = self._save(stopped=stop())
        self.view.end(evaluated)
        if self.report:
            write_report(self.report, evaluated)
        if not stop():
            self.keeper.discard()
        else:
            with _error_as_message("no checkpoint can be kept"):
                if self.keeper.write():
                    message(f"continue with: hwr train --force --resume {self.keeper.path}")
        failure = self._failure(divergence)
        if not failure:
            self._put_to_use(evaluated.model)
        elif not stop():
            raise DivergedError(failure)
        else:
            message(failure)
        return stop.status

    @cached_property
    def measured(self) -> Examples:
        """The validation set or, if there is none, some of the training set: what tells whether anything is learned."""
        train, held_out = self.opened.splits.train, self.trainer.held_out
        return train[held_out] if len(held_out) else train[:UNVALIDATED_IMAGES]

    def _accuracy(self) -> float:
        outputs = result_of(in_chunks(self.trainer.network.outputs, self.measured.images))
        return accuracy(outputs, self.measured.labels)

    def _limit_time(self, command_started: float, measuring_started: float) -> None:
        """Leave time, of the limit, for the validation of the last epoch, calibration and the test at the end.

        They take as long for each image as the accuracy before training, which was measured from `measuring_started`.
        """
        if self.trainer.time_limit is not None:
            now = time.perf_counter()
            images = 2 * len(self.trainer.held_out) + len(self.opened.splits.test)
            reserve = images * (now - measuring_started) / len(self.measured) + SAVING_SECONDS
            self.trainer.time_limit = max(0.0, self.trainer.time_limit - (now - command_started) - reserve)

    def _failure(self, divergence: DivergedError | None) -> str | None:
        """Return why the model that was saved should not be used; None if it should."""
        kept = f"the weights after epoch {self.trainer.kept_epoch} are kept in {self.path}"
        if divergence:
            return f"{divergence}; {kept}"
        validated = [epoch.accuracy for epoch in self.trainer.history if epoch.kept]
        right = validated[-1] if validated and validated[-1] is not None else self._accuracy()
        if beats_guessing(right, self.measured.labels):
            return None
        advice = "; ".join(likely_causes(self.trainer.setup, self.trainer.steps))
        return f"the network has learned nothing, it reads {percent(right)}, as by guessing: {advice}; {kept}"

    def _put_to_use(self, model: Model) -> None:
        """Let the model be the one that is used, if it lies in the data directory; say which one is, either way."""
        data = options.data_dir()
        if not user_models.is_inside(data, self.path):
            self.view.note(f"to read with it: -m {self.path}, or hwr use {self.path}")
            return
        with _error_as_message("the model is saved, but can't be put to use"):
            user_models.use(data, self.path)
            self.view.note(f"it is used from now on{better_model(self.path, model)}")

    def _train(self, stop: StopRequest) -> DivergedError | None:
        """Train and show the progress; return the error if the training diverged after its first epoch."""
        try:
            for event in self.trainer.run(stop):
                if isinstance(event, Step):
                    self.view.show_step(event)
                    continue
                with _error_as_message("no checkpoint can be kept"):
                    self.keeper.take(self.trainer)
                self.view.show_epoch(event)
        except DivergedError as error:
            if not self.trainer.history:
                raise
            return error
        return None

    def _save(self, stopped: bool) -> EvaluatedModel:
        """Evaluate the network on the test set, and save it with the result."""
        test, names = self.opened.splits.test, self.opened.splits.class_names
        model = trained_model(self.trainer, names, {"dataset": self.opened.saved, "before": self.before})
        result = evaluated(self.path, model, self.opened.name, test, names)
        metrics = result.evaluation.metrics
        seconds = self.trainer.seconds_before + time.perf_counter() - self.started
        tested = {"accuracy": metrics.accuracy, "count": metrics.count}
        model.training.update(seconds=seconds, test=tested, stopped=stopped)
        model_file.save(model, self.path)
        return result


@contextmanager
def _error_as_message(failure: str) -> Iterator[None]:
    """Print an error after which the training can continue."""
    try:
        yield
    except HandwritingError as error:
        message_once(f"{failure}: {error}")


def _save_augmented(recipe: Recipe, examples: Examples, path: Path) -> None:
    """Save a picture of some training images, each beside augmented versions of it."""
    originals = np.asarray(examples.images[:SHEET_IMAGES])
    augment, rng = parse_augmentation(recipe.augment or ""), np.random.default_rng(recipe.seed)
    versions = augment(originals.repeat(SHEET_VERSIONS, axis=0), rng)
    contact_sheet.save(path, contact_sheet.draw(originals, versions.reshape(-1, SHEET_VERSIONS, *originals.shape[1:])))
