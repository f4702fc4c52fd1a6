"""The main digit of a picture: which connected components of ink belong to it, and which are specks, lines or shadows.

It is the largest component near the middle, with the components close to it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.ink import Ink
from handwriting.pictures.regions import corners

STROKE = 0.3
"""Least amount of ink, from 0 to 1, of a pixel that belongs to a stroke."""
CORE = 0.5
"""Least amount of ink of a pixel that belongs to a stroke's core; the size of a component is that of its core."""
MARGIN = 0.2
"""Width of the margin in which the weight of pixels falls towards the edge, as a fraction of the picture's side."""
SPECK = 0.03
"""Size below which a component is a speck, as a fraction of the main component's."""
REACH = 0.25
"""Largest distance of a component from the rest of its digit, as a fraction of the main component's longer side."""


@dataclass(frozen=True)
class MainDigit:
    """A mask (height, width) of the digit's `strokes`, and whether they are one component, and all else are specks."""

    strokes: NDArray[np.bool_]
    only: bool


def find_main_digit(ink: Ink) -> MainDigit | None:
    """Return the main digit, None if there is no digit."""
    labels, low, high = connected(ink.amount >= STROKE)
    if not len(low):
        return None
    main, members, sizes = _choose(ink.amount, labels, low, high) if len(low) > 1 else (0, np.ones(1, bool), np.ones(1))
    if (high[main] - low[main]).max() < max(4, 0.02 * max(labels.shape)):
        return None
    is_member = np.concatenate(([False], members))  # label 0 is the background
    return MainDigit(is_member[labels], only=bool((sizes >= SPECK * sizes[main]).sum() == 1))


def _choose(
    amount: Floats, labels: NDArray[Any], low: NDArray[np.intp], high: NDArray[np.intp]
) -> tuple[int, NDArray[np.bool_], Floats]:
    """Return the main component, a mask (n,) of those that make up the digit, and the sizes of all (n,)."""
    core = np.where(amount >= CORE, labels, 0).ravel()
    sizes = np.bincount(core, minlength=len(low) + 1)[1:].astype(np.float64)
    weights = np.bincount(core, _pixel_weights(*amount.shape).ravel(), minlength=len(low) + 1)[1:]
    centrality = weights / np.maximum(sizes, 1)
    is_outer = centrality < 0.5
    # What touches two sides comes from outside, above all if it stays near the edge. It gets a lower weight, as frames
    # do, but is not excluded, since the digit of a tight crop may look the same.
    is_from_outside = (low == 0).sum(axis=1) + (high == amount.shape).sum(axis=1) >= 2
    is_frame = _frames(labels, low, high)
    outside = np.where(is_from_outside, np.where(is_outer, 0.02, 0.25), 1)
    main = int(np.argmax(sizes * (centrality + 0.05) * outside * np.where(is_frame, 0.02, 1)))

    # The bar of a 5, or the rest of a broken stroke. What is near the edge of the picture must lie beside the digit.
    candidates = ~is_from_outside & ~is_frame & (sizes >= SPECK * sizes[main])
    reach = np.where(is_outer, 0, REACH * (high[main] - low[main]).max())
    members = near = np.arange(len(low)) == main
    while near.any():
        members = members | near
        top_left, bottom_right = low[members].min(axis=0), high[members].max(axis=0)
        distance = np.maximum(low - bottom_right, top_left - high).max(axis=1)  # below 0 where boxes overlap
        near = candidates & (distance <= reach) & ~members
    return main, members, sizes


def _pixel_weights(height: int, width: int) -> Floats:
    """Return weights (height, width): 1 in the middle of the picture, down to 0 at its edge."""
    y, x = ((np.minimum(np.arange(n), np.arange(n)[::-1]) + 0.5) / n for n in (height, width))
    return np.minimum(np.minimum(y[:, None], x) / MARGIN, 1)


def _frames(labels: NDArray[Any], low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return which components are large, with ink in all corners of their box: the field of a form, hardly a digit."""
    is_frame = np.zeros(len(low), np.bool_)
    for k in np.flatnonzero(4 * (high - low).prod(axis=1) >= labels.size):
        inside = labels[low[k, 0] : high[k, 0], low[k, 1] : high[k, 1]]
        height, width = (max(1, length // 10) for length in inside.shape)
        is_frame[k] = all((corner == k + 1).any() for corner in corners(inside, height, width))
    return is_frame
