"""A curve of dots, such as the accuracy by epoch."""

from collections.abc import Callable, Sequence

import numpy as np

from handwriting.cli.terminal import braille

ROWS = 7
"""Lines of a curve."""


def lines(
    values: Sequence[float], steps: int, columns: int, text: Callable[[float], str], rows: int = ROWS
) -> list[str]:
    """Return a curve as lines of braille, `columns` wide with the numbers beside it, which `text` formats.

    `steps` is the number of values that there will be in the end: the curve leaves space for those to come.
    """
    low, high = min(values), max(values)
    labels = text(high), text(low)
    margin = max(map(len, labels))
    dots = np.zeros((4 * rows, 2 * max(columns - margin - 2, 2)), bool)
    height, width = (side - 1 for side in dots.shape)
    x = np.arange(len(values)) / max(steps - 1, 1) * width
    y = (np.array(values) - low) / (high - low) * height if high > low else np.full(len(values), height / 2)
    dense = np.linspace(0, x[-1], 4 * dots.size)  # dense enough that the steepest line has no gaps
    dots[np.rint(height - np.interp(dense, x, y)).astype(int), np.rint(dense).astype(int)] = True
    beside = [labels[0], *[""] * (rows - 2), labels[1]]
    return [f"{label:>{margin}} ▏{line}" for label, line in zip(beside, braille.lines(dots), strict=True)]
