"""How far a training is: on a terminal a live bar, with the learning curve and what is still read wrong; else lines."""

import sys
from collections.abc import Sequence

from handwriting.cli.console import live, percent, say, talk
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.training.events import Epoch, Step
from handwriting.training.recipe import Recipe

REDRAWN = 0.05
"""Seconds between two looks of the bar: to tell rich of every batch would take as long as some of them."""


class Progress:
    """What both forms of progress know: the recipe, the pictures of an epoch, and the epoch that was the first here."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe, self.learnt, self.first = recipe, 0, 0

    def start(self, learnt: int) -> None:
        """Training begins, with so many pictures an epoch."""
        self.learnt = learnt

    def show(self, event: Step | Epoch, seconds: float) -> None:
        """Take note of where the training, which may go on from a checkpoint, began."""
        self.first = self.first or (event.number if isinstance(event, Epoch) else event.epoch)

    def still_wrong(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Show some of the held-out pictures (n, 28, 28) that are still read wrong."""

    def stop(self) -> None:
        """Training is over."""


class Lines(Progress):
    """Progress where nothing can move: a line an epoch."""

    def show(self, event: Step | Epoch, seconds: float) -> None:
        """Say what an epoch brought."""
        super().show(event, seconds)
        if isinstance(event, Epoch):
            walked = event.number - self.first + 1
            left = seconds / walked * (self.recipe.epochs - event.number)
            left = max(0.0, min(left, (self.recipe.time_limit or left + seconds) - seconds))
            say(f"{_state(event, self.recipe)}  {_speed(walked * self.learnt, seconds)}  {left:.0f} s left")


class Bar(Progress):
    """Progress on a terminal: one live bar, and a panel below it where there is room."""

    def __init__(self, recipe: Recipe) -> None:
        from rich.live import Live
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        from handwriting.cli.training_panel import Panel

        super().__init__(recipe)
        self.checked, self.shown = "", 0.0
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), TimeRemainingColumn())
        self.bar = Bars(*columns, console=talk(), expand=True, auto_refresh=False)
        self.panel = Panel(recipe.epochs, talk())
        self.live = Live(
            get_renderable=lambda: self.panel.below(self.bar), console=talk(), refresh_per_second=5
        )  # fmt: skip

    def start(self, learnt: int) -> None:
        """Draw the bar."""
        super().start(learnt)
        self.task = self.bar.add_task("starting", total=self.recipe.epochs * learnt)
        self.live.start()

    def show(self, event: Step | Epoch, seconds: float) -> None:
        """Move the bar, and draw the curve on."""
        super().show(event, seconds)
        if isinstance(event, Epoch):
            self.checked = _checked(event)
            self.panel.add(event)
        elif seconds - self.shown >= REDRAWN or event.done == event.total:
            self.shown = seconds
            self._draw(event, seconds)

    def still_wrong(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Show them beside the curve."""
        self.panel.look(mistakes, images)

    def stop(self) -> None:
        """Leave what is drawn as it is."""
        self.live.stop()

    def _draw(self, event: Step, seconds: float) -> None:
        done = (event.epoch - self.first) * event.total + event.done
        words = f"epoch {event.epoch}/{self.recipe.epochs}"
        if talk().width >= 72:
            words += f"  cost {event.cost:.4f}{self.checked}  {_speed(done, seconds)}"
        self.bar.update(self.task, completed=done + (self.first - 1) * event.total, description=words)


def progress(recipe: Recipe) -> Progress:
    """Return the form of progress that suits the place."""
    return Bar(recipe) if live(sys.stderr) else Lines(recipe)


def _state(epoch: Epoch, recipe: Recipe) -> str:
    return f"epoch {epoch.number}/{recipe.epochs}  cost {epoch.cost:.4f}{_checked(epoch)}"


def _checked(epoch: Epoch) -> str:
    return "" if epoch.accuracy is None else f"  validation {percent(epoch.accuracy)}"


def _speed(pictures_done: int, seconds: float) -> str:
    return f"{pictures_done / max(seconds, 1e-9):,.0f} images/s"
