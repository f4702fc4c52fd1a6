"""Where a line may be cut: seams from its top to its bottom that cross as little ink as possible.

A seam moves at most one column from row to row, so it follows gaps between slanted digits and crosses a joint where it
is thinnest; the cheapest ones are found by dynamic programming (as the cuts of Lu and Shridhar, Character segmentation
in handwritten words: an overview, 1996, and seam carving: Avidan and Shamir, 2007). Every local minimum of their cost
is kept: better one cut too many, since the network decides which of them are used.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.reading.components import STROKE

BEND = 0.08
"""What a step aside costs, in full pixels of ink."""
EYE = 0.6
"""What a step through the eye of a digit costs: two round digits are cut where they touch, and not each in two."""


@dataclass(frozen=True)
class Seams:
    """Cuts from left to right: `columns` (n, height) says before which column each one passes each row.

    `ink` (n,) is how much ink it crosses, in pixels of full ink.
    """

    columns: NDArray[np.intp]
    ink: Floats

    def __len__(self) -> int:
        return len(self.ink)


def find_seams(amount: Floats, dearest: float, nearest: float) -> Seams:
    """Return the seams through `amount` (height, width) that cross at most `dearest` ink, the outer ends among them.

    Between two seams there is at least `nearest` ink.
    """
    padded = np.pad(amount, ((0, 0), (1, 1)))
    prices = np.where(_eyes(padded), EYE, padded)
    down, up = _costs(prices), _costs(prices[::-1])[::-1]
    middle = len(padded) // 2
    through = down[middle] + up[middle] - prices[middle]
    starts = _minima(through)
    columns = np.array([_trace(down, up, middle, start) for start in starts], np.intp)
    crossed = np.take_along_axis(prices[None], columns[:, :, None], axis=2)[..., 0].sum(axis=1)
    affordable = crossed <= dearest
    return _apart(padded, columns[affordable], crossed[affordable], nearest)


def _eyes(amount: Floats) -> NDArray[np.bool_]:
    """Return what is closed in by ink, (height, width)."""
    from scipy import ndimage

    inked = amount >= STROKE
    return ndimage.binary_fill_holes(inked) & ~inked


def _costs(amount: Floats) -> Floats:
    """Return the least cost (height, width) of all ways from the top to each pixel, that pixel included."""
    cost = amount.astype(np.float32)
    for row in range(1, len(cost)):
        above = cost[row - 1]
        best = above.copy()
        np.minimum(best[1:], above[:-1] + BEND, out=best[1:])
        np.minimum(best[:-1], above[1:] + BEND, out=best[:-1])
        cost[row] += best
    return cost


def _minima(costs: Floats) -> NDArray[np.intp]:
    """Return the middle of every stretch of (nearly) equal costs that is lower than what is beside it."""
    levels = np.round(costs / BEND).astype(np.int64)
    changes = np.flatnonzero(np.diff(levels)) + 1
    starts, ends = np.append(0, changes), np.append(changes, len(levels))
    values = levels[starts]
    lower_left = np.append(True, values[1:] < values[:-1])
    lower_right = np.append(values[:-1] < values[1:], True)
    lowest = lower_left & lower_right
    return (starts[lowest] + ends[lowest] - 1) // 2


def _trace(down: Floats, up: Floats, middle: int, start: int) -> NDArray[np.intp]:
    """Return the column in each row of the cheapest way from top to bottom through (middle, start)."""
    columns = np.empty(len(down), np.intp)
    columns[middle] = start
    for row in range(middle - 1, -1, -1):
        columns[row] = _step(down[row], columns[row + 1])
    for row in range(middle + 1, len(down)):
        columns[row] = _step(up[row], columns[row - 1])
    return columns


def _step(costs: Floats, column: int) -> int:
    """Return the cheapest of the three columns around, straight on if it is as good."""
    best, least = column, costs[column]
    for aside in (column - 1, column + 1):
        if 0 <= aside < len(costs) and costs[aside] + BEND < least:
            best, least = aside, costs[aside] + BEND
    return best


def _apart(amount: Floats, columns: NDArray[np.intp], ink: Floats, nearest: float) -> Seams:
    """Return the cheapest seams, leaving out any that has less than `nearest` ink between itself and a cheaper one."""
    before = np.cumsum(np.pad(amount, ((0, 0), (1, 0))), axis=1)  # (height, width + 1)
    weights = np.take_along_axis(before[None], columns[:, :, None], axis=2)[..., 0].sum(axis=1)
    kept: list[int] = []
    for place in np.argsort(ink, kind="stable"):
        if all(abs(weights[place] - weights[other]) >= nearest for other in kept):
            kept.append(int(place))
    order = sorted(kept, key=lambda place: weights[place])
    return Seams(columns[order], ink[order])
