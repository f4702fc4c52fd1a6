"""Regions of a picture (height, width): its connected components, its middle, its sides, its corners."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def connected(mask: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Return the connected components of a mask (height, width); pixels are connected also diagonally.

    Component k (of n) has the label k + 1 in the first array, (height, width), where 0 is the background. Its box
    reaches from the second array, (n, 2), up to but not including the third one, (n, 2): row and column.
    """
    from scipy import ndimage

    labels, _ = ndimage.label(mask, np.ones((3, 3)))
    boxes = [[(side.start, side.stop) for side in box] for box in ndimage.find_objects(labels)]
    low, high = np.array(boxes, np.intp).reshape(-1, 2, 2).transpose(2, 0, 1)
    return labels, low, high


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
