"""What `hwr train` does: open the data, build the network, follow the trainer, judge and save the result."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from handwriting.cli import options
from handwriting.cli.console import printable, say, say_once
from handwriting.cli.data import Opened, open_dataset, open_saved
from handwriting.cli.interruption import stopping
from handwriting.cli.reporting import write_report
from handwriting.cli.training_view import Outcome, View
from handwriting.errors import DataError, DivergedError, HandwritingError, SettingError
from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.evaluation.metrics import accuracy
from handwriting.evaluation.mistakes import positions, worst
from handwriting.interfaces import Examples, non_digit_index
from handwriting.models import model_file, user_models
from handwriting.system.storage import try_writing
from handwriting.system.thread_pool import thread_pool, use_threads
from handwriting.training import checkpoint
from handwriting.training.augmentation import augmentation, contact_sheet
from handwriting.training.events import Epoch
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import check, resolve
from handwriting.training.trained_model import trained_model
from handwriting.training.trainer import Trainer

GLANCE = 10_000
"""Training pictures by which an untrained network is judged where none are held out."""

GLIMPSE = 6
"""Mistakes that are looked at after an epoch."""

SHOWN, VERSIONS = 12, 16
"""Training pictures that --save-augmented shows, and how many versions of each."""


def run(
    recipe: Recipe,
    dataset: str,
    pictures: Path | None,
    output: Path | None,
    force: bool,
    sheet: Path | None,
    report: Path | None,
    view: View,
) -> int:
    """Train as the recipe says, show it in `view`, save the model, and return the exit status.

    With `sheet`, first draw there what the recipe's augmentation does; with `report`, write one there in the end.
    """
    check(recipe)
    if report:
        try_writing(report)
    if output:
        user_models.check_place(output, force)
    opened = open_dataset(dataset, pictures)
    place = output or user_models.new_path(options.data_dir(), opened.stem)
    if not output:
        user_models.check_place(place, force)
    if sheet:
        _draw_augmented(recipe, opened.splits.train, sheet)
    return Training(recipe, opened, place, report, view).run()


def resume_training(
    path: Path, output: Path | None, force: bool, threads: int | None, report: Path | None, view: View
) -> int:
    """Go on from a checkpoint as `run` would have; raises `ModelError` or `SettingError` where that can't be done."""
    begun = checkpoint.load(path)
    origin = begun.origin
    if threads not in (None, origin.threads):
        raise SettingError(f"the training was begun with {origin.threads} threads: give --threads {origin.threads}")
    check(origin.recipe)
    if report:
        try_writing(report)
    place = output or path.with_name(path.name.removesuffix(checkpoint.SUFFIX))
    user_models.check_place(place, force)
    opened = open_saved(origin.dataset)
    if len(opened.splits.train) != origin.examples:
        raise DataError(
            f"the training was begun with {origin.examples:,} pictures, now {opened.name} has "
            f"{len(opened.splits.train):,}: train anew"
        )
    with use_threads(origin.threads):
        return Training(origin.recipe, opened, place, report, view, begun).run()


class Training:
    """One training from the command line, from its first line to the saved model."""

    def __init__(
        self,
        recipe: Recipe,
        opened: Opened,
        place: Path,
        report: Path | None,
        view: View,
        begun: checkpoint.Checkpoint | None = None,
    ) -> None:
        """Build the network; with `begun` go on from that checkpoint."""
        self.began = time.perf_counter()
        self.recipe, self.opened, self.place, self.report, self.view = recipe, opened, place, report, view
        splits = opened.splits
        setup = resolve(recipe, len(splits.class_names), non_digit_index(splits.class_names))
        self.network = setup.build_network()
        positions, held = hold_out(len(splits.train), recipe)
        self.trainer = Trainer(self.network, splits.train, setup, positions=positions, held_out=held)
        self.before = self._share_right()
        if begun:
            begun.restore(self.trainer)
        origin = checkpoint.Origin(recipe, opened.saved, len(splits.train), thread_pool().size)
        self.keeper = checkpoint.CheckpointKeeper(place.with_name(place.name + checkpoint.SUFFIX), origin)
        view.begin(opened, self.network, recipe, len(positions), len(held), self.before)

    def _share_right(self) -> float:
        """Return the share that the network reads right of what is held out, or of some that it will learn."""
        outputs, labels = self.trainer.validate()
        if not len(labels):
            glance = self.opened.splits.train[:GLANCE]
            outputs, labels = self.network.outputs(glance.images), glance.labels
        return accuracy(outputs, labels)

    def run(self) -> int:
        """Train, show it, save the model, and return the exit status."""
        diverged = None
        with stopping() as stop, self.view:
            try:
                for event in self.trainer.run(stop):
                    if isinstance(event, Epoch):
                        with _only_told():
                            self.keeper.take(self.trainer)
                    self.view.show(event)
                    if isinstance(event, Epoch):
                        self._look_at_mistakes()
            except DivergedError as error:
                if not self.trainer.history:
                    raise  # nothing was learnt, so there is nothing to keep
                diverged = error

        test = self.opened.splits.test
        origin = {"dataset": self.opened.saved, "before": self.before}
        model = trained_model(self.trainer, self.opened.splits.class_names, origin)
        evaluation = evaluate(model, test, model.class_names)
        judged = evaluation.metrics
        seconds = self.trainer.seconds_before + time.perf_counter() - self.began
        model.training.update(
            seconds=seconds, test={"accuracy": judged.accuracy, "count": judged.count}, stopped=stop()
        )
        model_file.save(model, self.place)
        _remember(self.place)
        history = self.trainer.history
        self.view.end(Outcome(self.place, model, judged, history, self.before, seconds, stop()), test)
        if self.report:
            write_report(self.report, EvaluatedModel(self.place, model, self.opened.name, test, evaluation))
        if not stop():
            self.keeper.discard()
        else:
            with _only_told():
                if self.keeper.write():
                    say(f"go on with: hwr train --force --resume {printable(str(self.keeper.path))}")
        if diverged:
            raise DivergedError(
                f"{diverged}; the weights after epoch {self.trainer.kept_epoch} are kept in {self.place}"
            )
        return stop.status

    def _look_at_mistakes(self) -> None:
        """Show some of the pictures that the check after an epoch read wrong."""
        if self.trainer.validation is None or not len(self.trainer.held_out):
            return
        outputs, labels = self.trainer.validation
        confidences = self.trainer.setup.loss.confidences(outputs)
        found = worst(confidences, labels, self.opened.splits.class_names, GLIMPSE)
        images = self.opened.splits.train.images[self.trainer.held_out[positions(found)]]
        self.view.still_wrong(found, np.asarray(images))


@contextmanager
def _only_told() -> Iterator[None]:
    """Say what went wrong with a checkpoint: the training is worth going on without one."""
    try:
        yield
    except HandwritingError as error:
        say_once(f"no checkpoint can be kept: {error}")


def _draw_augmented(recipe: Recipe, examples: Examples, path: Path) -> None:
    """Draw some training pictures, each beside several versions of it."""
    originals = np.asarray(examples.images[:SHOWN])
    change, rng = augmentation(recipe.augment or ""), np.random.default_rng(recipe.seed)
    versions = change(originals.repeat(VERSIONS, axis=0), rng)
    contact_sheet.save(path, contact_sheet.draw(originals, versions.reshape(-1, VERSIONS, *originals.shape[1:])))


def _remember(place: Path) -> None:
    """Note which model was trained last; a model saved elsewhere is worth keeping also where that can't be noted."""
    try:
        user_models.remember(options.data_dir(), place)
    except HandwritingError as error:
        say(f"the model is saved, but not noted as the last one trained: {error}")
