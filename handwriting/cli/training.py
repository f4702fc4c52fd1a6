"""What `hwr train` does: open the dataset, build the network, train it, evaluate it, save it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from handwriting.cli import options
from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.inputs.dataset import opener
from handwriting.cli.interruption import StopRequest, stop_on_signal
from handwriting.cli.terminal.console import message, message_once
from handwriting.cli.views.report import write_report
from handwriting.cli.views.training_text import View
from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import DataError, DivergedError, HandwritingError, SettingError
from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples, non_digit_index
from handwriting.models import model_file, user_models
from handwriting.system.thread_pool import thread_pool, use_threads
from handwriting.training.augmentation import contact_sheet
from handwriting.training.augmentation.augmentation import parse_augmentation
from handwriting.training.checkpoint import SUFFIX, Checkpoint, CheckpointKeeper, Origin, load
from handwriting.training.events import Step
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import check, resolve
from handwriting.training.trained_model import trained_model
from handwriting.training.trainer import Trainer

BEFORE_IMAGES = 10_000
"""Training images for the accuracy before training, if there is no validation set."""
SHEET_IMAGES, SHEET_VERSIONS = 12, 16
"""Training images in the picture of --save-augmented, and augmented versions of each."""


def run(
    recipe: Recipe, view: View, *, dataset: str, data: Path | None, output: Path | None, force: bool,
    save_augmented: Path | None, report: Path | None,
) -> ExitStatus:  # fmt: skip
    """Train a new network; the keyword arguments are options of `hwr train`. Raises `HandwritingError` if it fails."""
    check(recipe)
    user_models.check_path(output or user_models.new_path(options.data_dir(), "model"), force)
    opened = opener().open(dataset, data)
    if save_augmented:
        _save_augmented(recipe, opened.splits.train, save_augmented)
    path = output or user_models.new_path(options.data_dir(), opened.file_stem)
    return Training(recipe, opened, path, view, report).run()


def resume(
    checkpoint_path: Path, view: View, *, output: Path | None, force: bool, threads: int | None, report: Path | None
) -> ExitStatus:
    """Continue a training from its checkpoint, as `run` would have; raises `HandwritingError` if it fails."""
    checkpoint = load(checkpoint_path)
    origin = checkpoint.origin
    if threads not in (None, origin.threads):
        raise SettingError(f"the training was started with {origin.threads} threads: give --threads {origin.threads}")
    check(origin.recipe)
    path = output or checkpoint_path.with_name(checkpoint_path.name.removesuffix(SUFFIX))
    user_models.check_path(path, force)
    opened = opener().open_saved(origin.dataset)
    if len(opened.splits.train) != origin.examples:
        raise DataError(
            f"the training was started with {origin.examples:,} images, now {opened.name} has "
            f"{len(opened.splits.train):,}: train anew"
        )
    with use_threads(origin.threads):
        return Training(origin.recipe, opened, path, view, report, checkpoint).run()


class Training:
    """A training whose model is saved in `path`; with a checkpoint, it continues from there."""

    def __init__(
        self, recipe: Recipe, opened: OpenedDataset, path: Path, view: View, report: Path | None,
        checkpoint: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        self.started = time.perf_counter()
        self.opened, self.path, self.view, self.report = opened, path, view, report
        train, names = opened.splits.train, opened.splits.class_names
        setup = resolve(recipe, len(names), non_digit_index(names))
        positions, held_out = hold_out(len(train), recipe)
        self.trainer = Trainer(setup.build_network(), train, setup, positions=positions, held_out=held_out)
        self.before = self._accuracy_before()
        if checkpoint:
            checkpoint.restore(self.trainer)
        origin = Origin(recipe, opened.saved, len(train), thread_pool().size)
        self.keeper = CheckpointKeeper(path.with_name(path.name + SUFFIX), origin)

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
        if divergence:
            raise DivergedError(
                f"{divergence}; the weights after epoch {self.trainer.kept_epoch} are kept in {self.path}"
            )
        return stop.status

    def _accuracy_before(self) -> float:
        """Return the accuracy on the validation set, or on some of the training set if there is none."""
        outputs, labels = self.trainer.validate()
        if not len(labels):
            examples = self.opened.splits.train[:BEFORE_IMAGES]
            outputs, labels = self.trainer.network.outputs(examples.images), examples.labels
        return accuracy(outputs, labels)

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
        evaluation = evaluate(model, test, names)
        result = {"accuracy": evaluation.metrics.accuracy, "count": evaluation.metrics.count}
        seconds = self.trainer.seconds_before + time.perf_counter() - self.started
        model.training.update(seconds=seconds, test=result, stopped=stopped)
        model_file.save(model, self.path)
        with _error_as_message("the model is saved, but not recorded as the last one trained"):
            user_models.remember(options.data_dir(), self.path)
        return EvaluatedModel(self.path, model, self.opened.name, test, evaluation)


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
