"""The background of a picture: the surface on which its ink lies, and the contrast of the ink to it.

The background is not a single grey level: paper is lit unevenly, and shadows and tables reach into photographs. It is
estimated by a grey-scale closing (dilation, then erosion: Serra, "Image Analysis and Mathematical Morphology", 1982),
which removes everything dark that is narrower than its window and keeps the slopes and edges of what is wider. What it
removes is the ink.
"""

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.levels import otsu_threshold
from handwriting.pictures.percentiles import median, percentiles
from handwriting.pictures.polarity import SMALL_SIDE
from handwriting.pictures.regions import inner
from handwriting.pictures.resampling import resize, shrink

BACKGROUND_SIDE = 96
"""Pixels on the longer side at which the background is estimated."""
WIDEST_STROKE, WIDEST_SMALL_STROKE = 0.25, 0.45
"""Side of the closing's window, as a fraction of the longer side of a large or a small picture."""
FINE_WINDOW, FINE_SMOOTHING = 15, 0.6
"""Least side of the window beside narrow strokes, and the standard deviation of the smoothing before, in pixels of the
picture in which it is moved: the edge of a shadow stays sharp."""
LEAST_CONTRAST = 0.03
"""Least contrast of ink, in grey levels from 0 to 1."""
LEAST_SIGNAL_TO_NOISE = 4.5
"""Least contrast of ink, in standard deviations of the background's noise."""


def background(grey: Floats) -> Floats:
    """Return the surface (height, width) on which dark ink lies."""
    from scipy import ndimage

    small, _ = shrink(grey, BACKGROUND_SIDE)
    side = max(small.shape)
    if side <= SMALL_SIDE:
        window = int(side * WIDEST_SMALL_STROKE) | 1
        return resize(ndimage.grey_closing(small, (window, window), mode="nearest"), *grey.shape)
    # A closing follows the lightest pixels, so smooth noise first.
    small = ndimage.gaussian_filter(small, side / 160)
    return resize(_closed(small, int(side * WIDEST_STROKE) | 1), *grey.shape)


def fine_background(grey: Floats, widest: float) -> Floats:
    """Return the surface on which dark strokes narrower than `widest` pixels lie; it follows edges of shadows."""
    from scipy import ndimage

    small, scale = shrink(grey, max(BACKGROUND_SIDE, round(FINE_WINDOW * max(grey.shape) / widest)))
    small = ndimage.gaussian_filter(small, FINE_SMOOTHING)
    return resize(_closed(small, int(widest / scale) | 1), *grey.shape)


def _closed(grey: Floats, window: int) -> Floats:
    """Return the closing of `grey` (height, width) by a square of `window` pixels.

    Light is extrapolated beyond the sides: without it the dark end of every slope would be taken for ink. But nothing
    there is lighter than all of the picture, as it would seem to be beside a stroke near a side.
    """
    from scipy import ndimage

    padded = np.minimum(np.pad(grey, window, mode="reflect", reflect_type="odd"), grey.max())
    return np.asarray(ndimage.grey_closing(padded, (window, window))[window:-window, window:-window])


def without_background(contrast: Floats) -> tuple[Floats, float]:
    """Return the contrast, 0 or more, to where most of the background lies, and the standard deviation of its noise.

    Both follow from the 10th and the 30th percentile, which are background even if half of the picture is ink. In a
    normal distribution they lie 1.282 and 0.524 standard deviations below the median.
    """
    low, high = map(float, percentiles(contrast, 10, 30))
    noise = (high - low) / (1.282 - 0.524)
    return np.maximum(contrast - (high + 0.524 * noise), 0), noise


def full_contrast(contrast: Floats, noise: float) -> float | None:
    """Return the contrast of a solid stroke, or None if nothing is clear enough to be one."""
    clear = max(4 * noise, LEAST_CONTRAST)
    for region in (inner(contrast, 0.15), contrast):  # the middle first: tables and shadows reach in from outside
        strong = region[region > clear]
        if strong.size:
            full = median(strong[strong >= otsu_threshold(strong)])
            return full if full >= LEAST_SIGNAL_TO_NOISE * noise else None
    return None
