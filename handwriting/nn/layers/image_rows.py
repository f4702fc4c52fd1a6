"""How images lie in memory between the layers that work on them.

Every layer sees a batch of images as (batch, height, width, channels). In memory, however, these layers keep it as rows
(height, channels, width, batch): the same pixel of all images of the batch lies side by side, so that NumPy's inner
loops run over hundreds of numbers, and the patches of a row form a matrix that need not be copied (see conv2d.py).
Element-wise layers, such as activations, keep the memory layout of their input, as NumPy does by itself.
"""

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Floats, Shape


def check_image_shape(shape: Shape, advice: str = "") -> None:
    """Raise `ShapeError`, with `advice`, if a shape is not that of an image: (height, width, channels)."""
    if len(shape) != 3:
        raise ShapeError(f"takes an image (height x width x channels){advice}")


def as_rows(x: Floats) -> Floats:
    """Return images (batch, height, width, channels) as a contiguous array (height, channels, width, batch)."""
    return np.ascontiguousarray(x.transpose(1, 3, 2, 0))


def as_batch(rows: Floats) -> Floats:
    """Return rows (height, channels, width, batch) as a view (batch, height, width, channels), undoing `as_rows`."""
    return rows.transpose(3, 0, 2, 1)


def padded(rows: Floats, top: int, bottom: int, left: int, right: int) -> Floats:
    """Return `rows` with that many rows and columns of 0 around each image; `rows` itself where all four are 0."""
    if not (top or bottom or left or right):
        return rows
    height, channels, width, batch = rows.shape
    wider = np.zeros((top + height + bottom, channels, left + width + right, batch), rows.dtype)
    wider[top : top + height, :, left : left + width] = rows
    return wider
