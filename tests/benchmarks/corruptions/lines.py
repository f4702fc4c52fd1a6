"""Lines across the image, dotted or as a zigzag."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from handwriting.interfaces import Floats

REACH = 2.3
"""Distance from the middle of a line in pixels at which it has faded to 0."""

FIRST, LAST = 2, 25
"""Columns between which a zigzag runs."""
AMPLITUDE = 2.0
"""Pixels from the axis of a zigzag to a turn, which is also half the distance between turns along the axis."""
TILT = 5
"""Rows by which a zigzag may rise or fall."""


def dotted_line(x: Floats, rng: np.random.Generator) -> Floats:
    """Add a line from the left to the right edge, with gaps of two columns after every two columns."""
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
    """Draw a zigzag that begins in row `start` and ends `rise` rows below."""
    axis = np.array((LAST - FIRST, rise))
    length = np.hypot(*axis)
    forward = axis / length
    aside = np.array((-forward[1], forward[0]))
    turns = np.arange(AMPLITUDE, length, 2 * AMPLITUDE)
    heights = AMPLITUDE * (-1.0) ** np.arange(len(turns))
    last = heights[-1] * (1 - (length - turns[-1]) / AMPLITUDE)
    points = zip((0, *turns, length), (0, *heights, last), strict=True)
    corners = [np.array((FIRST, start)) + along * forward + height * aside for along, height in points]
    return np.sum([_line(*ends, shape) for ends in pairwise(corners)], axis=0)


def _line(begin: ArrayLike, end: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Draw a line from one point (column, row) to another further right, brightest in its middle."""
    (left, top), (right, bottom) = np.asarray(begin), np.asarray(end)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    middle = top + (bottom - top) / (right - left) * (columns - left)
    distance = np.minimum(np.abs(rows - middle) / REACH, 1 - 1e-9)
    line: Floats = np.maximum(1 + np.log(1 - distance), 0) * ((columns >= np.floor(left)) & (columns < np.ceil(right)))
    return line
