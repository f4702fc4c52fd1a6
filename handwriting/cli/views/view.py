"""What every view of a training has."""

from handwriting.datasets.opening import OpenedDataset
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.training.events import Epoch, Step
from handwriting.training.trainer import Trainer


class View:
    """Shows a training; this one shows nothing, its subclasses override what they show."""

    def begin(self, opened: OpenedDataset, trainer: Trainer, before: float) -> None:
        """Show what is trained on what; `before` is the accuracy before training."""
        self.trainer, self.recipe, self.splits = trainer, trainer.recipe, opened.splits

    def show_step(self, step: Step) -> None:
        """Show the progress within an epoch."""

    def show_epoch(self, epoch: Epoch) -> None:
        """Show the result of an epoch."""

    def close(self) -> None:
        """Stop whatever is moving: the training is over, or has failed."""

    def end(self, evaluated: EvaluatedModel) -> None:
        """Show the trained model, evaluated on the test set."""

    def note(self, text: str) -> None:
        """Show what a person should know besides."""
