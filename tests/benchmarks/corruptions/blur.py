"""Blur: seen through frosted glass, or by a camera that moves."""

from itertools import product

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

SOFT = (0.0, 0.7, 0.7)
"""Pixels, as standard deviations along (n, height, width), over which glass smears."""
SHUFFLES = 2
"""Walks through the picture in which pixels change places."""

TAPS = 21
"""Places along its way at which the camera looks."""
SLOWNESS = 3.0
"""Pixels, as a standard deviation, after which it has seen most."""
STEEPEST = 45.0
"""Degrees from the horizontal, to either side."""


def glass(x: Floats, rng: np.random.Generator) -> Floats:
    """Smear, let pixels change places with neighbours on the left or above, and smear again."""
    x = ndimage.gaussian_filter(x, SOFT, mode="nearest")
    last = x.shape[1] - 1
    for _ in range(SHUFFLES):
        for row, column in product(range(last, 1, -1), repeat=2):
            chosen = np.flatnonzero(rng.random(len(x)) < 0.5)
            up, left = rng.integers(2, size=(2, len(chosen)))
            here, there = (chosen, row, column), (chosen, row - up, column - left)
            x[here], x[there] = x[there], x[here]
    return ndimage.gaussian_filter(x, SOFT, mode="nearest")


def motion(x: Floats, rng: np.random.Generator) -> Floats:
    """Add up what is seen along a line from each pixel, half a Gaussian long, as ImageMagick's motion blur does."""
    n, height, width = x.shape
    weights = np.exp(-0.5 * (np.arange(TAPS) / SLOWNESS) ** 2)
    angles = np.radians(rng.uniform(-STEEPEST, STEEPEST, n))
    pictures = np.arange(n)[:, None, None]
    seen = np.zeros_like(x)
    for step, weight in enumerate(weights / weights.sum()):
        down, right = (np.ceil(step * way - 0.5).astype(int) for way in (np.sin(angles), np.cos(angles)))
        rows = np.clip(np.arange(height) + down[:, None], 0, height - 1)
        columns = np.clip(np.arange(width) + right[:, None], 0, width - 1)
        seen += np.float32(weight) * x[pictures, rows[:, :, None], columns[:, None, :]]
    return seen
