"""What `hwr train` does: open the dataset, build the network, train it, evaluate it, save it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from handwriting.cli import options
from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.inputs.dataset import opener
from handwriting.cli.inputs.model import better_model
from handwriting.cli.interruption import status_of, stop_on_signal
from handwriting.cli.terminal.console import message, message_once
from handwriting.cli.terminal.progress import read_shown
from handwriting.cli.views.report import write_report
from handwriting.cli.views.view import View
from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import DataError, DivergedError, HandwritingError, ModelError, PluginError, SettingError
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.interfaces import Examples
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.registry import entry_points, specs
from handwriting.system.interruption import Interrupted
from handwriting.system.thread_pool import thread_pool, use_threads
from handwriting.training.augmentation import contact_sheet
from handwriting.training.augmentation.augmenter import Augmenter
from handwriting.training.checkpoint import Checkpoint, CheckpointKeeper, Origin, load
from handwriting.training.data_parallel import suitable_threads
from handwriting.training.events import Epoch, Step
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import Setup, check, resolve, setting_from
from handwriting.training.session import Session

SHEET_IMAGES, SHEET_VERSIONS = 12, 16
"""Training images in the picture of --save-augmented, and augmented versions of each."""


def run(
    recipe: Recipe, view: View, *, sources: Mapping[str, str], dataset: str, data: Path | None, output: Path | None,
    force: bool, save_augmented: Path | None, threads: int | None, report: Path | None,
) -> ExitStatus:  # fmt: skip
    """Train a new network; raises `HandwritingError` if it fails.

    `sources` names the files that settings come from; the other keyword arguments are options of `hwr train`.
    """
    began = time.perf_counter()
    setup = resolve(recipe, sources=sources)
    check(setup)
    with setting_from(sources.get("dataset")):
        open_dataset = opener().choose(dataset, data)
    user_models.check_path(output or user_models.new_path(options.data_dir(), "model"), force)
    opened = open_dataset()
    if save_augmented:
        _save_augmented(setup, opened.splits.train, save_augmented)
    path = output or user_models.new_path(options.data_dir(), opened.file_stem)
    with use_threads(threads or suitable_threads(setup, opened.splits.train)):
        return Training(setup, opened, path, view, report, began).run()


def resume(
    checkpoint_path: Path, view: View, *, output: Path | None, force: bool, threads: int | None, report: Path | None
) -> ExitStatus:
    """Continue a training from its checkpoint, as `run` would have; raises `HandwritingError` if it fails."""
    began, checkpoint = time.perf_counter(), load(checkpoint_path)
    origin = checkpoint.origin
    if threads not in (None, origin.threads):
        raise SettingError(f"the training was started with --threads {origin.threads}: give the same")
    try:
        for part in origin.parts:
            entry_points.find_saved(part["kind"], part)
        setup = resolve(origin.recipe)
        check(setup)
    except (SettingError, PluginError) as error:  # as when a plugin has been uninstalled
        raise ModelError(f"{checkpoint_path} can't be continued: {error}") from error
    for note in entry_points.version_notes(origin.parts, "the training was started"):
        message_once(note)
    path = output or checkpoint_path.with_name(checkpoint_path.name.removesuffix(user_models.CHECKPOINT_SUFFIX))
    user_models.check_path(path, force)
    opened = opener().open_saved(origin.dataset)
    if len(opened.splits.train) != origin.examples:
        raise DataError(
            f"the training was started with {origin.examples:,} images, now {opened.name} has "
            f"{len(opened.splits.train):,}: train anew"
        )
    with use_threads(origin.threads):
        return Training(setup, opened, path, view, report, began, checkpoint).run()


class Training:
    """A training whose model is saved in `path`; with a checkpoint, it continues from there.

    `began` is when the command began, by `time.perf_counter`: the time limit is for all that it does.
    """

    def __init__(
        self, setup: Setup, opened: OpenedDataset, path: Path, view: View, report: Path | None, began: float,
        checkpoint: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        self.session = Session(setup, opened, checkpoint, began=began, read=read_shown)
        self.path, self.view, self.report = path, view, report
        parts = [specs.to_json(part) for part in self.session.trainer.parts]
        origin = Origin(setup.recipe, parts, opened.saved, len(opened.splits.train), thread_pool().size)
        self.keeper = CheckpointKeeper(path.with_name(path.name + user_models.CHECKPOINT_SUFFIX), origin)

    def run(self) -> ExitStatus:
        """Train, evaluate and save the network; return the exit status.

        Whatever fails, the newest checkpoint is kept.
        """
        try:
            return self._run()
        except Interrupted:
            raise
        except BaseException:  # a plugin may raise SystemExit, too
            self._keep_checkpoint()
            raise

    def _run(self) -> ExitStatus:
        with stop_on_signal() as stop:
            self.view.begin(self.session.opened, self.session.trainer, self.session.before)
            with closing(self.view):
                for event in self.session.run(stop):
                    self._show(event)
            if stopped := stop():
                self._keep_checkpoint()  # before all that a second signal could cut off
            evaluated = self._save(stopped)
        self.view.end(evaluated)
        if not stopped:
            self.keeper.discard()
        failure = self.session.failure()
        if failure is None:
            self._put_to_use(evaluated.model)
        if self.report:  # last, so that a disk that is too full for it costs nothing else
            write_report(self.report, evaluated)
        if failure and stop():
            message(failure)
        elif failure:
            kept = self.session.trainer.kept_epoch
            raise DivergedError(f"{failure}; the weights after epoch {kept} are kept in {self.path}")
        return status_of(stop)

    def _keep_checkpoint(self) -> None:
        """Write the newest checkpoint, and say how to continue from it."""
        with _error_as_message("no checkpoint can be kept"):
            if self.keeper.write():
                message(f"continue with: hwr train --force --resume {self.keeper.path}")

    def _put_to_use(self, model: Model) -> None:
        """Let the model be the one that is used, if it lies in the data directory; say which one is, either way."""
        data = options.data_dir()
        if not user_models.is_inside(data, self.path):
            self.view.note(f"to read with it: -m {self.path}, or hwr use {self.path}")
            return
        with _error_as_message("the model is saved, but can't be put to use"):
            user_models.use(data, self.path)
            self.view.note(f"this model is used from now on{better_model(self.path, model)}")

    def _show(self, event: Step | Epoch) -> None:
        """Show an event, and keep a checkpoint after each epoch."""
        if isinstance(event, Step):
            self.view.show_step(event)
            return
        with _error_as_message("no checkpoint can be kept"):
            self.keeper.take(self.session.trainer)
        self.view.show_epoch(event)

    def _save(self, stopped: bool) -> EvaluatedModel:
        """Evaluate the network on the test set, and save it with the result."""
        model, evaluation = self.session.result(stopped)
        model_file.save(model, self.path)
        opened = self.session.opened
        return EvaluatedModel(self.path, model, opened.name, opened.splits.test, evaluation)


@contextmanager
def _error_as_message(failure: str) -> Iterator[None]:
    """Print an error after which the training can continue."""
    try:
        yield
    except HandwritingError as error:
        message_once(f"{failure}: {error}")


def _save_augmented(setup: Setup, examples: Examples, path: Path) -> None:
    """Save a picture of some training images, each beside augmented versions of it."""
    originals = np.asarray(examples.images[:SHEET_IMAGES])
    augment, rng = setup.augmenter or Augmenter(), np.random.default_rng(setup.recipe.seed)
    versions = augment(originals.repeat(SHEET_VERSIONS, axis=0), rng)
    contact_sheet.save(path, contact_sheet.draw(originals, versions.reshape(-1, SHEET_VERSIONS, *originals.shape[1:])))
