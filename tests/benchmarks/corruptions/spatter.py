"""Spatter: drops of mud on the lens."""

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

LIQUID_MEAN, LIQUID_DEVIATION = 0.65, 0.3
"""Mean and standard deviation of the amount of liquid on each pixel."""
WET = 0.65
"""Amount of liquid, once blurred, above which a pixel is covered."""
LIQUID_BLUR, COVER_BLUR = (0.0, 1.0, 1.0), (0.0, 1.5, 1.5)
"""Standard deviations of two blurs in pixels, along (n, height, width)."""
OPAQUE = 0.8
"""Least cover, 0 to 1, at which mud is visible."""
GREY = 63 / 255


def spatter(x: Floats, rng: np.random.Generator) -> Floats:
    """Cover parts of the image with grey mud."""
    liquid = rng.normal(LIQUID_MEAN, LIQUID_DEVIATION, x.shape).astype(np.float32)
    wet = ndimage.gaussian_filter(liquid, LIQUID_BLUR, mode="nearest") > WET
    cover = ndimage.gaussian_filter(wet.astype(np.float32), COVER_BLUR, mode="nearest")
    cover[cover < OPAQUE] = 0
    return x * (1 - cover) + GREY * cover
