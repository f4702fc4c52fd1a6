"""Charts as SVG: axes, a frame, and lines, bars or dots in it; their colours are those of the page's style."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from handwriting.report.markup import Node, e

WIDTH, HEIGHT = 380.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 26.0, 12.0, 36.0
"""Margins around the frame, for the numbers beside the axes."""


@dataclass(frozen=True)
class Axis:
    """Numbers from `low` to `high` at positions from `start` to `end`, on a linear or a logarithmic scale.

    On an axis for `whole` numbers all ticks are whole.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False
    whole: bool = False

    def __call__(self, value: float) -> float:
        """Return the position of `value`."""
        low, high, value = (math.log10(v) if self.logarithmic else v for v in (self.low, self.high, value))
        fraction = (value - low) / (high - low) if high > low else 0.5
        return self.start + fraction * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return about five round numbers from low to high: multiples of 1, 2 or 5 times a power of ten.

        On a logarithmic axis they are powers of ten, and three times these if there are few.
        """
        if self.logarithmic:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            factors = (1,) if len(powers) > 3 else (1, 3)
            numbers = [factor * 10.0**power for power in powers for factor in factors]
            return [number for number in numbers if self.low <= number <= self.high]
        if self.high <= self.low:
            return [self.low]
        rough = max((self.high - self.low) / 5, 1.0 if self.whole else 0.0)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [i * step for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


def padded_range(values: list[float]) -> tuple[float, float]:
    """Return the ends of an axis for the values, with a margin on both sides."""
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return low - margin, high + margin


@dataclass(frozen=True)
class Frame:
    """The axes of a chart, and how their numbers are written."""

    x: Axis
    y: Axis
    x_name: str
    x_text: Callable[[float], str]
    y_text: Callable[[float], str]


def horizontal(low: float, high: float, whole: bool = False) -> Axis:
    """Return the x axis of a frame."""
    return Axis(low, high, LEFT, WIDTH - RIGHT, whole=whole)


def vertical(low: float, high: float, logarithmic: bool = False) -> Axis:
    """Return the y axis of a frame."""
    return Axis(low, high, HEIGHT - BOTTOM, TOP, logarithmic)


def figure(frame: Frame, caption: Sequence[Node], words: str, *marks: Element) -> Element:
    """Return a chart with a caption; `words` are its text alternative."""
    view = f"0 0 {WIDTH:g} {HEIGHT:g}"
    rows = (_row(frame.y(value), frame.y_text(value)) for value in frame.y.ticks())
    columns = (_label(frame.x_text(value), frame.x(value), HEIGHT - BOTTOM + 16) for value in frame.x.ticks())
    x_name = _label(frame.x_name, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4)
    chart = e("svg", e("title", words), *rows, *columns, x_name, *marks, viewBox=view, role="img", class_="chart")
    return e("figure", e("figcaption", *caption), chart)


def line(frame: Frame, points: Sequence[tuple[float, float]], kind: str = "line") -> Element:
    """Return a line through the points; a single one becomes a dot."""
    if len(points) == 1:
        return dot(frame, *points[0])
    return e("polyline", points=" ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points), class_=kind)


def dot(frame: Frame, x: float, y: float, tooltip: str = "") -> Element:
    """Return a dot."""
    return e("circle", e("title", tooltip) if tooltip else None, cx=frame.x(x), cy=frame.y(y), r=4, class_="dot")


def bar(frame: Frame, left: float, right: float, top: float, kind: str, tooltip: str) -> Element:
    """Return a bar from the x axis up to `top`."""
    x, y = frame.x(left) + 1, frame.y(top)
    return e("rect", e("title", tooltip), x=x, y=y, width=frame.x(right) - x - 1, height=frame.y.start - y, class_=kind)


def _row(y: float, text: str) -> Element:
    grid = e("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid")
    return e("g", grid, e("text", text, x=LEFT - 6, y=y + 4, class_="end"))


def _label(text: str, x: float, y: float) -> Element:
    return e("text", text, x=x, y=y, class_="middle")
