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
    votes = _Votes(thin)
    found: list[StraightLine] = []
    while len(found) < MOST:
        slope, row, covered = votes.peak()
        if covered < shortest / 2:
            break
        x, y = votes.take(slope, row)
        columns = _longest_run(np.append(x, _inked_columns(inked, slope, row)), thin.shape[1])
        if len(columns) >= shortest and np.isin(columns, x).sum() >= THIN_SHARE * len(columns):
            found.append(StraightLine(columns, _curve(x, y, columns, thin.shape[0])))
    return found


class _Votes:
    """The Hough transform: for each slope and each row (where x is 0), how many pixels lie on that line."""

    def __init__(self, thin: NDArray[np.bool_]) -> None:
        height, width = thin.shape
        self._y, self._x = np.nonzero(thin)
        self._reach = int(np.ceil(SLOPES[-1] * width)) + 1
        self._shape = len(SLOPES), height + 2 * self._reach
        rows = np.round(self._y + SLOPES[:, None] * self._x).astype(np.intp) + self._reach
        self._places = rows + self._shape[1] * np.arange(len(SLOPES))[:, None]
        self._counts = self._counted(self._places)

    def peak(self) -> tuple[float, int, int]:
        """Return slope and row of the line that covers most of the pixels, three rows high, and how many."""
        counts = self._counts
        covered = counts[:, :-2] + counts[:, 1:-1] + counts[:, 2:]
        slope, place = divmod(int(covered.argmax()), covered.shape[1])
        return float(SLOPES[slope]), place + 1 - self._reach, int(covered[slope, place])

    def take(self, slope: float, row: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return x and y of the pixels near a line; they have no vote from now on."""
        near = np.abs(self._y + slope * self._x - row) <= NEAR
        x, y = self._x[near], self._y[near]
        self._counts -= self._counted(self._places[:, near])
        self._x, self._y, self._places = self._x[~near], self._y[~near], self._places[:, ~near]
        return x, y

    def _counted(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        size = self._shape[0] * self._shape[1]
        return np.bincount(places.ravel(), minlength=size).reshape(self._shape)


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
