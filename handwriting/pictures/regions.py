"""Regions of a picture (height, width): the box around a mask, its middle, its sides, its corners, and its growth."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def box_around(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and the columns of the smallest box that holds a mask (height, width) of at least one pixel."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def inner(picture: NDArray[Any], margin: float = 0.1) -> NDArray[Any]:
    """Return the picture without the fraction `margin` of its length on each side."""
    rows, columns = (int(length * margin) for length in picture.shape)
    return picture[rows : picture.shape[0] - rows, columns : picture.shape[1] - columns]


def sides(picture: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the strips along the four sides: top, bottom, left and right."""
    width = max(1, min(picture.shape) // 20)
    return picture[:width], picture[-width:], picture[:, :width], picture[:, -width:]


def border(picture: NDArray[Any]) -> NDArray[Any]:
    """Return the pixels (n,) of the four sides, those in the corners twice."""
    return np.concatenate([side.ravel() for side in sides(picture)])


def corners(picture: NDArray[Any], height: int, width: int) -> list[NDArray[Any]]:
    """Return the four corners, each (height, width)."""
    return [
        picture[rows, columns]
        for rows in (slice(height), slice(-height, None))
        for columns in (slice(width), slice(-width, None))
    ]


def dilated(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Return `mask` grown by `pixels` on all sides, also at corners; for one pixel twice as fast as by SciPy."""
    for _ in range(pixels):
        taller = mask.copy()
        taller[1:] |= mask[:-1]
        taller[:-1] |= mask[1:]
        mask = taller.copy()
        mask[:, 1:] |= taller[:, :-1]
        mask[:, :-1] |= taller[:, 1:]
    return mask


def eroded(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Return `mask` without the pixels closer than `pixels` to what is not in it; the picture's sides are no end."""
    return ~dilated(~mask, pixels)
