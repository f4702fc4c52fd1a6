"""Lines across the picture, dotted or as a zigzag."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from handwriting.interfaces import Floats

REACH = 2.3
"""Pixels above and below a line at which its light has faded to nothing."""

FIRST, LAST = 2, 25
"""Columns between which a zigzag runs."""
STRAY = 2.0
"""Pixels by which it strays to either side: half of those from one turn to the next."""
TILT = 5
"""Rows by which it may rise or fall."""


def dotted_line(x: Floats, rng: np.random.Generator) -> Floats:
    """Add a line from the left to the right edge, of which every other two columns are missing."""
    height, width = x.shape[1:]
    drawn = np.arange(width) // 2 % 2
    ends = rng.integers(height - 1, size=(len(x), 2))
    return x + drawn * np.stack([_line((0, left), (width - 1, right), (height, width)) for left, right in ends])


def zigzag(x: Floats, rng: np.random.Generator) -> Floats:
    """Add a zigzag that rises or falls a little."""
    starts = rng.integers(x.shape[1] - 1, size=len(x))
    rises = rng.integers(-TILT, TILT, size=len(x))
    return x + np.stack([_zigzag(start, rise, x.shape[1:]) for start, rise in zip(starts, rises, strict=True)])


def _zigzag(start: int, rise: int, shape: tuple[int, ...]) -> Floats:
    """Draw one that begins in row `start` and ends `rise` rows below."""
    way = np.array((LAST - FIRST, rise))
    length = np.hypot(*way)
    forward = way / length
    aside = np.array((-forward[1], forward[0]))
    turns = np.arange(STRAY, length, 2 * STRAY)
    strays = STRAY * (-1.0) ** np.arange(len(turns))
    rest = strays[-1] * (1 - (length - turns[-1]) / STRAY)
    walk = zip((0, *turns, length), (0, *strays, rest), strict=True)
    corners = [np.array((FIRST, start)) + along * forward + stray * aside for along, stray in walk]
    return np.sum([_line(*ends, shape) for ends in pairwise(corners)], axis=0)


def _line(begin: ArrayLike, end: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Draw a line from one place (column, row) to another further right, lightest in its middle."""
    (left, top), (right, bottom) = np.asarray(begin), np.asarray(end)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    middle = top + (bottom - top) / (right - left) * (columns - left)
    far = np.minimum(np.abs(rows - middle) / REACH, 1 - 1e-9)
    light: Floats = np.maximum(1 + np.log(1 - far), 0) * ((columns >= np.floor(left)) & (columns < np.ceil(right)))
    return light
