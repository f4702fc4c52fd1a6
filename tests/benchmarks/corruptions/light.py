"""Wrong light: too much of it, and a picture that is half its own negative."""

import numpy as np

from handwriting.interfaces import Floats

LIGHTER = 0.5
STRIPE = slice(7, 21)
"""Columns that stay as they are."""


def brightness(x: Floats, rng: np.random.Generator) -> Floats:
    """Make every pixel lighter; what gets too light is white."""
    return x + LIGHTER


def stripe(x: Floats, rng: np.random.Generator) -> Floats:
    """Turn dark into light and light into dark but for a stripe in the middle."""
    result = 1 - x
    result[:, :, STRIPE] = x[:, :, STRIPE]
    return result
