"""Connected components of ink, and what can be measured of each without reading it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.percentiles import weighted_median
from handwriting.pictures.regions import dilated
from handwriting.pictures.stroke_width import STROKE, gradient_length

MAX_STROKE_WIDTH = 3.0
"""Largest stroke width of handwriting, as a multiple of the typical one; shadows and blots have a larger one."""


SPECK = 0.65
"""Ink below which a component is a speck, in squares of the stroke width; a point as wide as a stroke has 0.8."""


@dataclass(frozen=True)
class Components:
    """Connected components of ink: `labels` and boxes as from `connected`, and what is measured of each."""

    labels: NDArray[Any]
    low: NDArray[np.intp]
    high: NDArray[np.intp]
    ink: Floats
    """Sum of each component's ink, (n,)."""
    stroke_width: Floats
    """Mean width of each component's strokes in pixels, (n,)."""
    outline: Floats
    """Length of each component's outline in pixels, (n,)."""

    def __len__(self) -> int:
        return len(self.low)

    @property
    def height(self) -> NDArray[np.intp]:
        """The height of each box, (n,)."""
        return self.high[:, 0] - self.low[:, 0]

    @property
    def centres(self) -> Floats:
        """The centre of each box, (n, 2): x, y."""
        return (self.low + self.high)[:, ::-1] / 2

    @property
    def typical_stroke_width(self) -> float:
        """The median stroke width in pixels, weighted by the outline, so that blots have little weight."""
        return weighted_median(self.stroke_width, self.outline)

    @property
    def typical_height(self) -> float:
        """The median height in pixels, weighted by the ink, of the components of handwriting; 0 if there are none."""
        strokes = self.strokes()
        return weighted_median(self.height[strokes], self.ink[strokes])

    def strokes(self) -> NDArray[np.intp]:
        """Return the positions of the components that may be handwriting: neither solid nor specks."""
        typical = self.typical_stroke_width
        # The strokes of large digits may be far wider than those of small print beside them.
        of_high_ones = weighted_median(self.stroke_width, self.outline * self.height)
        is_drawn = self.stroke_width <= MAX_STROKE_WIDTH * max(typical, of_high_ones)
        return np.flatnonzero(is_drawn & (self.ink >= SPECK * typical**2))


def find_components(amount: Floats, reach: int = 0) -> Components:
    """Return the components of ink in `amount` (height, width); those at most twice `reach` pixels apart are one."""
    from scipy import ndimage

    inked = np.pad(amount >= STROKE, reach)
    labels, low, high = connected(dilated(inked, reach))
    if reach:
        inside = slice(reach, -reach)
        labels, high = (labels * inked)[inside, inside], high - 2 * reach
    with_soft_edges = ndimage.maximum_filter(labels, 3)
    gradient = gradient_length(np.pad(amount, ((0, 1), (0, 1)), mode="edge"))
    ink, outline = (_sums(values, with_soft_edges, len(low)) for values in (amount, gradient))
    return Components(labels, low, high, ink, 2 * ink / np.maximum(outline, 1e-6), outline)


def _sums(values: Floats, labels: NDArray[Any], count: int) -> Floats:
    """Return the sum of the `values` (height, width) at each label from 1 to `count`."""
    places = np.flatnonzero(labels)  # most of a picture is paper
    sums: NDArray[Any] = np.bincount(labels.ravel()[places], values.ravel()[places], count + 1)
    return sums[1:]
