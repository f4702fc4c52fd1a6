"""Blur: through frosted glass, or by a camera that moves."""

from itertools import product

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

GLASS_BLUR = (0.0, 0.7, 0.7)
"""Standard deviations of the blur of glass in pixels, along (n, height, width)."""
SHUFFLES = 2
"""Passes over the image in which pixels change places."""

TAPS = 21
"""Points along its motion at which the camera records."""
MOTION_BLUR = 3.0
"""Standard deviation of the motion blur in pixels."""
STEEPEST = 45.0
"""Degrees from the horizontal, to either side."""


def glass(x: Floats, rng: np.random.Generator) -> Floats:
    """Blur, let pixels change places with neighbours on the left or above, and blur again."""
    x = ndimage.gaussian_filter(x, GLASS_BLUR, mode="nearest")
    last = x.shape[1] - 1
    for _ in range(SHUFFLES):
        for row, column in product(range(last, 1, -1), repeat=2):
            chosen = np.flatnonzero(rng.random(len(x)) < 0.5)
            up, left = rng.integers(2, size=(2, len(chosen)))
            here, there = (chosen, row, column), (chosen, row - up, column - left)
            x[here], x[there] = x[there], x[here]
    return ndimage.gaussian_filter(x, GLASS_BLUR, mode="nearest")


def motion(x: Floats, rng: np.random.Generator) -> Floats:
    """Average along a line from each pixel, with half a Gaussian as weights, as ImageMagick's motion blur does."""
    n, height, width = x.shape
    weights = np.exp(-0.5 * (np.arange(TAPS) / MOTION_BLUR) ** 2)
    angles = np.radians(rng.uniform(-STEEPEST, STEEPEST, n))
    images = np.arange(n)[:, None, None]
    blurred = np.zeros_like(x)
    for step, weight in enumerate(weights / weights.sum()):
        down, right = (np.ceil(step * slope - 0.5).astype(int) for slope in (np.sin(angles), np.cos(angles)))
        rows = np.clip(np.arange(height) + down[:, None], 0, height - 1)
        columns = np.clip(np.arange(width) + right[:, None], 0, width - 1)
        blurred += np.float32(weight) * x[images, rows[:, :, None], columns[:, None, :]]
    return blurred
