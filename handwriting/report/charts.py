"""Charts: a frame with axes, and lines, bars or marks in it, as SVG that takes its colours from the page's style."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from handwriting.report.axes import Axis
from handwriting.report.markup import e

WIDTH, HEIGHT = 380.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 26.0, 12.0, 36.0
"""Room around the frame for what is written beside the axes."""


@dataclass(frozen=True)
class Frame:
    """The axes of a chart, and how their numbers are written."""

    x: Axis
    y: Axis
    x_name: str
    x_text: Callable[[float], str]
    y_text: Callable[[float], str]


def horizontal(low: float, high: float, whole: bool = False) -> Axis:
    """Return an axis across the frame."""
    return Axis(low, high, LEFT, WIDTH - RIGHT, whole=whole)


def vertical(low: float, high: float, logarithmic: bool = False) -> Axis:
    """Return an axis up the frame."""
    return Axis(low, high, HEIGHT - BOTTOM, TOP, logarithmic)


def chart(frame: Frame, words: str, *marks: Element) -> Element:
    """Return the drawing; `words` tell those who can't see it what it shows."""
    return e(
        "svg",
        e("title", words),
        *(_row(frame, value) for value in frame.y.ticks()),
        *(_column(frame, value) for value in frame.x.ticks()),
        e("text", frame.x_name, x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 4, class_="axis middle"),
        *marks,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        class_="chart",
    )


def line(frame: Frame, points: Sequence[tuple[float, float]], kind: str = "line") -> Element:
    """Return a line through the points; a single one becomes a dot."""
    if len(points) == 1:
        return dot(frame, *points[0])
    return e("polyline", points=" ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in points), class_=kind)


def dot(frame: Frame, x: float, y: float, words: str = "") -> Element:
    """Return a dot, with words that appear under the pointer."""
    return e("circle", e("title", words) if words else None, cx=frame.x(x), cy=frame.y(y), r=4, class_="dot")


def bar(frame: Frame, left: float, right: float, top: float, kind: str, words: str) -> Element:
    """Return a bar from the lower axis up to `top`, with words that appear under the pointer."""
    x, y = frame.x(left) + 1, frame.y(top)
    return e("rect", e("title", words), x=x, y=y, width=frame.x(right) - x - 1, height=frame.y.start - y, class_=kind)


def _row(frame: Frame, value: float) -> Element:
    y = frame.y(value)
    return e(
        "g",
        e("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"),
        e("text", frame.y_text(value), x=LEFT - 6, y=y + 4, class_="axis end"),
    )


def _column(frame: Frame, value: float) -> Element:
    return e("text", frame.x_text(value), x=frame.x(value), y=HEIGHT - BOTTOM + 16, class_="axis middle")
