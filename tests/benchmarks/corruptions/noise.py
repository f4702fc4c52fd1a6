"""Noise of sensors: too little light, and pixels that do not work."""

import numpy as np

from handwriting.interfaces import Floats

PHOTONS = 3
"""Photons, on average, that make a pixel white."""

FAULTY = 0.17
"""Share of the pixels that show black or white, whatever they should show."""


def shot(x: Floats, rng: np.random.Generator) -> Floats:
    """Count photons, which come by chance: light pixels vary, dark ones stay dark."""
    return rng.poisson(PHOTONS * x) / PHOTONS


def impulse(x: Floats, rng: np.random.Generator) -> Floats:
    """Strew salt and pepper, as much of the one as of the other."""
    faulty, salt = rng.random(x.shape) < FAULTY, rng.random(x.shape) < 0.5
    return np.where(faulty, salt, x)
