"""What stands below the bar of a training on a terminal: the learning curve, and what is still read wrong.

It is made anew once an epoch; in between rich only draws the same lines again.
"""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.text import Text

from handwriting.cli import curve, thumbnails
from handwriting.cli.console import percent
from handwriting.cli.pictures import side_by_side
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.training.events import Epoch

CURVE = 30
"""Columns of the curve; at 80 columns three pictures find room beside it."""
LEAST_WIDTH, LEAST_HEIGHT = 60, 20
"""A smaller terminal shows the bar alone."""
FIRST = 16
"""Epochs for which the curve has room at first; whenever it is full, it gets room for twice as many."""
MOST = 4
"""Pictures that are shown."""


class Panel:
    """The curve of a training of so many epochs, and pictures beside it."""

    def __init__(self, epochs: int, console: Console) -> None:
        self.epochs, self.console = epochs, console
        self.accuracies: list[float] = []
        self.costs: list[float] = []
        self.curve: list[Text] = []
        self.pictures: list[Text] = []
        self.drawn: Text | None = None

    def add(self, epoch: Epoch) -> None:
        """Draw the curve on: of the accuracy on what is held out, or of the cost if nothing is."""
        if self.console.encoding.lower().startswith("utf"):
            self.costs.append(epoch.cost)
            if epoch.accuracy is not None:
                self.accuracies.append(epoch.accuracy)
            done = epoch.number - len(self.costs)  # epochs that a training which goes on had behind it
            values, name = (self.accuracies, "validation accuracy") if self.accuracies else (self.costs, "cost")
            text = percent if self.accuracies else "{:.4f}".format
            steps = min(self.epochs - done, max(FIRST, 1 << len(values).bit_length()))
            drawn = curve.lines(values, steps, CURVE, text)
            self.curve = [Text(f"{name} by epoch", "dim"), *(Text(line, "cyan") for line in drawn)]
        self._join()

    def look(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Show some of the mistakes about pictures (n, 28, 28)."""
        room = self.console.width - (CURVE + 3 if self.curve else 0)
        count = min(MOST, thumbnails.across(room), len(mistakes))
        shown = thumbnails.mistakes(mistakes[:count], images[:count], self.console, room)
        self.pictures = [Text("held out, still read wrong", "dim"), *shown] if count else []
        self._join()

    def below(self, bar: RenderableType) -> RenderableType:
        """Return the bar with the panel below it, where there is room for that."""
        roomy = self.console.width >= LEAST_WIDTH and self.console.height >= LEAST_HEIGHT
        return Group(bar, self.drawn) if roomy and self.drawn is not None else bar

    def _join(self) -> None:
        left = self.curve or [Text()]
        rows = side_by_side(left, self.pictures) if len(self.pictures) <= len(left) else _top(left, self.pictures)
        self.drawn = Text("\n", no_wrap=True, overflow="crop").join(rows)


def _top(left: list[Text], right: list[Text]) -> list[Text]:
    """Return both side by side, their first lines level."""
    width = max(line.cell_len for line in left)
    padded = [*left, *[Text()] * (len(right) - len(left))]
    return [line + Text(" " * (width - line.cell_len + 3)) + other for line, other in zip(padded, right, strict=True)]
