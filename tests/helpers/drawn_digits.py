"""Digits of the dataset `strokes`, without a file."""

import numpy as np

from handwriting.datasets.strokes import Strokes
from handwriting.interfaces import Examples


def draw(count: int, *seed: int) -> Examples:
    """Draw `count` digits from a seed."""
    chunks = list(Strokes.draw(count, *seed))
    return Examples(np.concatenate([c.images for c in chunks]), np.concatenate([c.labels for c in chunks]))
