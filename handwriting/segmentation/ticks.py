"""Removes ticks from the ink: the short strokes on the base line of a form that mark the place of each digit.

A tick stands on a rule that was erased, or hangs from it, is thin and lower than digits, and ends freely; so neither a
1 nor the leg of a 4 is one. There are several of the same height.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.percentiles import weighted_median
from handwriting.pictures.regions import dilated
from handwriting.pictures.stroke_width import STROKE

MAX_HEIGHT = 0.75
"""Largest height of a tick, as a fraction of that of the other ink."""
MIN_SLENDERNESS = 1.5
"""Least height of a tick, in its widths."""
SEVERAL = 2
"""Fewest ticks."""
ALIKE = 0.25
"""Largest difference of a tick's height from their median, as a fraction of it."""
NEAR = 3
"""Largest distance of a tick from the rule, in pixels."""


def without_ticks(amount: Floats, erased: NDArray[np.bool_], thickest: float) -> Floats:
    """Return the ink (height, width) without ticks at what was `erased`, which are at most `thickest` pixels wide."""
    if not erased.any():
        return amount
    labels, low, high = connected(amount >= STROKE)
    height, width = (high - low).T
    is_slender = (width <= thickest) & (height >= MIN_SLENDERNESS * width)
    is_tick = is_slender & np.isin(np.arange(len(low)) + 1, labels[dilated(erased, NEAR)])
    pixels = np.bincount(labels.ravel(), minlength=len(low) + 1)[1:]
    is_tick &= height <= MAX_HEIGHT * weighted_median(height[~is_tick], pixels[~is_tick])
    usual = np.median(height[is_tick]) if is_tick.any() else 0
    is_tick &= np.abs(height - usual) <= ALIKE * usual
    if is_tick.sum() < SEVERAL:
        return amount
    return np.where(dilated(np.append(False, is_tick)[labels], NEAR), 0, amount)
