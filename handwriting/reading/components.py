"""The connected pieces of ink in a picture, and what can be known of each without reading it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats

STROKE = 0.35
"""From this amount of ink on, a pixel is part of a stroke: it joins what is beside it, closes an eye, ends a gap."""


@dataclass(frozen=True)
class Components:
    """Connected pieces of ink: component k (of n) is where `labels` (height, width) is k + 1; 0 is background."""

    labels: NDArray[np.signedinteger[Any]]
    top: NDArray[np.intp]
    bottom: NDArray[np.intp]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    """Their boxes, (n,) each; `bottom` and `right` are the first row and column behind them."""
    ink: Floats
    """The sum of each one's ink, (n,)."""
    stroke: Floats
    """The mean width of each one's strokes in pixels, (n,)."""
    outline: Floats
    """The length of each one's outline in pixels, (n,)."""

    def __len__(self) -> int:
        return len(self.top)

    @property
    def height(self) -> NDArray[np.intp]:
        """The height of each box, (n,)."""
        return self.bottom - self.top

    @property
    def width(self) -> NDArray[np.intp]:
        """The width of each box, (n,)."""
        return self.right - self.left


def find_components(amount: Floats) -> Components:
    """Return the connected pieces (also over corners) of ink in `amount` (height, width)."""
    from scipy import ndimage

    labels, count = ndimage.label(amount >= STROKE, np.ones((3, 3), np.int8))
    boxes = ndimage.find_objects(labels)
    corners = np.array([(y.start, y.stop, x.start, x.stop) for y, x in boxes], np.intp).reshape(-1, 4)
    top, bottom, left, right = corners.T
    with_edges = ndimage.maximum_filter(labels, 3)  # their soft edges lie outside of what is labelled
    ink = _sums(with_edges, amount, count)
    outline = _sums(with_edges, _steepness(amount), count)
    return Components(labels, top, bottom, left, right, ink, 2 * ink / np.maximum(outline, 1e-6), outline)


def _sums(labels: NDArray[Any], values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(labels.ravel(), values.ravel(), count + 1)[1:], np.float64)


def _steepness(amount: Floats) -> Floats:
    """Return the length of the gradient (Roberts' cross) at each pixel: over a component it adds up to its outline."""
    wide = np.pad(amount, ((0, 1), (0, 1)), mode="edge")
    falling = wide[1:, 1:] - wide[:-1, :-1]
    rising = wide[1:, :-1] - wide[:-1, 1:]
    return np.sqrt((falling**2 + rising**2) / 2)
