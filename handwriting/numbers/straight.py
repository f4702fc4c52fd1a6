"""Straight lines in ink, near level: where they run and how long they are.

They are peaks of the Hough transform (Duda and Hart, Use of the Hough transformation to detect lines and curves in
pictures, 1972), taken one after the other, each without the ink of those before it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SLOPES = np.tan(np.deg2rad(np.arange(-6, 6.25, 0.5)))
"""Slopes, against the picture's sides, that are tried."""
MOST = 60
"""Lines that are looked for."""
LEAST = 10
"""Columns of a line, so that a curve can be laid through it."""
NEAR = 2.5
"""Pixels from a line up to which ink is its own."""
COVERED = 0.6
"""The share of its columns in which a line has ink."""

THIN_SHARE = 0.3
"""The share of its columns in which it is thin, and not only ink that belongs to something wide."""


@dataclass(frozen=True)
class StraightLine:
    """The `columns` that a line passes, one after the other, and its row in each of them; both (n,)."""

    columns: NDArray[np.intp]
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.columns)


def find_straight_lines(thin: NDArray[np.bool_], inked: NDArray[np.bool_], shortest: float) -> list[StraightLine]:
    """Return the straight lines of at least `shortest` columns, the surest first.

    They are looked for in what is `thin` (height, width), and go on through all that is `inked`.
    """
    shortest = max(shortest, LEAST)
    rest = thin.copy()
    found: list[StraightLine] = []
    while len(found) < MOST:
        y, x = np.nonzero(rest)
        if len(y) < shortest / 2:
            break
        slope, row, covered = _peak(y, x)
        if covered < shortest / 2:
            break
        near = np.abs(y + slope * x - row) <= NEAR
        rest[y[near], x[near]] = False
        columns = _longest_run(np.append(x[near], _inked_columns(inked, slope, row)), thin.shape[1])
        if len(columns) >= shortest and np.isin(columns, x[near]).sum() >= THIN_SHARE * len(columns):
            found.append(StraightLine(columns, _curve(x[near], y[near], columns, thin.shape[0])))
    return found


def _peak(y: NDArray[Any], x: NDArray[Any]) -> tuple[float, int, int]:
    """Return slope and row (where x is 0) of the line that covers most of the points, and how many."""
    best = (0.0, 0, 0)
    reach = int(np.ceil(SLOPES[-1] * (x.max() + 1)))
    for slope in SLOPES:
        rows = np.round(y + slope * x).astype(np.intp) + reach
        counts = np.bincount(rows)
        covered = np.convolve(counts, np.ones(3, np.intp), "same") if len(counts) > 2 else counts
        peak = int(covered.argmax())
        if covered[peak] > best[2]:
            best = float(slope), peak - reach, int(covered[peak])
    return best


def _inked_columns(inked: NDArray[np.bool_], slope: float, row: int) -> NDArray[np.intp]:
    """Return the columns in which there is ink on the line: a stroke that crosses it does not end it."""
    columns = np.arange(inked.shape[1])
    rows = np.round(row - slope * columns).astype(np.intp)
    inside = (rows >= 0) & (rows < len(inked))
    return columns[inside][inked[rows[inside], columns[inside]]]


def _longest_run(x: NDArray[Any], width: int) -> NDArray[np.intp]:
    """Return the longest stretch of columns in which points follow each other, but for small gaps."""
    covered = np.unique(x)
    breaks = np.flatnonzero(np.diff(covered) > max(4, width // 25)) + 1
    longest = max(np.split(covered, breaks), key=lambda run: int(np.ptp(run)))
    columns = np.arange(longest[0], longest[-1] + 1)
    return columns if len(longest) >= COVERED * len(columns) else columns[:0]


def _curve(x: NDArray[Any], y: NDArray[Any], columns: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """Return the row of the line in each of the columns: a parabola, since cameras bend lines a little."""
    inside = (x >= columns[0]) & (x <= columns[-1])
    middle, half = columns.mean(), max(len(columns) / 2, 1)
    bend = np.polyfit((x[inside] - middle) / half, y[inside], 2)
    return np.polyval(bend, (columns - middle) / half).round().clip(0, height - 1).astype(np.intp)
