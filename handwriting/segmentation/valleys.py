"""Valleys in the outline of a line's ink: straight lines between two of them cut digits that touch along some height.

Where two digits touch, there is a valley above the joint, and one below it. If the joint is higher than the strokes are
wide, the path with the least ink does not cross it, but goes through a stroke beside it (Fenrich and Krishnamoorthy,
"Segmenting diverse quality handwritten digit strings in near real-time", 1990; Strathy, Suen and Krzyzak, "Segmentation
of handwritten digits using contour features", 1993).
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import groupby, product
from operator import attrgetter, itemgetter

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.stroke_width import STROKE

MAX_LEAN = 0.7
"""Largest shift of a straight line to the side, in columns per row."""
MIN_DEPTH = 2
"""Least depth of a valley, in rows below the place where it parts from a deeper one; strokes are rough."""
MAX_VALLEYS, MAX_RUNS = 150, 10_000
"""Most valleys on one side of a line, and most runs of columns without ink in all of its rows: eight digits have about
ten and 1,000. What has more is a texture."""


@dataclass(frozen=True, eq=False)
class _Run:
    """A run of columns without ink that is open upwards, by the runs `above` that it touches; others touch it below."""

    row: int
    first: int
    last: int
    above: "list[_Run]"
    below: "list[_Run]" = field(default_factory=list)

    @property
    def middle(self) -> int:
        return (self.first + self.last) // 2

    def distance(self, column: int) -> int:
        return max(self.first - column, column - self.last, 0)


def valley_cuts(amount: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the cuts of a line `amount` (height, width) along straight lines between a valley above and one below.

    The first array (n, height) holds a column of each cut in each row; the second one (n,) the ink that the cut
    crosses, in pixels of full ink. The first and the last column must be without ink.
    """
    blank = amount < STROKE
    above, below = _valleys(blank), _valleys(blank[::-1])
    cuts, ink = [], []
    for upper, lower in product(above, below):
        first, last = upper.row, len(blank) - 1 - lower.row
        shift = lower.middle - upper.middle
        if abs(shift) <= MAX_LEAN * (last - first):
            rows = np.arange(first + 1, last)
            columns = np.rint(upper.middle + shift * (rows - first) / (last - first)).astype(np.intp)
            cuts.append([*_way_out(upper)[::-1], *columns, *_way_out(lower)])
            ink.append(amount[rows, columns].sum() * np.hypot(1, shift / (last - first)))
    return np.array(cuts, np.intp).reshape(-1, len(blank)), np.array(ink, np.float64)


def _valleys(blank: NDArray[np.bool_]) -> list[_Run]:
    """Return the lowest run of each deep valley that is open upwards, none if there are too many.

    `blank` (height, width) is where there is no ink.
    """
    rows = _open_runs(blank)
    lowest = [run for runs in reversed(rows[:-1]) for run in runs if not run.below]
    if len(lowest) > MAX_VALLEYS:
        return []
    passed: set[_Run] = set()
    for run in rows[-1] if rows else ():  # what is open to the foot, too, is no valley
        _climb(run, passed)
    return [run for run in lowest if _climb(run, passed) >= MIN_DEPTH]


def _open_runs(blank: NDArray[np.bool_]) -> list[list[_Run]]:
    """Return the runs in each row that are open upwards; no rows if there are too many runs."""
    edges = np.diff(np.pad(blank, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, firsts = np.nonzero(edges == 1)
    lasts = np.nonzero(edges == -1)[1] - 1
    if len(rows) > MAX_RUNS:
        return []
    found = [[_Run(-1, 0, blank.shape[1], [])]]
    for row, group in groupby(zip(rows.tolist(), firsts.tolist(), lasts.tolist(), strict=True), itemgetter(0)):
        runs = []
        for _, first, last in group:
            if touching := _touching(found[-1], first, last):
                runs.append(_Run(row, first, last, touching))
                for upper in touching:
                    upper.below.append(runs[-1])
        found.append(runs)
    return found[1:]


def _climb(run: _Run, passed: set[_Run]) -> int:
    """Return how many rows lead from a run upwards to one that was `passed` before, and add them to these."""
    rows, reached = 0, {run}
    while reached and not reached & passed:
        passed |= reached
        reached = {upper for one in reached for upper in one.above}
        rows += 1
    return rows


def _touching(runs: list[_Run], first: int, last: int) -> list[_Run]:
    """Return those of the runs in a row, from left to right, that touch the columns `first` to `last` of the next."""
    start = bisect_left(runs, first - 1, key=attrgetter("last"))
    return runs[start : bisect_right(runs, last + 1, key=attrgetter("first"))]


def _way_out(valley: _Run) -> list[int]:
    """Return a column in each row from the lowest run of a valley upwards."""
    column, run = valley.middle, valley
    columns = [column]
    while run.row:
        run = min(run.above, key=lambda one: one.distance(column))
        column = min(max(column, run.first), run.last)
        columns.append(column)
    return columns
