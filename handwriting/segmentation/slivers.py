"""Removes slivers along the sides of the picture: of a desk, of the lines of a table, of the cell of a form.

A sliver runs along a side, from where it comes into the picture to a corner or far beyond the digits. A 1 at the side
of a tight crop looks alike, but ends about where the other digits do.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.segmentation.components import Components

MAX_DEPTH = 3.0
"""How far a sliver reaches into the picture at most, in stroke widths, unless it is `VERY_SLENDER`."""
VERY_SLENDER = 10.0
"""Length of a sliver that may be as wide as a strip of desk, as a multiple of how far it reaches into the picture."""
MIN_SLENDERNESS = 4.0
"""Least length of a sliver, as a multiple of its thickness."""
STICKS_OUT = 0.2
"""How far a sliver reaches beyond the digits at least, in digit heights."""


def without_slivers(amount: Floats, components: Components) -> Floats:
    """Return the ink (height, width) without slivers along its sides."""
    found = np.flatnonzero(_slivers(components))
    if not len(found):
        return amount
    from scipy import ndimage

    return np.where(ndimage.maximum_filter(np.isin(components.labels, found + 1), 3), 0, amount)


def _slivers(components: Components) -> NDArray[np.bool_]:
    """Return which components (n,) are slivers; none if nothing else is there."""
    stroke_width = components.typical_stroke_width
    along = [_along_side(components, side, stroke_width) for side in range(4)]
    digits = ~np.logical_or.reduce(along) & (components.ink >= stroke_width**2)
    found = np.zeros(len(components), np.bool_)
    if digits.any():
        reach = STICKS_OUT * float(components.height[digits].max())
        first, last = components.low[digits].min(axis=0) - reach, components.high[digits].max(axis=0) + reach
        for side, members in enumerate(along):
            direction = 1 - side % 2
            low, high = components.low[members, direction], components.high[members, direction]
            if members.any() and (low.min() < first[direction] or high.max() > last[direction]):
                found |= members  # all pieces of a sliver: rules and the background's estimate divide it
    return found


def _along_side(components: Components, side: int, stroke_width: float) -> NDArray[np.bool_]:
    """Return which components (n,) run along the top, left, bottom or right side, number 0 to 3."""
    axis, is_far = side % 2, side >= 2
    end = components.labels.shape[axis]
    near = end - components.high[:, axis] if is_far else components.low[:, axis]
    depth = end - components.low[:, axis] if is_far else components.high[:, axis]
    length = (components.high - components.low)[:, 1 - axis]
    deepest = np.maximum(MAX_DEPTH * stroke_width, length / VERY_SLENDER)
    return (near <= stroke_width) & (depth <= deepest) & (length >= MIN_SLENDERNESS * (depth - near))
