"""Where touching digits are cut: along cheapest paths from the top of a line to its bottom, and between valleys.

A path moves by at most one column per row. So it follows the gaps between slanted digits, and crosses a joint where it
is thinnest. The paths with the least ink are found by dynamic programming (as in Lu and Shridhar, "Character
segmentation in handwritten words: an overview", 1996, and in seam carving: Avidan and Shamir, 2007). Each local minimum
is a possible cut, and so is each straight line between two valleys of the outline (see valleys.py), for joints that no
cheapest path crosses; best_path.py chooses among them.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.stroke_width import STROKE
from handwriting.segmentation.valleys import valley_cuts

BEND_COST = 0.08
"""Cost of a step to the next column, in pixels of full ink."""
HOLE_COST = 0.6
"""Cost of a pixel in the hole of a digit, in pixels of full ink: an 8 should not be cut in two."""


def find_cuts(amount: Floats, max_ink: float, min_ink_between: float) -> tuple[NDArray[np.intp], Floats]:
    """Return the possible cuts of a line `amount` (height, width), from left to right, its two ends among them.

    The first array (n, height) holds the first column on the right of each cut, in each row; the second one (n,) the
    ink that the cut crosses, at most `max_ink`, in pixels of full ink. In holes of digits, a path has `HOLE_COST`. Of
    cuts with less than `min_ink_between` between them, only the one with the least ink is kept.
    """
    from scipy import ndimage

    padded = np.pad(amount, ((0, 0), (1, 1)))
    inked = padded >= STROKE
    costs = np.where(ndimage.binary_fill_holes(inked) & ~inked, HOLE_COST, padded)
    from_top, from_bottom = _least_costs(costs), _least_costs(costs[::-1])[::-1]
    middle = len(padded) // 2
    starts = _minima((from_top[middle] + from_bottom[middle])[1:-1] - costs[middle])
    paths = _trace(from_top, from_bottom, middle, starts)
    straight, straight_ink = valley_cuts(padded)
    columns = np.concatenate([paths, straight])
    ink = np.append(costs[np.arange(len(costs)), paths].sum(axis=1), straight_ink)
    columns, ink = columns[ink <= max_ink], ink[ink <= max_ink]
    kept = _far_apart(padded, columns, ink, min_ink_between)
    return columns[kept] - 1, ink[kept]


def _least_costs(costs: Floats) -> Floats:
    """Return the least cost of a path from the top to each pixel, that pixel included, with infinity on both sides.

    For costs (height, width) it is (height, width + 2), so that all pixels have neighbours.
    """
    least = np.pad(costs.astype(np.float32), ((0, 0), (1, 1)), constant_values=np.inf)
    for row in range(1, len(least)):
        above = least[row - 1]
        bent = np.minimum(above[:-2], above[2:]) + BEND_COST
        least[row, 1:-1] += np.minimum(above[1:-1], bent)
    return least


def _minima(costs: Floats) -> NDArray[np.intp]:
    """Return the middle of each run of (nearly) equal costs that is lower than both of its neighbours."""
    levels = np.round(costs / BEND_COST).astype(np.int64)
    changes = np.flatnonzero(np.diff(levels)) + 1
    starts, ends = np.append(0, changes), np.append(changes, len(levels))
    values = levels[starts]
    is_minimum = np.append(True, values[1:] < values[:-1]) & np.append(values[:-1] < values[1:], True)
    return (starts[is_minimum] + ends[is_minimum] - 1) // 2


def _trace(from_top: Floats, from_bottom: Floats, middle: int, starts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the columns (n, height) of the cheapest path through each of the pixels (middle, start)."""
    columns = np.empty((len(starts), len(from_top)), np.intp)
    columns[:, middle] = starts
    for row in range(middle - 1, -1, -1):
        columns[:, row] = _step(from_top[row], columns[:, row + 1])
    for row in range(middle + 1, len(from_bottom)):
        columns[:, row] = _step(from_bottom[row], columns[:, row - 1])
    return columns


def _step(padded: Floats, columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return, for each column, the cheapest of it and its two neighbours; itself if they cost the same."""
    choices = np.stack([padded[columns + 1], padded[columns] + BEND_COST, padded[columns + 2] + BEND_COST])
    return columns + np.array([0, -1, 1])[choices.argmin(axis=0)]


def _far_apart(amount: Floats, columns: NDArray[np.intp], ink: Floats, min_ink_between: float) -> list[int]:
    """Return the positions of the cuts to keep, from left to right."""
    ink_before = np.cumsum(np.pad(amount, ((0, 0), (1, 0))), axis=1)  # (height, width + 1)
    ink_on_left = ink_before[np.arange(len(amount)), columns]  # (cuts, height)
    kept: list[int] = []
    for cut in np.argsort(ink, kind="stable"):
        between = np.abs(ink_on_left[kept] - ink_on_left[cut]).sum(axis=1)  # of cuts that cross, on both sides
        if (between >= min_ink_between).all():
            kept.append(int(cut))
    return sorted(kept, key=lambda cut: ink_on_left[cut].sum())
