"""`hwr train` as text: facts before and after the training, and in between a line for each epoch."""

import time

from handwriting.cli.terminal import pictures
from handwriting.cli.terminal.console import fact, message, stdout_console
from handwriting.cli.views.rejection import rejection
from handwriting.cli.views.view import View
from handwriting.datasets.opening import OpenedDataset
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.report.formatting import counted, duration, interval, percent
from handwriting.training.events import Epoch
from handwriting.training.trainer import Trainer


class TextView(View):
    """Facts on standard output, and a message after each epoch."""

    def begin(self, opened: OpenedDataset, trainer: Trainer, before: float) -> None:
        """Print the dataset, the network, and the accuracy before training."""
        super().begin(opened, trainer, before)
        self.started, self.epochs_before = time.perf_counter(), len(trainer.history)
        training, validation = len(trainer.positions), len(trainer.held_out)
        test = counted(len(opened.splits.test), "test image")
        fact("dataset", f"{opened.name}: {training:,} training, {validation:,} validation and {test}")
        fact("network", trainer.network)
        fact("before", f"{percent(before)} accuracy")

    def show_epoch(self, epoch: Epoch) -> None:
        """Print cost, validation accuracy and speed, and how many seconds are left."""
        seconds = self.seconds
        left = seconds / (epoch.number - self.epochs_before) * (self.recipe.epochs - epoch.number)
        if self.recipe.time_limit is not None:
            left = max(0.0, min(left, self.recipe.time_limit - seconds))
        message(f"{self.state(epoch.number, epoch.cost, epoch.number)}  {left:.0f} s left")

    def end(self, evaluated: EvaluatedModel) -> None:
        """Print the test accuracy, the confidences for the first test image, and the model's file."""
        model, metrics = evaluated.model, evaluated.evaluation.metrics
        words = f"{percent(metrics.accuracy)} test accuracy ({interval(metrics)})"
        fact("after", f"{words}, in {duration(model.training['seconds'])}")
        if rejected := rejection(model):
            fact("rejects", rejected)
        _print_first_image(evaluated)
        fact("model", evaluated.path)

    def note(self, text: str) -> None:
        """Print it to standard error."""
        message(text)

    @property
    def seconds(self) -> float:
        """The seconds since the training began or was resumed."""
        return time.perf_counter() - self.started

    def state(self, number: int, cost: float, epochs_done: float) -> str:
        """Return "epoch 2/15  cost 0.1234  validation 98.10 %  285,000 images/s"."""
        parts = [f"epoch {number}/{self.recipe.epochs}", f"cost {cost:.4f}"]
        if self.trainer.history and self.trainer.history[-1].accuracy is not None:
            parts.append(f"validation {percent(self.trainer.history[-1].accuracy)}")
        images = (epochs_done - self.epochs_before) * len(self.trainer.positions)
        return "  ".join([*parts, f"{images / max(self.seconds, 1e-9):,.0f} images/s"])


def _print_first_image(evaluated: EvaluatedModel) -> None:
    """Print the confidences for the first test image and, if there is space, the image."""
    console, names, image = stdout_console(), evaluated.model.class_names, evaluated.examples.images[0]
    confidences = evaluated.model.confidences(image[None])[0]
    read, confidence = names[int(confidences.argmax())], percent(float(confidences.max()))
    truth = names[evaluated.examples.labels[0]]
    fact("example", f"the first test image is read as {read}, with {confidence} confidence; it is {truth}")
    lines = pictures.confidence_bars(confidences, names, console)
    drawn = pictures.draw(image, console)
    if pictures.fit_side_by_side(drawn, lines, console):
        lines = pictures.side_by_side(drawn, lines)
    console.print(*lines, sep="\n")
