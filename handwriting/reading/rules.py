"""Ruled lines, base lines, the lines of squared paper and of frames leave the ink; strokes that touch them stay.

A rule is a straight line in what is thin across its direction, for directions near the picture's own. It is as thick
as where no digit touches it: where there is more ink, that is a stroke.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.reading.components import STROKE
from handwriting.reading.straight_lines import StraightLine, find_straight_lines

THICKEST = 2.0
"""A rule is at most so many times as thick as the strokes."""
SHORTEST = 2.2
"""A rule is at least so many digits' heights long ..."""
SHARE = 0.4
"""... and this share of the picture."""
FULL = 0.85
"""A rule across this share of the picture is one however high the digits seem to be, if there are `SEVERAL`."""
SEVERAL = 3
THIN = 0.6
"""What is at most so many times as thick as the strokes is none of them ..."""
THIN_SHARE = 0.6
"""... and a rule from this share of the picture on, whatever the digits' height."""
UNBROKEN = 0.95
"""A rule as thick as the strokes has ink in this share of its columns: the feet of digits in a row have gaps."""
TOUCHED = 0.2
"""So many strokes' widths of ink more than a rule has by itself are a stroke that touches it."""


@dataclass(frozen=True)
class _Rule:
    """A line, and the ink that passes it.

    `run` (m, n) marks that ink in a window along the line's n columns, the rows of which are `places` (m, n) in the
    picture; `thickness` (n,) is how much it is, in pixels of full ink.
    """

    line: StraightLine
    places: NDArray[np.intp]
    run: NDArray[np.bool_]
    thickness: Floats

    @property
    def own_thickness(self) -> float:
        """How thick it is where nothing touches it: the lower quartile."""
        covered = self.thickness[self.thickness > 0]
        return float(np.percentile(covered, 25)) if len(covered) else 0.0

    @property
    def covered(self) -> float:
        """The share of its columns in which there is ink."""
        return float((self.thickness > 0).mean())


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
    inked = amount >= STROKE
    lines = find_straight_lines(_thin(inked, thickest), inked, SHARE * amount.shape[1])
    found = [_rule(amount, line, 2 * thickest + 2) for line in lines]
    several = sum(len(line) >= FULL * amount.shape[1] for line in lines) >= SEVERAL
    cleared = amount
    for rule in found:
        is_side = erased is not None and _is_side(rule.line, erased, 2 * thickest + 2)
        if is_side or _is_sure(rule, digit_height, stroke, amount.shape[1], several):
            cleared = amount.copy() if cleared is amount else cleared
            _erase(cleared, rule, TOUCHED * stroke)
    return cleared


def _is_sure(rule: _Rule, digit_height: float, stroke: float, width: int, several: bool) -> bool:
    """Tell whether a line is a rule: too long or too thin for a part of a digit, or one of several across a picture."""
    length = len(rule.line)
    is_thin = rule.own_thickness <= THIN * stroke
    if not is_thin and rule.covered < UNBROKEN:
        return False
    is_long = length >= SHORTEST * digit_height
    return is_long or (is_thin and length >= THIN_SHARE * width) or (several and length >= FULL * width)


def _is_side(line: StraightLine, erased: NDArray[np.bool_], reach: int) -> bool:
    """Tell whether a line leads from one end of what was erased across to another."""
    across = np.flatnonzero(erased.any(axis=1))
    if not len(across) or min(abs(line.rows.mean() - across[0]), abs(line.rows.mean() - across[-1])) > reach:
        return False
    ends = ((int(line.rows[end]), int(line.columns[end])) for end in (0, -1))
    return all(erased[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach].any() for y, x in ends)


def _thin(inked: NDArray[np.bool_], thickest: int) -> NDArray[np.bool_]:
    """Return the ink in vertical runs of at most `thickest` pixels."""
    from scipy import ndimage

    return inked & ~ndimage.binary_opening(inked, np.ones((thickest + 1, 1), np.bool_))


def _rule(amount: Floats, line: StraightLine, reach: int) -> _Rule:
    """Return the ink that passes a line, looked at for `reach` pixels above and below it."""
    wanted = line.rows + np.arange(-reach, reach + 1)[:, None]
    places = wanted.clip(0, len(amount) - 1)
    window = np.where(wanted == places, amount[places, line.columns], 0)
    run = _run_through_middle(window >= STROKE / 2)
    return _Rule(line, places, run, np.sum(window, axis=0, where=run))


def _run_through_middle(inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, in each column, the run of ink that passes the middle row or lies next to it."""
    middle = len(inked) // 2
    run = np.zeros_like(inked)
    for first in (middle - 1, middle, middle + 1):
        seeded = inked[first]
        run[first:] |= np.logical_and.accumulate(inked[first:], axis=0) & seeded
        run[: first + 1] |= np.logical_and.accumulate(inked[: first + 1][::-1], axis=0)[::-1] & seeded
    return run


def _erase(cleared: Floats, rule: _Rule, touched: float) -> None:
    """Clear a rule's ink where it has at most `touched` pixels of ink more than by itself: strokes stay."""
    at = np.nonzero(rule.run & (rule.thickness <= rule.own_thickness + touched))
    cleared[rule.places[at], rule.line.columns[at[1]]] = 0
