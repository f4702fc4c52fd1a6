"""`hwr train` on a terminal: a live bar, and below it a panel with the learning curve and some mistakes."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from handwriting.cli.terminal import curve, thumbnails
from handwriting.cli.terminal.console import has_unicode, stderr_console
from handwriting.cli.terminal.pictures import side_by_side
from handwriting.cli.views.training_text import TextView
from handwriting.datasets.opening import OpenedDataset
from handwriting.evaluation.mistakes import Mistake, positions, worst
from handwriting.interfaces import Images
from handwriting.nn.guarded import guarded
from handwriting.report.formatting import percent
from handwriting.training.events import Epoch, Step
from handwriting.training.trainer import Trainer

REDRAW_INTERVAL = 0.05
"""Seconds between two updates of the bar, which take longer than a small batch."""
DETAILS_WIDTH = 72
"""Columns of a terminal on which the bar tells more than the epoch."""
CURVE_WIDTH = 30
"""Columns of the curve; beside it three images fit into 80 columns."""
PANEL_WIDTH, PANEL_HEIGHT = 60, 20
"""Columns and lines of the smallest terminal with a panel."""
FIRST_EPOCHS = 16
"""Epochs that the curve has space for at first; whenever it is full, the space is doubled."""
MOST_MISTAKES = 4


class BarView(TextView):
    """Facts, and between them the bar and the panel."""

    def begin(self, opened: OpenedDataset, trainer: Trainer, before: float) -> None:
        """Print the facts and draw the bar."""
        super().begin(opened, trainer, before)
        columns = TextColumn("{task.description}"), BarColumn(bar_width=None), TimeRemainingColumn()
        self.bar = Progress(*columns, console=stderr_console(), expand=True, auto_refresh=False)
        self.task = self.bar.add_task("starting", total=float(self.recipe.epochs))
        self.panel, self.drawn = Panel(self.recipe.epochs - self.epochs_before, stderr_console()), 0.0
        self.live = Live(
            get_renderable=lambda: self.panel.below(self.bar), console=stderr_console(), refresh_per_second=5
        )
        self.live.start()

    def show_step(self, step: Step) -> None:
        """Move the bar."""
        if self.seconds - self.drawn < REDRAW_INTERVAL and step.done < step.total:
            return
        self.drawn, done = self.seconds, step.epoch - 1 + step.done / step.total
        text = self.state(step.epoch, step.cost, done)
        if stderr_console().width < DETAILS_WIDTH:
            text = text.partition("  ")[0]
        self.bar.update(self.task, completed=done, description=text)

    def show_epoch(self, epoch: Epoch) -> None:
        """Continue the curve, and draw mistakes beside it."""
        self.panel.add_epoch(epoch)
        if self.trainer.validation is not None and len(self.trainer.held_out):
            outputs, labels = self.trainer.validation
            confidences = guarded(self.trainer.setup.loss).confidences(outputs)
            mistakes = worst(confidences, labels, self.splits.class_names, MOST_MISTAKES)
            images = self.splits.train.images[self.trainer.held_out[positions(mistakes)]]
            self.panel.show_mistakes(mistakes, images)

    def close(self) -> None:
        """Leave on the terminal what is drawn."""
        self.live.stop()


class Panel:
    """The learning curve of a training of `epochs` epochs, and mistakes beside it; drawn anew after each epoch."""

    def __init__(self, epochs: int, console: Console) -> None:
        self.epochs, self.console = epochs, console
        self.values: list[float] = []
        self.curve: list[Text] = []
        self.mistakes: list[Text] = []

    def add_epoch(self, epoch: Epoch) -> None:
        """Continue the curve with the validation accuracy, or with the cost if there is no validation set."""
        if not has_unicode(self.console):
            return
        name, value, text = "validation accuracy", epoch.accuracy, percent
        if value is None:
            name, value, text = "cost", epoch.cost, "{:.4f}".format
        self.values.append(value)
        steps = min(self.epochs, max(FIRST_EPOCHS, 1 << len(self.values).bit_length()))
        lines = curve.lines(self.values, steps, CURVE_WIDTH, text)
        self.curve = [Text(f"{name} by epoch"), *map(Text, lines)]

    def show_mistakes(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Show as many of these mistakes as fit; `images` are theirs, (n, 28, 28)."""
        width = self.console.width - (CURVE_WIDTH + 3 if self.curve else 0)
        count = min(thumbnails.across(width), len(mistakes))
        lines = thumbnails.mistakes(mistakes[:count], images[:count], self.console, width)
        self.mistakes = [Text("validation images still misread"), *lines] if count else []

    def below(self, bar: RenderableType) -> RenderableType:
        """Return the bar with the panel below it, if the terminal is large enough."""
        is_small = self.console.width < PANEL_WIDTH or self.console.height < PANEL_HEIGHT
        if is_small or not (self.curve or self.mistakes):
            return bar
        rows = side_by_side(self.curve or [Text()], self.mistakes)
        return Group(bar, Text("\n", no_wrap=True, overflow="crop").join(rows))
