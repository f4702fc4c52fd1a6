"""Straight, nearly horizontal lines in ink, found by the Hough transform.

Duda and Hart, "Use of the Hough transformation to detect lines and curves in pictures", 1972. Its peaks are taken one
after the other, each without the pixels of those before it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLOPES = np.tan(np.deg2rad(np.arange(-6, 6.25, 0.5)))
"""Slopes of lines that are tried: rows upwards per column."""
MAX_LINES = 60
MIN_COLUMNS = 10
"""Least length of a line, long enough to fit a parabola to it."""
MAX_DISTANCE = 2.5
"""Largest distance of a line's pixels from the line, in pixels."""
MIN_COVERAGE = 0.6
"""Least fraction of a line's columns with ink."""
MIN_THIN = 0.3
"""Least fraction of a line's columns in which its ink is thin."""


@dataclass(frozen=True)
class StraightLine:
    """The consecutive `columns` (n,) of a line, and its row in each of them, (n,)."""

    columns: NDArray[np.intp]
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.columns)


def find_straight_lines(thin: NDArray[np.bool_], inked: NDArray[np.bool_], min_length: float) -> list[StraightLine]:
    """Return the straight lines of at least `min_length` columns, those with the most pixels first.

    Lines are searched in the `thin` pixels (height, width), and continue through all `inked` ones.
    """
    height, width = thin.shape
    min_length = max(min_length, MIN_COLUMNS)
    # One bin for each slope and each row in which a line can cross column 0.
    first_row = -int(np.ceil(SLOPES[-1] * width)) - 1
    shape = len(SLOPES), height - 2 * first_row
    y, x = np.nonzero(thin)
    rows = np.round(y + SLOPES[:, None] * x).astype(np.intp)
    bins = rows - first_row + shape[1] * np.arange(len(SLOPES))[:, None]
    counts = np.bincount(bins.ravel(), minlength=shape[0] * shape[1]).reshape(shape)
    found: list[StraightLine] = []
    while len(found) < MAX_LINES:
        sums = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
        peak = np.unravel_index(sums.argmax(), sums.shape)
        if sums[peak] < min_length / 2:
            break
        slope, row = float(SLOPES[peak[0]]), int(peak[1]) + 1 + first_row
        near = np.abs(y + slope * x - row) <= MAX_DISTANCE
        columns = _longest_run(np.append(x[near], _inked_columns(inked, slope, row)), width)
        if len(columns) >= min_length and np.isin(columns, x[near]).sum() >= MIN_THIN * len(columns):
            found.append(StraightLine(columns, _fitted_rows(x[near], y[near], columns, height)))
        counts -= np.bincount(bins[:, near].ravel(), minlength=counts.size).reshape(shape)
        y, x, bins = y[~near], x[~near], bins[:, ~near]
    return found


def _inked_columns(inked: NDArray[np.bool_], slope: float, row: int) -> NDArray[np.intp]:
    """Return the columns in which there is ink on the line, also that of strokes that cross it."""
    columns = np.arange(inked.shape[1])
    rows = np.round(row - slope * columns).astype(np.intp)
    inside = (rows >= 0) & (rows < len(inked))
    return columns[inside][inked[rows[inside], columns[inside]]]


def _longest_run(x: NDArray[Any], width: int) -> NDArray[np.intp]:
    """Return the longest run of columns without a large gap between the columns `x`; none if it is covered sparsely."""
    covered = np.unique(x)
    breaks = np.flatnonzero(np.diff(covered) > max(4, width // 25)) + 1
    longest = max(np.split(covered, breaks), key=np.ptp)
    columns = np.arange(longest[0], longest[-1] + 1)
    return columns if len(longest) >= MIN_COVERAGE * len(columns) else columns[:0]


def _fitted_rows(x: NDArray[Any], y: NDArray[Any], columns: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """Return the row of the line in each column, by a parabola, since cameras bend lines a little."""
    inside = (x >= columns[0]) & (x <= columns[-1])
    parabola = np.polynomial.Polynomial.fit(x[inside], y[inside], 2)
    return parabola(columns).round().clip(0, height - 1).astype(np.intp)
