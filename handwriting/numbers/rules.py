"""Ruled lines, base lines, the lines of squared paper and of frames leave the ink; strokes that cross them stay.

A rule is found as a peak of the Hough transform (Duda and Hart, Use of the Hough transformation to detect lines and
curves in pictures, 1972), here of what is thin across its direction, for directions near the picture's own.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.numbers.components import STROKE

SLOPES = np.tan(np.deg2rad(np.arange(-6, 6.25, 0.5)))
"""Slopes, against the picture's sides, that are tried."""
THICKEST = 2.0
"""A rule is at most so many times as thick as the strokes."""
SHORTEST = 2.2
"""A rule is at least so many digits' heights long ..."""
SHARE = 0.4
"""... and this share of the picture."""
FULL = 0.85
"""A rule across this share of the picture is one however high the digits seem to be, if there are `SEVERAL`."""
SEVERAL = 3
MOST = 60
"""Rules that are looked for in each direction."""


def without_rules(amount: Floats, digit_height: float, stroke: float) -> Floats:
    """Return the ink (height, width) without the lines in it that are straight, long and near level or upright.

    The sides of a frame go, too, though they are no longer than a 1: they join the ends of lines that go.
    """
    level = _without_level_rules(amount, digit_height, stroke)
    turned = level.T
    cleared = _without_level_rules(turned, digit_height, stroke, (level != amount).T)
    return level if cleared is turned else cleared.T


def _without_level_rules(
    amount: Floats, digit_height: float, stroke: float, erased: NDArray[np.bool_] | None = None
) -> Floats:
    """Return the ink without level lines, also short ones that are sides of a frame, the rest of which was `erased`."""
    thickest = max(3, round(THICKEST * stroke))
    shortest = SHARE * amount.shape[1]
    found = _rules(_thin(amount >= STROKE, thickest), shortest)
    lengths = np.array([len(columns) for columns, _ in found])
    sure = lengths >= max(SHORTEST * digit_height, shortest)
    if (lengths >= FULL * amount.shape[1]).sum() >= SEVERAL:
        sure |= lengths >= FULL * amount.shape[1]
    if erased is not None and erased.any():
        reach = 2 * thickest + 2
        sure |= np.array([_is_side(columns, rows, erased, reach) for columns, rows in found], np.bool_)
    if not sure.any():
        return amount
    cleared = amount.copy()
    for (columns, rows), is_sure in zip(found, sure, strict=True):
        if is_sure:
            _erase(cleared, amount, columns, rows, thickest)
    return cleared


def _is_side(columns: NDArray[np.intp], rows: NDArray[np.intp], erased: NDArray[np.bool_], reach: int) -> bool:
    """Tell whether a line leads from one end of what was erased across to another."""
    across = np.flatnonzero(erased.any(axis=1))
    if min(abs(rows.mean() - across[0]), abs(rows.mean() - across[-1])) > reach:
        return False
    return all(
        erased[max(rows[end] - reach, 0) : rows[end] + reach, max(columns[end] - reach, 0) : columns[end] + reach].any()
        for end in (0, -1)
    )


def _thin(inked: NDArray[np.bool_], thickest: int) -> NDArray[np.bool_]:
    """Return the ink in vertical runs of at most `thickest` pixels."""
    from scipy import ndimage

    return inked & ~ndimage.binary_opening(inked, np.ones((thickest + 1, 1), np.bool_))


def _rules(thin: NDArray[np.bool_], shortest: float) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the longest straight lines of `thin` ink, for each the columns that it passes and its row in each."""
    rest = thin.copy()
    found: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    while len(found) < MOST:
        y, x = np.nonzero(rest)
        if len(y) < shortest / 2:
            break
        slope, row, covered = _peak(y, x)
        if covered < shortest / 2:
            break
        near = np.abs(y + slope * x - row) <= 2.5
        rest[y[near], x[near]] = False
        columns = _longest_run(x[near], thin.shape[1])
        if len(columns) >= shortest:
            found.append((columns, _curve(x[near], y[near], columns, thin.shape[0])))
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


def _longest_run(x: NDArray[Any], width: int) -> NDArray[np.intp]:
    """Return the longest stretch of columns in which points follow each other, but for small gaps."""
    covered = np.unique(x)
    breaks = np.flatnonzero(np.diff(covered) > max(4, width // 25)) + 1
    longest = max(np.split(covered, breaks), key=lambda run: int(np.ptp(run)))
    columns = np.arange(longest[0], longest[-1] + 1)
    return columns if len(longest) >= 0.6 * len(columns) else columns[:0]


def _curve(x: NDArray[Any], y: NDArray[Any], columns: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """Return the row of the rule in each of the columns: a parabola, since cameras bend lines a little."""
    inside = (x >= columns[0]) & (x <= columns[-1])
    middle, half = columns.mean(), max(len(columns) / 2, 1)
    bend = np.polyfit((x[inside] - middle) / half, y[inside], 2)
    return np.polyval(bend, (columns - middle) / half).round().clip(0, height - 1).astype(np.intp)


def _erase(cleared: Floats, amount: Floats, columns: NDArray[np.intp], rows: NDArray[np.intp], thickest: int) -> None:
    """Clear the vertical runs of ink at these places, but for long ones: strokes cross there."""
    reach = 2 * thickest + 2
    offsets = np.arange(-reach, reach + 1)[:, None]
    places = (rows + offsets).clip(0, len(amount) - 1)
    inside = rows + offsets == places
    window = np.where(inside, amount[places, columns], 0)
    run = _run_through_middle(window >= STROKE / 2)
    thickness = run.sum(axis=0)
    typical = np.median(thickness[thickness > 0]) if (thickness > 0).any() else 0
    short = run & (thickness <= typical + 2)
    chosen = short & inside
    at = np.nonzero(chosen)
    cleared[places[at], columns[at[1]]] = 0


def _run_through_middle(inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, in each column, the run of ink that passes the middle row or lies next to it."""
    middle = len(inked) // 2
    run = np.zeros_like(inked)
    for first in (middle - 1, middle, middle + 1):
        seeded = inked[first]
        run[first:] |= np.logical_and.accumulate(inked[first:], axis=0) & seeded
        run[: first + 1] |= np.logical_and.accumulate(inked[: first + 1][::-1], axis=0)[::-1] & seeded
    return run
