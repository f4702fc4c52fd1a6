"""The section of the learning curves: cost, accuracy, learning rate and time of each epoch."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeGuard
from xml.etree.ElementTree import Element

from handwriting.report.charts import Axis, Frame, dot, figure, horizontal, line, padded_range, vertical
from handwriting.report.markup import e
from handwriting.report.page import Section

CURVES: dict[str, tuple[str, Callable[[float], str]]] = {
    "cost": ("Training cost", lambda v: f"{v:.3g}"),
    "accuracy": ("Validation accuracy", lambda v: f"{100 * v:.4g}\u00a0%"),
    "learning_rate": ("Learning rate", lambda v: f"{v:.2g}" if v >= 1e-6 else "0"),
    "seconds": ("Seconds per epoch", lambda v: f"{v:.3g}"),
}
"""The curves by their keys in the history: their names, and how their numbers are written."""
STEEP = 30.0
"""Ratio of the largest to the smallest cost from which the axis is logarithmic."""

Point: TypeAlias = tuple[float, float]


def section(training: dict[str, Any]) -> Section | None:
    """Return the curves that a model's training record holds, None if there are none."""
    found = {key: points(training.get("history"), key) for key in CURVES}
    charts = [_chart(key, curve, training.get("kept_epoch")) for key, curve in found.items() if curve]
    if not charts:
        return None
    note = "The dot marks the epoch whose weights were kept."
    return Section("learning", "Learning curves", note, [e("div", *charts, class_="charts")])


def points(history: Any, key: str) -> list[Point]:
    """Return (epoch, value) for each epoch of a history that holds a number for `key`; it may be of any form."""
    epochs = history if isinstance(history, list) else []
    pairs = [(epoch.get("number"), epoch.get(key)) for epoch in epochs if isinstance(epoch, dict)]
    return [(float(x), float(y)) for x, y in pairs if _is_number(x) and _is_number(y)]


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _chart(key: str, curve: Sequence[Point], kept: Any) -> Element:
    name, text = CURVES[key]
    (first, first_value), (last, last_value) = curve[0], curve[-1]
    margin = 0 if last > first else 1
    epochs = horizontal(first - margin, last + margin, whole=True)
    frame = Frame(epochs, _value_axis(key, [value for _, value in curve]), "epoch", "{:g}".format, text)
    dots = (dot(frame, x, y, f"epoch {x:g}, kept: {text(y)}") for x, y in curve if x == kept)
    words = f"{name}: {text(first_value)} after epoch {first:g}, {text(last_value)} after epoch {last:g}"
    return figure(frame, [name, e("b", text(last_value))], words, line(frame, curve), *dots)


def _value_axis(key: str, values: list[float]) -> Axis:
    if key == "cost" and min(values) > 0 and max(values) > STEEP * min(values):
        return vertical(min(values) * 0.8, max(values) * 1.25, logarithmic=True)
    low, high = padded_range(values)
    if key == "seconds":
        low = 0.0  # small differences between epochs say nothing
    return vertical(max(low, 0.0), min(high, 1.0) if key == "accuracy" else high)
