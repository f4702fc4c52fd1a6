"""Pictures sheared, made smaller, turned and shifted.

A matrix (2, 2) leads from a place of the new picture to the one of the old picture that is seen there, as (row, column)
from the centre.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from handwriting.interfaces import Floats

LEAN = 0.4
"""Radians by which upright strokes lean, to either side."""
TURN = 0.4
"""Radians, to either side."""
SMALLER = 0.7
"""Width and height, as a share of what they were."""
PIXELS = 3.0
"""By which pictures are shifted, along both axes, to either side."""


def shear(x: Floats, rng: np.random.Generator) -> Floats:
    """Let upright strokes lean to the left or to the right; they get longer, too."""
    matrices = [((math.cos(lean), 0), (-math.sin(lean), 1)) for lean in LEAN * _signs(len(x), rng)]
    return _seen(x, matrices)


def scale(x: Floats, rng: np.random.Generator) -> Floats:
    """Make everything smaller."""
    return _seen(x, [np.eye(2) / SMALLER] * len(x))


def rotate(x: Floats, rng: np.random.Generator) -> Floats:
    """Turn to the left or to the right."""
    turns = TURN * _signs(len(x), rng)
    return _seen(x, [((math.cos(a), math.sin(a)), (-math.sin(a), math.cos(a))) for a in turns])


def translate(x: Floats, rng: np.random.Generator) -> Floats:
    """Shift along both diagonals, to either side."""
    shifts = PIXELS * _signs((len(x), 2), rng)
    return _seen(x, [np.eye(2)] * len(x), shifts)


def _signs(shape: int | tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.choice((-1.0, 1.0), shape)


def _seen(x: Floats, matrices: Iterable[ArrayLike], shifts: ArrayLike = (0.0, 0.0)) -> Floats:
    """Look at each of n pictures through its matrix and its shift, (n, 2) or (2,), in straight lines between pixels."""
    each = zip(x, matrices, np.broadcast_to(shifts, (len(x), 2)), strict=True)
    return np.stack([_seen_through(np.asarray(matrix), shift, picture) for picture, matrix, shift in each])


def _seen_through(matrix: Floats, shift: Floats, picture: Floats) -> Floats:
    centre = (np.array(picture.shape) - 1) / 2
    offset = centre - matrix @ centre + shift
    seen: Floats = ndimage.affine_transform(picture, matrix, offset, order=1, mode="grid-constant")
    return seen
