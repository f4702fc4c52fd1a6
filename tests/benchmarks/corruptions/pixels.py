"""Each pixel by itself: too little or too much light, defective pixels, and a negative with a positive stripe."""

import numpy as np

from handwriting.interfaces import Floats

PHOTONS = 3
"""Mean number of photons that make a pixel white."""
DEFECTIVE = 0.17
"""Fraction of the pixels that are black or white, whatever they should be."""
LIGHTER = 0.5
"""Brightness that is added to every pixel."""
STRIPE = slice(7, 21)
"""Columns that stay as they are."""


def shot(x: Floats, rng: np.random.Generator) -> Floats:
    """Count photons, which arrive randomly: light pixels vary, dark ones stay dark."""
    return rng.poisson(PHOTONS * x) / PHOTONS


def impulse(x: Floats, rng: np.random.Generator) -> Floats:
    """Add salt-and-pepper noise, half of it white."""
    defective, salt = rng.random(x.shape) < DEFECTIVE, rng.random(x.shape) < 0.5
    return np.where(defective, salt, x)


def brightness(x: Floats, rng: np.random.Generator) -> Floats:
    """Make every pixel lighter."""
    return x + LIGHTER


def stripe(x: Floats, rng: np.random.Generator) -> Floats:
    """Invert the image except for a stripe in the middle."""
    result = 1 - x
    result[:, :, STRIPE] = x[:, :, STRIPE]
    return result
