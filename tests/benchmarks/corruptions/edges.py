"""Edges alone: nothing is left but where light and dark meet (Canny 1986).

Steps and thresholds are those of scikit-image's `feature.canny`.
"""

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

SMOOTH = (0.0, 1.0, 1.0)
"""Pixels, as standard deviations along (n, height, width), over which noise is smoothed first."""
SOBEL = np.outer((1, 2, 1), (-1, 0, 1)).astype(np.float32)
"""How much lighter it gets to the right; its transpose, downwards."""
LOW, HIGH = 0.1, 0.2
"""Sobel gradients from which a pixel may be part of an edge, and from which it is one."""
TINY = np.finfo(np.float32).tiny
TOUCHING = np.array([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))])
"""Neighbours (3, 3, 3): the eight around a pixel in its own picture, none in the others."""


def canny(x: Floats, rng: np.random.Generator) -> Floats:
    """Draw the edges, a pixel or two wide: what is steep, and what hangs together with it and is nearly as steep."""
    smooth = ndimage.gaussian_filter(x, SMOOTH, mode="constant")
    gradients = np.stack([ndimage.correlate(smooth, kernel[None]) for kernel in (SOBEL.T, SOBEL)])
    ridge = _ridges(gradients)
    candidates, count = ndimage.label(ridge >= LOW, TOUCHING)
    strong = np.zeros(count + 1, bool)
    strong[candidates[ridge >= HIGH]] = True
    return strong[candidates].astype(np.float32)


def _ridges(gradients: Floats) -> Floats:
    """Return steepness (n, height, width) where it is largest along its gradient, 0 elsewhere and at the border.

    `gradients` (2, n, height, width) go down and to the right.
    """
    steepness = np.hypot(*gradients)
    step = np.zeros((3, *steepness.shape), np.float32)
    step[1:] = gradients / np.maximum(np.abs(gradients).max(axis=0), TINY)
    here = np.indices(steepness.shape)
    before, behind = (ndimage.map_coordinates(steepness, here + way, order=1) for way in (-step, step))
    largest = (steepness >= before) & (steepness >= behind)
    largest[:, (0, -1)] = largest[:, :, (0, -1)] = False
    return np.where(largest, steepness, 0)
