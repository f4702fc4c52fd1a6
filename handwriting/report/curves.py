"""Learning curves: how cost, accuracy, learning rate and time went from epoch to epoch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard
from xml.etree.ElementTree import Element

from handwriting.report.axes import Axis, spread
from handwriting.report.charts import Frame, chart, dot, horizontal, line, vertical
from handwriting.report.markup import e

STEEP = 30.0
"""From this ratio of the largest to the smallest value on, a curve is drawn on a logarithmic axis."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """What is drawn: the key in the history, its name, how its numbers are written, and whether it may be steep."""

    key: str
    name: str
    text: Callable[[float], str]
    may_be_steep: bool = False


CURVES = (
    Curve("cost", "Cost on the pictures learnt", lambda v: f"{v:.3g}", may_be_steep=True),
    Curve("accuracy", "Accuracy on the pictures held out", lambda v: f"{100 * v:.4g}\u00a0%"),
    Curve("learning_rate", "Learning rate at the end of the epoch", lambda v: f"{v:.2g}" if v >= 1e-6 else "0"),
    Curve("seconds", "Seconds an epoch took", lambda v: f"{v:.3g}"),
)


def curves(training: dict[str, Any]) -> list[Element]:
    """Return a chart for each curve of which a model's description tells at least one epoch."""
    kept = training.get("kept_epoch")
    found = [(curve, points(training.get("history"), curve.key)) for curve in CURVES]
    return [_figure(curve, of, kept) for curve, of in found if of]


def points(history: Any, key: str) -> list[Point]:
    """Return (epoch, value) wherever a history, which may be of any form, holds numbers for `key`."""
    epochs = history if isinstance(history, list) else []
    pairs = [(epoch.get("number"), epoch.get(key)) for epoch in epochs if isinstance(epoch, dict)]
    return [(float(x), float(y)) for x, y in pairs if _is_number(x) and _is_number(y)]


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _figure(curve: Curve, of: Sequence[Point], kept: Any) -> Element:
    values = [y for _, y in of]
    steep = curve.may_be_steep and min(values) > 0 and max(values) > STEEP * min(values)
    frame = Frame(_epochs(of), _up(curve, values, steep), "epoch", lambda v: f"{v:g}", curve.text)
    chosen = [(x, y) for x, y in of if x == kept]
    marks = [line(frame, of)] + [dot(frame, x, y, f"epoch {x:g}, kept: {curve.text(y)}") for x, y in chosen]
    first, last = curve.text(values[0]), curve.text(values[-1])
    words = f"{curve.name}: {first} after epoch {of[0][0]:g}, {last} after epoch {of[-1][0]:g}"
    return e("figure", e("figcaption", curve.name, e("b", last)), chart(frame, words, *marks))


def _up(curve: Curve, values: list[float], steep: bool) -> Axis:
    """Return the axis up the chart. Seconds begin at 0: small differences between epochs say nothing."""
    if steep:
        return vertical(min(values) * 0.8, max(values) * 1.25, logarithmic=True)
    low, high = spread(values)
    if curve.key == "seconds":
        low = 0.0
    return vertical(max(low, 0.0), min(high, 1.0) if curve.key == "accuracy" else high)


def _epochs(of: Sequence[Point]) -> Axis:
    first, last = of[0][0], of[-1][0]
    return horizontal(first, last, whole=True) if last > first else horizontal(first - 1, last + 1, whole=True)
