"""Edges alone (Canny 1986), by the steps and with the thresholds of scikit-image's `feature.canny`."""

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

BLUR = (0.0, 1.0, 1.0)
"""Standard deviations of a first blur against noise in pixels, along (n, height, width)."""
SOBEL = np.outer((1, 2, 1), (-1, 0, 1)).astype(np.float32)
"""The gradient to the right; its transpose is the gradient downwards."""
LOW, HIGH = 0.1, 0.2
"""Sobel gradients from which a pixel may be part of an edge, and from which it is one."""
TINY = np.finfo(np.float32).tiny
NEIGHBOURS = np.array([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))])
"""The eight neighbours of a pixel in its own image, (3, 3, 3)."""


def canny_edges(x: Floats, rng: np.random.Generator) -> Floats:
    """Draw the edges one or two pixels wide: steep pixels, and less steep ones that are connected with them."""
    blurred = ndimage.gaussian_filter(x, BLUR, mode="constant")
    gradients = np.stack([ndimage.correlate(blurred, kernel[None]) for kernel in (SOBEL.T, SOBEL)])
    ridge = _ridges(gradients)
    candidates, count = ndimage.label(ridge >= LOW, NEIGHBOURS)
    strong = np.zeros(count + 1, bool)
    strong[candidates[ridge >= HIGH]] = True
    return strong[candidates].astype(np.float32)


def _ridges(gradients: Floats) -> Floats:
    """Return the steepness (n, height, width) where it is largest along its gradient, 0 elsewhere and at the border.

    `gradients` (2, n, height, width) are downwards and to the right.
    """
    steepness = np.hypot(*gradients)
    step = np.zeros((3, *steepness.shape), np.float32)
    step[1:] = gradients / np.maximum(np.abs(gradients).max(axis=0), TINY)
    here = np.indices(steepness.shape)
    before, behind = (ndimage.map_coordinates(steepness, here + offset, order=1) for offset in (-step, step))
    largest = (steepness >= before) & (steepness >= behind)
    largest[:, (0, -1)] = largest[:, :, (0, -1)] = False
    return np.where(largest, steepness, 0)
