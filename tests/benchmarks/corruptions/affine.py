"""Images sheared, made smaller, rotated and shifted.

A matrix (2, 2) maps a point of the new image to the point of the old one that is shown there, as (row, column) from the
centre.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from handwriting.interfaces import Floats

SHEAR = 0.4
"""Radians by which vertical strokes lean, to either side."""
ROTATION = 0.4
"""Radians, to either side."""
SCALE = 0.7
"""Factor of width and height."""
SHIFT = 3.0
"""Pixels along both axes, to either side."""


def shear(x: Floats, rng: np.random.Generator) -> Floats:
    """Let vertical strokes lean to the left or to the right; they get longer, too."""
    matrices = [((math.cos(lean), 0), (-math.sin(lean), 1)) for lean in SHEAR * _signs(len(x), rng)]
    return _transformed(x, matrices)


def scale(x: Floats, rng: np.random.Generator) -> Floats:
    """Make the digit smaller."""
    return _transformed(x, [np.eye(2) / SCALE] * len(x))


def rotate(x: Floats, rng: np.random.Generator) -> Floats:
    """Rotate to the left or to the right."""
    angles = ROTATION * _signs(len(x), rng)
    return _transformed(x, [((math.cos(a), math.sin(a)), (-math.sin(a), math.cos(a))) for a in angles])


def translate(x: Floats, rng: np.random.Generator) -> Floats:
    """Shift along a diagonal, in either direction."""
    return _transformed(x, [np.eye(2)] * len(x), SHIFT * _signs((len(x), 2), rng))


def _signs(shape: int | tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.choice((-1.0, 1.0), shape)


def _transformed(x: Floats, matrices: Iterable[ArrayLike], shifts: ArrayLike = (0.0, 0.0)) -> Floats:
    """Transform each of n images by its matrix and its shift (n, 2) or (2,), with bilinear interpolation."""
    result = np.empty_like(x)
    centre = (np.array(x.shape[1:]) - 1) / 2
    each = zip(x, result, map(np.asarray, matrices), np.broadcast_to(shifts, (len(x), 2)), strict=True)
    for image, output, matrix, shift in each:
        offset = centre - matrix @ centre + shift
        ndimage.affine_transform(image, matrix, offset, output=output, order=1, mode="grid-constant")
    return result
