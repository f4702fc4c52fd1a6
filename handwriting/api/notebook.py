"""A training in a notebook: a bar that moves, with the state of the training beside it."""

from typing import Any

from handwriting.cli.views.training_text import TextView
from handwriting.datasets.opening import OpenedDataset
from handwriting.report.markup import e, html
from handwriting.training.events import Epoch, Step
from handwriting.training.trainer import Trainer

REDRAW_INTERVAL = 0.1
"""Seconds between two updates of the bar."""


class NotebookView(TextView):
    """The facts as text, and below them the bar."""

    def begin(self, opened: OpenedDataset, trainer: Trainer, before: float) -> None:
        """Print the facts and show the bar."""
        from IPython.display import HTML, display

        super().begin(opened, trainer, before)
        self.html, self.drawn = HTML, 0.0
        self.handle: Any = display(HTML(self._bar(0.0, "starting")), display_id=True)

    def show_step(self, step: Step) -> None:
        """Move the bar."""
        if self.seconds - self.drawn >= REDRAW_INTERVAL:
            self.drawn, done = self.seconds, step.epoch - 1 + step.done / step.total
            self._show(done, self.state(step.epoch, step.cost, done))

    def show_epoch(self, epoch: Epoch) -> None:
        """Move the bar to the end of the epoch."""
        self._show(epoch.number, self.state(epoch.number, epoch.cost, epoch.number))

    def _show(self, done: float, text: str) -> None:
        self.handle.update(self.html(self._bar(done, text)))

    def _bar(self, done: float, text: str) -> str:
        bar = e("progress", value=done, max=float(self.recipe.epochs))
        return html(e("div", bar, f" {text}"))
