"""Removes rules from the ink: ruled lines, base lines, squared paper, frames. Strokes that touch them stay.

A rule is a long straight line in ink that is thin across the line's direction. Where a stroke touches it, its ink is
thicker than elsewhere, and there it stays. The feet of zeros in a row lie on a line, too, but bend away from it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.stroke_width import STROKE
from handwriting.segmentation.straight_lines import StraightLine, find_straight_lines, longest_extent
from handwriting.segmentation.ticks import without_ticks

MAX_THICKNESS = 2.0
"""Largest thickness of a rule, in stroke widths."""
MAX_THICKNESS_IN_HEIGHTS = 0.5
"""The same in digit heights, since the ink of blots seems to be of very wide strokes."""
MIN_WIDTH_FRACTION = 0.4
"""Least length of a rule, as a fraction of the picture's width."""
LONG = 2.2
"""Length from which a line is a rule, in digit heights."""
THIN = 0.6
"""Largest thickness of a line that is thinner than strokes, in stroke widths."""
THIN_WIDTH_FRACTION = 0.6
"""Length from which a line thinner than strokes is a rule, as a fraction of the picture's width."""
FULL_WIDTH_FRACTION = 0.85
"""Length of a line across the picture, as a fraction of its width; `SEVERAL` of them are rules."""
SEVERAL = 3
LONGER = 1.2
"""Least length of such a line, in digit heights: in a tight crop, the strokes of digits cross the picture, too."""
MIN_COVERAGE = 0.95
"""Least fraction of columns with ink in a rule that is as thick as strokes: the feet of digits in a row have gaps."""
MAX_UNEVENNESS = 0.2
"""Largest mean change of the distance between a rule and the centre of its ink, in pixels from column to column."""
NEAR, MIN_NEAR = 1.5, 4
"""Largest distance of a frame's side from the ends of other sides, in stroke widths, and at least in pixels."""
TOUCHED = 0.2
"""Extra thickness from which a stroke touches a rule, in stroke widths."""


@dataclass(frozen=True)
class _Ink:
    """The ink of a line in a window of m rows along its n columns, with that of strokes that touch it.

    `rows` (m, n) are the picture's rows in the window, and `run` (m, n) marks the ink. `thickness` (n,) is that of the
    ink in each column, in pixels of full ink, and `centre` (n,) the distance of its centre from the line, in pixels.
    """

    rows: NDArray[np.intp]
    run: NDArray[np.bool_]
    thickness: Floats
    centre: Floats


def without_rules(amount: Floats, digit_height: float, stroke_width: float) -> Floats:
    """Return the ink (height, width) without rules, horizontal or vertical to a few degrees, and ticks on them.

    The vertical sides of a frame are removed even if they are as short as a 1, since they join the ends of its
    horizontal ones.
    """
    level = _without_level_rules(amount, digit_height, stroke_width, np.zeros(amount.shape, np.bool_))
    erased = level != amount
    level = without_ticks(level, erased, max(3, MAX_THICKNESS * stroke_width))
    return _without_level_rules(level.T, digit_height, stroke_width, erased.T).T


def _without_level_rules(amount: Floats, digit_height: float, stroke_width: float, erased: NDArray[np.bool_]) -> Floats:
    """Return the ink without horizontal rules and without sides of frames, of which other sides were `erased`."""
    width = amount.shape[1]
    shortest = min(LONG * digit_height, THIN_WIDTH_FRACTION * width)  # of rules that are no sides
    inked = amount >= STROKE
    if longest_extent(inked) < shortest and not erased.any():
        return amount
    thickest = max(3, round(min(MAX_THICKNESS * stroke_width, MAX_THICKNESS_IN_HEIGHTS * digit_height)))
    reach = 2 * thickest + 2
    lines = find_straight_lines(_thin(inked, thickest), inked, MIN_WIDTH_FRACTION * width)
    across = max(FULL_WIDTH_FRACTION * width, LONGER * digit_height)
    are_several = sum(len(line) >= across for line in lines) >= SEVERAL
    cleared = amount.copy()
    for line in lines:
        is_side = _is_side(line, erased, max(MIN_NEAR, round(NEAR * stroke_width)))
        if len(line) < shortest and not is_side:
            continue
        ink = _ink_along(amount, line, reach)
        is_inked = ink.thickness > 0
        # Where no stroke touches the line:
        own_thickness = float(np.percentile(ink.thickness[is_inked], 25)) if is_inked.any() else 0.0
        untouched = ink.thickness <= own_thickness + TOUCHED * stroke_width
        is_thin = own_thickness <= THIN * stroke_width
        is_dense = is_thin or is_inked.mean() >= MIN_COVERAGE
        is_full = are_several and len(line) >= across
        is_long = len(line) >= LONG * digit_height or (is_thin and len(line) >= THIN_WIDTH_FRACTION * width)
        is_even = _unevenness(ink.centre[untouched & is_inked]) <= MAX_UNEVENNESS
        if (is_dense and is_even and (is_long or is_full)) or is_side:
            y, x = np.nonzero(ink.run & untouched)
            cleared[ink.rows[y, x], line.columns[x]] = 0
    return cleared


def _thin(inked: NDArray[np.bool_], thickest: int) -> NDArray[np.bool_]:
    """Return the ink (height, width) in vertical runs of at most `thickest` pixels."""
    columns = np.pad(inked, ((0, 1), (0, 0))).T  # with a blank pixel that ends the run at the foot of each
    flat = columns.ravel()
    ends = np.append(np.flatnonzero(np.diff(flat)) + 1, flat.size)
    lengths = np.diff(ends, prepend=0)  # of runs, with and without ink in turns
    return (flat & np.repeat(lengths <= thickest, lengths)).reshape(columns.shape).T[: len(inked)]


def _ink_along(amount: Floats, line: StraightLine, reach: int) -> _Ink:
    """Return the ink of a line in the window up to `reach` rows above and below it."""
    distances = np.arange(-reach, reach + 1)[:, None]
    wanted = line.rows + distances
    rows = wanted.clip(0, len(amount) - 1)
    window = np.where(wanted == rows, amount[rows, line.columns], 0)
    run = window >= STROKE / 2
    for outwards in (run[reach + 1 :], run[reach - 1 :: -1]):
        np.logical_and.accumulate(outwards, out=outwards)
    thickness = np.sum(window, axis=0, where=run)
    centre = np.sum(window * distances, axis=0, where=run) / np.where(thickness, thickness, 1)
    return _Ink(rows, run, thickness, centre)


def _unevenness(centre: Floats) -> float:
    """Return the mean change of the distance between a line and the centre of its ink from one column to the next."""
    return float(np.abs(np.diff(centre)).mean()) if len(centre) > 1 else 0.0


def _is_side(line: StraightLine, erased: NDArray[np.bool_], near: int) -> bool:
    """Tell whether a line is a side of a frame: along an end of the `erased` sides, and joining them at both ends."""
    across = np.flatnonzero(erased.any(axis=1))
    if not len(across) or min(abs(line.rows.mean() - across[0]), abs(line.rows.mean() - across[-1])) > near:
        return False
    ends = ((int(line.rows[end]), int(line.columns[end])) for end in (0, -1))
    return all(erased[max(y - near, 0) : y + near, max(x - near, 0) : x + near].any() for y, x in ends)
