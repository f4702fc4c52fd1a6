"""Spatter: drops of mud on the lens."""

import numpy as np
from scipy import ndimage

from handwriting.interfaces import Floats

LIQUID, VARYING = 0.65, 0.3
"""Mean and standard deviation of how much liquid there is, from place to place."""
WET = 0.65
"""Liquid, once it has run together, above which a place is covered."""
RUNNING, FEATHERED = (0.0, 1.0, 1.0), (0.0, 1.5, 1.5)
"""Pixels, as standard deviations along (n, height, width), over which liquid runs together and drops end."""
THICK = 0.8
"""Below this share of cover mud is not seen."""
GREY = 63 / 255


def spatter(x: Floats, rng: np.random.Generator) -> Floats:
    """Cover places with grey mud."""
    liquid = rng.normal(LIQUID, VARYING, x.shape).astype(np.float32)
    wet = ndimage.gaussian_filter(liquid, RUNNING, mode="nearest") > WET
    cover = ndimage.gaussian_filter(wet.astype(np.float32), FEATHERED, mode="nearest")
    cover[cover < THICK] = 0
    return x * (1 - cover) + GREY * cover
