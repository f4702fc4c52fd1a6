"""Convolution as matrix products: "im2col" (Chellapilla, Puri and Simard 2006), for kernels of any size.

The patch of x under each output pixel is copied into a column of a matrix, and that is multiplied by the weights as a
matrix (channels, kernel * kernel * input channels). With W the weights, b the bias and y the output:

    forward     y = W as a matrix @ patches of x + b
    backward    dL/dW = dL/dy @ patches of x, transposed, summed over the output pixels
                dL/db = dL/dy summed over the output pixels and the batch
                dL/dx = dL/dy, padded with zeros, convolved with W rotated by 180 degrees

Copying every patch would take kernel^2 times the memory of x. With images as pixels (see pixels.py) it is enough to put
`kernel` rows of pixels side by side, which takes kernel times the memory: then each patch is a view of these.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handwriting.interfaces import Floats, LazyGradient, Shape
from handwriting.nn.layers.aligned import empty, product
from handwriting.nn.layers.pixels import padded

ConvolutionBackward: TypeAlias = Callable[[Floats], tuple[Floats, Floats, LazyGradient]]
"""Turns dL/dy into dL/dW, dL/db, and a function that computes dL/dx; all as pixels."""


def convolve(
    x: Floats, weights: Floats, bias: Floats, *, stride: int = 1, padding: int = 0
) -> tuple[Floats, ConvolutionBackward]:
    """Return y (rows, columns, channels, batch) and its backward function, for images as pixels.

    `x` is (height, width, input channels, batch), `weights` (kernel, kernel, input channels, channels).
    """
    patches = _patches(padded(x, padding, padding, padding, padding), len(weights), stride)
    y = product(_as_matrix(weights), patches)
    y += bias[:, np.newaxis]

    def backward(y_gradient: Floats) -> tuple[Floats, Floats, LazyGradient]:
        return (
            _weight_gradient(patches, y_gradient, weights.shape),
            y_gradient.sum(axis=(0, 1)).sum(axis=1),
            lambda: _input_gradient(y_gradient, weights, x.shape, stride, padding),
        )

    return y, backward


def _as_matrix(weights: Floats) -> Floats:
    """Return W as (channels, kernel * kernel * input channels), in the order of the rows of a patch."""
    return np.ascontiguousarray(weights.transpose(3, 1, 0, 2)).reshape(weights.shape[3], -1)


def _patches(x: Floats, kernel: int, stride: int) -> Floats:
    """Return the patch matrix of each output pixel: (rows, columns, kernel * kernel * input channels, batch).

    It is a view of an array in which `kernel` rows lie side by side: pixel by pixel from left to right, in each pixel
    row by row. There the patches of neighbouring output pixels overlap. (A patch of 1 x 1 is the pixel itself.)
    """
    if kernel == 1:
        return x[::stride, ::stride]
    height, width, depth, batch = x.shape
    rows = (height - kernel) // stride + 1
    side_by_side = empty((rows, width, kernel, depth, batch), x.dtype)
    for i in range(kernel):
        side_by_side[:, :, i] = x[i : i + stride * (rows - 1) + 1 : stride]
    pixel = kernel * depth
    lines = side_by_side.reshape(rows, width * pixel, batch)
    return sliding_window_view(lines, kernel * pixel, axis=1)[:, :: stride * pixel].swapaxes(2, 3)


def _weight_gradient(patches: Floats, y_gradient: Floats, shape: Shape) -> Floats:
    """Return dL/dW of that shape: one product for each output pixel, added up."""
    kernel, _, depth, channels = shape
    total = np.zeros((channels, kernel * kernel * depth), patches.dtype)
    for row_gradient, row_patches in zip(y_gradient, patches, strict=True):
        total += product(row_gradient, row_patches.swapaxes(1, 2)).sum(axis=0)
    return total.reshape(channels, kernel, kernel, depth).transpose(2, 1, 3, 0)


def _input_gradient(y_gradient: Floats, weights: Floats, x_shape: Shape, stride: int, padding: int) -> Floats:
    """Return dL/dx of that shape; the gradient of the padding of x is left out."""
    spread = _spread(y_gradient, stride)
    kernel, before = len(weights), len(weights) - 1 - padding
    below, right = (x_shape[axis] + kernel - 1 - before - spread.shape[axis] for axis in (0, 1))
    wide = padded(spread, before, below, before, right)
    rotated = weights[::-1, ::-1].swapaxes(2, 3)
    return product(_as_matrix(rotated), _patches(wide, kernel, 1))


def _spread(y_gradient: Floats, stride: int) -> Floats:
    """Return `y_gradient` with stride - 1 rows and columns of 0 between any two."""
    if stride == 1:
        return y_gradient
    height, width, *rest = y_gradient.shape
    spread = np.zeros((stride * (height - 1) + 1, stride * (width - 1) + 1, *rest), y_gradient.dtype)
    spread[::stride, ::stride] = y_gradient
    return spread
