"""A training from beginning to end: an opened dataset and a recipe become an evaluated model.

session = Session(resolve(recipe), opened)
for event in session.run():
    ...                                  # a `Step` after every batch, an `Epoch` after every pass
model, evaluation = session.result()
"""

import time
from collections.abc import Callable, Iterator
from functools import cached_property

from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import DivergedError
from handwriting.evaluation.evaluate import Evaluation, Read, at_once, evaluate
from handwriting.evaluation.metrics import accuracy, beats_guessing
from handwriting.interfaces import Examples
from handwriting.models.model_file import Model
from handwriting.training.checkpoint import Checkpoint
from handwriting.training.diagnosis import likely_causes
from handwriting.training.events import Epoch, Step
from handwriting.training.randomness import hold_out
from handwriting.training.resolve import Setup
from handwriting.training.trained_model import trained_model, try_saving
from handwriting.training.trainer import Trainer

FEWEST_VALIDATED = 100
"""Validation images from which on their accuracy tells a network that has learned nothing from bad luck."""
UNVALIDATED_IMAGES = 10_000
"""Training images for the accuracy before and after training, if there are fewer validation images."""
SAVING_SECONDS = 0.3
"""Seconds of the time limit that are left for saving the model."""


def make_trainer(setup: Setup, examples: Examples, class_names: tuple[str, ...]) -> Trainer:
    """Return what trains a new network on the examples, whose labels count the `class_names`.

    The network's input has the shape of an image, with one channel.

    Raises `PluginError`, `SettingError`, `ShapeError` or `DataError` if setup and examples do not fit together.
    """
    setup = setup.for_classes(class_names)
    positions, held_out = hold_out(len(examples), setup.recipe)
    network = setup.build_network((*examples.images.shape[1:], 1))
    return Trainer(network, examples, setup, positions=positions, held_out=held_out)


class Session:
    """The training of a new network on a dataset; with a checkpoint, it continues from there.

    The recipe's time limit is for all that is done since `began`, by `time.perf_counter` (by default now), up to and
    including `result`. `read` applies a network to many images, and may show the progress.

    `before` is the accuracy before training, and `divergence` the error if the training diverged after its first epoch:
    the network then holds the weights of the epoch that is kept.
    """

    def __init__(
        self, setup: Setup, opened: OpenedDataset, checkpoint: Checkpoint | None = None, *,
        began: float | None = None, read: Read = at_once,
    ) -> None:  # fmt: skip
        self.started = time.perf_counter()
        self.opened, self.read = opened, read
        self.trainer = make_trainer(setup, opened.splits.train, opened.splits.class_names)
        try_saving(self.trainer, opened.splits.class_names, {"dataset": opened.saved})
        measuring_began = time.perf_counter()
        self.before = self._accuracy()
        self._limit_time(self.started if began is None else began, measuring_began)
        self.divergence: DivergedError | None = None
        if checkpoint:
            checkpoint.restore(self.trainer)

    def run(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Step | Epoch]:
        """Train to the end of the recipe, or until `stopped()` returns true after a batch.

        Raises `DivergedError` if the training diverges in its first epoch.
        """
        try:
            yield from self.trainer.run(stopped)
        except DivergedError as error:
            if not self.trainer.history:
                raise
            self.divergence = error

    def result(self, stopped: bool = False) -> tuple[Model, Evaluation]:
        """Return the trained model and its evaluation on the test set; `stopped` is recorded with it."""
        test, names = self.opened.splits.test, self.opened.splits.class_names
        model = trained_model(self.trainer, names, {"dataset": self.opened.saved, "before": self.before})
        evaluation = evaluate(model, test, names, self.read(model.confidences, test.images))
        result = {"accuracy": evaluation.metrics.accuracy, "count": evaluation.metrics.count}
        seconds = self.trainer.seconds_before + time.perf_counter() - self.started
        model.training.update(seconds=seconds, test=result, stopped=stopped)
        return model, evaluation

    def failure(self) -> str | None:
        """Return why the trained network should not be used, with advice; None if it should.

        It should not if the training diverged, or if it reads no better than by guessing.
        """
        if self.divergence:
            return str(self.divergence)
        validated = [epoch.accuracy for epoch in self.trainer.history if epoch.kept and epoch.accuracy is not None]
        right = validated[-1] if validated and self._is_validated else self._accuracy()
        if beats_guessing(right, self.measured.labels):
            return None
        advice = "; ".join(likely_causes(self.trainer.setup, self.trainer.steps))
        return f"the network has learned nothing, it reads {100 * right:.2f} %, as by guessing: {advice}"

    @cached_property
    def measured(self) -> Examples:
        """What tells whether anything is learned: the validation set or, if that is small, some of the training set."""
        train = self.opened.splits.train
        return train[self.trainer.held_out] if self._is_validated else train[:UNVALIDATED_IMAGES]

    @property
    def _is_validated(self) -> bool:
        return len(self.trainer.held_out) >= FEWEST_VALIDATED

    def _accuracy(self) -> float:
        return accuracy(self.read(self.trainer.network.outputs, self.measured.images), self.measured.labels)

    def _limit_time(self, began: float, measuring_began: float) -> None:
        """Leave time, of the limit, for the validation of the last epoch, calibration and the test at the end.

        They take as long for each image as the accuracy before training, which was measured from `measuring_began` on.
        """
        if self.trainer.time_limit is not None:
            now = time.perf_counter()
            images = 2 * len(self.trainer.held_out) + len(self.opened.splits.test)
            reserve = images * (now - measuring_began) / len(self.measured) + SAVING_SECONDS
            self.trainer.time_limit = max(0.0, self.trainer.time_limit - (now - began) - reserve)
