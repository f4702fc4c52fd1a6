"""How pictures lie in memory between the layers that work on them.

To every layer a batch of pictures is (batch, height, width, channels). In memory, though, these layers keep it as
(height, channels, width, batch): the same pixel of all pictures stands side by side, so that NumPy's loops run along
hundreds of numbers, and a row of patches is a matrix that need not be copied (see conv2d.py). Layers that know nothing
of it, such as activations, keep the layout of their input, as NumPy does by itself.
"""

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Floats, Shape


def check_picture(shape: Shape, advice: str = "") -> None:
    """Raise `ShapeError`, with `advice`, where inputs of that shape are no pictures (height, width, channels)."""
    if len(shape) != 3:
        raise ShapeError(f"takes a picture (height x width x channels){advice}")


def as_rows(x: Floats) -> Floats:
    """Return pictures (batch, height, width, channels) as a contiguous array (height, channels, width, batch)."""
    return np.ascontiguousarray(x.transpose(1, 3, 2, 0))


def as_batch(rows: Floats) -> Floats:
    """Return rows (height, channels, width, batch) as a view (batch, height, width, channels): back from `as_rows`."""
    return rows.transpose(3, 0, 2, 1)


def framed(rows: Floats, top: int, bottom: int, left: int, right: int) -> Floats:
    """Return `rows` with so many rows and columns of 0 around each picture; without any, `rows` itself."""
    if not (top or bottom or left or right):
        return rows
    height, channels, width, batch = rows.shape
    wider = np.zeros((top + height + bottom, channels, left + width + right, batch), rows.dtype)
    wider[top : top + height, :, left : left + width] = rows
    return wider
