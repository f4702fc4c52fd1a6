"""How images lie in memory between the layers that work on them: the batch comes last.

Every layer sees a batch of images as (batch, height, width, channels). In memory, however, these layers keep it as
pixels (height, width, channels, batch): each pixel is a matrix of its channels, over all images of the batch. So the
weighted sums of a convolution are products with these matrices, and all other steps run over thousands of numbers that
lie side by side. Element-wise layers, such as activations, keep the memory layout of their input.
"""

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Floats, Shape


def check_image_shape(shape: Shape, advice: str = "") -> None:
    """Raise `ShapeError`, with `advice`, if a shape is not that of an image: (height, width, channels)."""
    if len(shape) != 3:
        raise ShapeError(f"takes an image (height x width x channels){advice}")


def as_pixels(x: Floats) -> Floats:
    """Return images (batch, height, width, channels) as a contiguous array (height, width, channels, batch).

    Rows of numbers (batch, units) become (units, batch).
    """
    return np.ascontiguousarray(x.transpose(*range(1, x.ndim), 0))


def as_batch(pixels: Floats) -> Floats:
    """Undo `as_pixels`: return a view (batch, height, width, channels) of pixels (height, width, channels, batch)."""
    return pixels.transpose(-1, *range(pixels.ndim - 1))


def padded(pixels: Floats, top: int, bottom: int, left: int, right: int) -> Floats:
    """Return `pixels` with that many rows and columns of 0 around each image; `pixels` itself where all four are 0."""
    if not (top or bottom or left or right):
        return pixels
    height, width, *rest = pixels.shape
    larger = np.zeros((top + height + bottom, left + width + right, *rest), pixels.dtype)
    larger[top : top + height, left : left + width] = pixels
    return larger
