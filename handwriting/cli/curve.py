"""A learning curve in a terminal: dots that come from left to right as training goes on."""

from collections.abc import Callable, Sequence

import numpy as np

from handwriting.cli import braille

ROWS = 7
"""Lines that a curve takes."""


def lines(
    values: Sequence[float], steps: int, columns: int, text: Callable[[float], str], rows: int = ROWS
) -> list[str]:
    """Return the curve of `values`, of which there will be `steps`, in so many columns and rows of braille.

    Beside it the numbers at its upper and lower end are written as `text` writes them.
    """
    low, high = min(values), max(values)
    labels = text(high), text(low)
    margin = max(map(len, labels))
    dots = np.zeros((4 * rows, 2 * max(columns - margin - 2, 2)), bool)
    height, width = (side - 1 for side in dots.shape)
    across = np.arange(len(values)) / max(steps - 1, 1) * width
    up = (np.array(values) - low) / (high - low) * height if high > low else np.full(len(values), height / 2)
    # Between two epochs the line is drawn as densely as it is steep, so that it has no holes.
    fine = np.linspace(0, across[-1], 4 * dots.size)
    dots[np.rint(height - np.interp(fine, across, up)).astype(int), np.rint(fine).astype(int)] = True
    beside = [labels[0], *[""] * (rows - 2), labels[1]]
    return [f"{label:>{margin}} ▏{line}" for label, line in zip(beside, braille.lines(dots), strict=True)]
