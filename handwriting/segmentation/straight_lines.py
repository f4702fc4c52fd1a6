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
MAX_PEAKS = 150
"""Most peaks that are looked at; in a texture there are far more, none of which is a line."""
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
    rows = np.round(y[:, None] + SLOPES * x[:, None]).astype(np.int32)
    bins = rows - np.int32(first_row) + shape[1] * np.arange(len(SLOPES), dtype=np.int32)
    counts = np.bincount(bins.ravel(), minlength=shape[0] * shape[1]).reshape(shape)
    left = np.ones(len(x), np.bool_)  # of the thin pixels, those on none of the lines before
    found: list[StraightLine] = []
    for _ in range(MAX_PEAKS):
        sums = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
        peak = np.unravel_index(sums.argmax(), sums.shape)
        if sums[peak] < min_length / 2 or len(found) == MAX_LINES:
            break
        slope, row = float(SLOPES[peak[0]]), int(peak[1]) + 1 + first_row
        near = np.flatnonzero(left & (np.abs(y + slope * x - row) <= MAX_DISTANCE))
        is_thin = np.zeros(width, np.bool_)
        is_thin[x[near]] = True
        columns = _longest_run(is_thin | _inked_columns(inked, slope, row))
        if len(columns) >= min_length and is_thin[columns].sum() >= MIN_THIN * len(columns):
            found.append(StraightLine(columns, _fitted_rows(x[near], y[near], columns, height)))
        counts -= np.bincount(bins[near].ravel(), minlength=counts.size).reshape(shape)
        left[near] = False
    return found


def longest_extent(inked: NDArray[np.bool_]) -> int:
    """Return the most columns that a line in ink (height, width) can have."""
    return len(_longest_run(np.asarray(inked.any(axis=0)), min_coverage=0))


def _inked_columns(inked: NDArray[np.bool_], slope: float, row: int) -> NDArray[np.bool_]:
    """Return in which columns there is ink on the line, also that of strokes that cross it."""
    columns = np.arange(inked.shape[1])
    rows = np.round(row - slope * columns).astype(np.intp)
    nearest = rows.clip(0, len(inked) - 1)
    return inked[nearest, columns] & (nearest == rows)


def _longest_run(covered: NDArray[np.bool_], min_coverage: float = MIN_COVERAGE) -> NDArray[np.intp]:
    """Return the longest run of columns in which no gap is large; none if it is covered sparsely."""
    columns = np.flatnonzero(covered)
    if not len(columns):
        return columns
    breaks = np.flatnonzero(np.diff(columns) > max(4, len(covered) // 25)) + 1
    starts, ends = np.append(0, breaks), np.append(breaks, len(columns))
    longest = (columns[ends - 1] - columns[starts]).argmax()
    first, last = starts[longest], ends[longest] - 1
    run = np.arange(columns[first], columns[last] + 1)
    return run if last - first + 1 >= min_coverage * len(run) else run[:0]


def _fitted_rows(x: NDArray[Any], y: NDArray[Any], columns: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """Return the row of the line in each column, by a parabola, since cameras bend lines a little."""
    inside = (x >= columns[0]) & (x <= columns[-1])
    parabola = np.polynomial.Polynomial.fit(x[inside], y[inside], 2)
    return parabola(columns).round().clip(0, height - 1).astype(np.intp)
