"""Filters over the 3x3 neighbourhood of each pixel; images are float32 (n, height, width), with a margin of background.

Neighbours are found by shifting the whole array in memory: what crosses the edge of an image is background.
"""

from collections.abc import Callable

import numpy as np

from handwriting.interfaces import Floats


def thickened(images: Floats, amounts: Floats) -> Floats:
    """Return the images with strokes thicker by `amounts` (n,), -1 to 1, in pixels on each side; thinner below 0.

    That is x + |amount| (extreme(x) - x), where extreme is the dilation, the maximum of the neighbourhood, or, below 0,
    the erosion, its minimum (J. Serra, "Image analysis and mathematical morphology", 1982).
    """
    changed = np.empty_like(images)
    for chosen, extreme in ((amounts >= 0, np.maximum), (amounts < 0, np.minimum)):
        some = images[chosen]
        changed[chosen] = some + np.abs(amounts[chosen, None, None]) * (_combined(some, extreme) - some)
    return changed


def blurred(images: Floats, amounts: Floats) -> Floats:
    """Return x + amount (soft(x) - x), with `amounts` (n,) from 0 to 1.

    soft(x) is x convolved with the binomial kernel (1, 2, 1) / 4 along both axes.
    """
    soft = _combined(images, np.add)
    soft *= np.float32(1 / 16)
    soft -= images
    soft *= amounts[:, None, None]
    soft += images
    return soft


def _combined(images: Floats, combine: Callable[..., Floats]) -> Floats:
    """Combine each pixel, taken twice, with its two neighbours in the row, and the results likewise in the column."""
    combined = images
    for step in (1, images.shape[2]):
        flat = combined.reshape(-1)
        pairs = combine(flat[:-step], flat[step:])
        combined = np.zeros_like(combined)
        combine(pairs[:-step], pairs[step:], out=combined.reshape(-1)[step:-step])
    return combined
