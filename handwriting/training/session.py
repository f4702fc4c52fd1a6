"""A training from beginning to end: an opened dataset and a recipe become an evaluated model.

session = Session(recipe, opened)
for event in session.run():
    ...                                  # a `Step` after every batch, an `Epoch` after every pass
model, evaluation = session.result()
"""

import time
from collections.abc import Callable, Iterator

from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import DivergedError
from handwriting.evaluation.evaluate import Evaluation, evaluate
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples, non_digit_index
from handwriting.models.model_file import Model
from handwriting.training.checkpoint import Checkpoint
from handwriting.training.events import Epoch, Step
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trained_model import trained_model
from handwriting.training.trainer import Trainer

BEFORE_IMAGES = 10_000
"""Training images for the accuracy before training, if there is no validation set."""


def make_trainer(recipe: Recipe, examples: Examples, class_names: tuple[str, ...]) -> Trainer:
    """Return what trains a new network on the examples, whose labels count the `class_names`.

    The network's input has the shape of an image, with one channel.

    Raises `PluginError`, `SettingError`, `ShapeError` or `DataError` if recipe and examples do not fit together.
    """
    setup = resolve(recipe, len(class_names), non_digit_index(class_names))
    positions, held_out = hold_out(len(examples), recipe)
    network = setup.build_network((*examples.images.shape[1:], 1))
    return Trainer(network, examples, setup, positions=positions, held_out=held_out)


class Session:
    """The training of a new network on a dataset; with a checkpoint, it continues from there.

    `before` is the accuracy before training, and `divergence` the error if the training diverged after its first epoch:
    the network then holds the weights of the epoch that is kept.
    """

    def __init__(self, recipe: Recipe, opened: OpenedDataset, checkpoint: Checkpoint | None = None) -> None:
        self.started = time.perf_counter()
        self.opened = opened
        self.trainer = make_trainer(recipe, opened.splits.train, opened.splits.class_names)
        self.before = self._accuracy_before()
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
        evaluation = evaluate(model, test, names)
        result = {"accuracy": evaluation.metrics.accuracy, "count": evaluation.metrics.count}
        seconds = self.trainer.seconds_before + time.perf_counter() - self.started
        model.training.update(seconds=seconds, test=result, stopped=stopped)
        return model, evaluation

    def _accuracy_before(self) -> float:
        """Return the accuracy on the validation set, or on some of the training set if there is none."""
        outputs, labels = self.trainer.validate()
        if not len(labels):
            examples = self.opened.splits.train[:BEFORE_IMAGES]
            outputs, labels = self.trainer.network.outputs(examples.images), examples.labels
        return accuracy(outputs, labels)
