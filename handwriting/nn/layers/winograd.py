"""Convolution with kernels of 3 x 3 in a quarter or less of the multiplications: Winograd's algorithm.

(Winograd, "Arithmetic complexity of computations", 1980; for neural networks, Lavin and Gray, "Fast algorithms for
convolutional neural networks", 2015.)

In one dimension, n outputs y_i = sum over j of d_(i+j) w_j of a kernel w of 3 depend on a tile d of n + 2 inputs. That
takes 3 n multiplications, but only n + 2 with constant matrices A, B and G (see toom_cook.py):

    y = A^T ((G w) * (B^T d)), where * is the element-wise product

In two dimensions, the matrices are applied from both sides: for n = 4, a tile d of 6 x 6 pixels gives 4 x 4 outputs y
with 36 multiplications instead of 144. The sum over the input channels is taken before A, so for each of the 36 places
it is a matrix product (channels, input channels) @ (input channels, batch). With V, the transformed tile, and U, the
transformed weights:

    forward     V = B^T d B        U = G w G^T        M = U V at each place        y = A^T M A
    backward    dL/dM = A dL/dy A^T
                dL/dU = dL/dM V^T at each place, summed over the tiles      dL/dw = G^T dL/dU G
                dL/dV = U^T dL/dM at each place                             dL/dd = B dL/dV B^T

Tiles overlap by 2 pixels, and where they do, the sum of their dL/dd is dL/dx. A, B and G are applied by matrix products
as well: the tiles are views of the image, in which a pixel of all channels and images is a row.

Rounding errors are about ten times those of the plain sum: 1e-5 of the outputs in float32.
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handwriting.interfaces import Floats, LazyGradient
from handwriting.nn.layers.aligned import empty, product
from handwriting.nn.layers.im2col import ConvolutionBackward
from handwriting.nn.layers.pixels import padded
from handwriting.nn.layers.toom_cook import matrices

KERNEL, OVERLAP = 3, 2
"""Pixels along one side of the kernel, and those that neighbouring tiles share."""
OUTPUTS = (4, 6)
"""Outputs along one side of a tile; which one is chosen depends on the size of the image."""
ONES = 1
"""The row of A that is 1, 1, ...: what is added at this place of M, in both dimensions, is added to all outputs."""


def convolve(x: Floats, weights: Floats, bias: Floats, *, padding: int = 0) -> tuple[Floats, ConvolutionBackward]:
    """Return y (rows, columns, channels, batch) and its backward function, for images as pixels.

    `x` is (height, width, input channels, batch), `weights` (3, 3, input channels, channels). All is done for one row
    of tiles after the other, so that what is computed on the way stays in the processor's cache.
    """
    height, width, _, batch = x.shape
    rows, columns = height + 2 * padding - OVERLAP, width + 2 * padding - OVERLAP
    tiling = min((_Tiling(outputs, x.dtype) for outputs in OUTPUTS), key=lambda tiling: tiling.places(rows, columns))
    step, down, across = tiling.step, tiling.count(rows), tiling.count(columns)
    wider = padded(x, padding, step * down - rows + padding, padding, step * across - columns + padding)
    transformed_weights = _both_sides(tiling.g, weights)

    def row_of_tiles(row: int) -> Floats:
        return tiling.transformed(wider[step * row : step * (row + 1) + OVERLAP])

    y = empty((step * down, step * across, weights.shape[3], batch), x.dtype)
    for row in range(down):
        products = product(transformed_weights.swapaxes(2, 3), row_of_tiles(row))
        products[:, ONES, ONES] += bias[:, np.newaxis]
        tiling.write_outputs(products, y[step * row : step * (row + 1)])

    def backward(y_gradient: Floats) -> tuple[Floats, Floats, LazyGradient]:
        wide_gradient = padded(y_gradient, 0, step * down - rows, 0, step * across - columns)
        weight_gradient, bias_gradient = np.zeros_like(transformed_weights), np.zeros_like(bias)
        x_gradient = np.zeros_like(wider)
        for row in range(down):
            product_gradient = tiling.product_gradient(wide_gradient[step * row : step * (row + 1)])
            bias_gradient += product_gradient[:, ONES, ONES].sum(axis=(0, 2))
            # Transforming the tiles again is faster than to move them to memory and back.
            weight_gradient += product(row_of_tiles(row), product_gradient.swapaxes(3, 4)).sum(axis=0)
            tile_gradient = product(transformed_weights, product_gradient)
            tiling.add_input_gradient(tile_gradient, x_gradient[step * row : step * (row + 1) + OVERLAP])
        unpadded = x_gradient[padding : padding + height, padding : padding + width]
        return _both_sides(tiling.g.T, weight_gradient), bias_gradient, lambda: unpadded

    return y[:rows, :columns], backward


class _Tiling:
    """The transformations of one row of tiles with `step` x `step` outputs each: 6 x 6 pixels for 4 x 4 outputs.

    Below, a pixel is all its channels for all images of the batch, one after the other.
    """

    def __init__(self, step: int, dtype: np.dtype[np.floating[Any]]) -> None:
        constants = matrices(step, KERNEL, dtype)
        self.a, self.b, self.g, self.step = constants.a, constants.b, constants.g, step

    def count(self, outputs: int) -> int:
        """Return the number of tiles for that many outputs side by side."""
        return -(-outputs // self.step)  # rounded up

    def places(self, rows: int, columns: int) -> int:
        """Return the number of multiplications for an image with one channel."""
        return self.count(rows) * self.count(columns) * len(self.b) ** 2

    def transformed(self, x: Floats) -> Floats:
        """Return V = B^T d B for the tiles d of some rows of pixels: (tiles, 6, 6, input channels, batch)."""
        rows = product(self.b.T, _flat(x).swapaxes(0, 1))  # (width, 6, pixel)
        tiles = sliding_window_view(rows, len(self.b), axis=0)[:: self.step].swapaxes(2, 3)  # (tiles, 6, 6, pixel)
        transformed = product(self.b.T, tiles)
        return transformed.reshape(*transformed.shape[:3], *x.shape[2:])

    def add_input_gradient(self, tile_gradient: Floats, x_gradient: Floats) -> None:
        """Add dL/dx = B dL/dV B^T of each tile to some rows of pixels."""
        gradient = _flat(tile_gradient)
        count, size, _, pixel = gradient.shape
        merged = empty((self.step * count + OVERLAP, size, pixel), x_gradient.dtype)  # (width, rows, pixel)
        inner = merged[:-OVERLAP].reshape(count, self.step, size, pixel)
        np.matmul(self.b[: self.step], gradient, out=inner.swapaxes(1, 2))
        overlaps = product(self.b[self.step :], gradient).swapaxes(1, 2)
        inner[1:, :OVERLAP] += overlaps[:-1]
        merged[-OVERLAP:] = overlaps[-1]
        total = _flat(x_gradient)
        total += product(self.b, merged).swapaxes(0, 1)

    def write_outputs(self, products: Floats, y: Floats) -> None:
        """Write y = A^T M A into some rows of outputs, from M (tiles, 6, 6, channels, batch)."""
        columns = product(self.a.T, _flat(products)).swapaxes(1, 2)  # (tiles, 4, 6, pixel)
        np.matmul(self.a.T, columns, out=self._squares(y))

    def product_gradient(self, y_gradient: Floats) -> Floats:
        """Return dL/dM = A dL/dy A^T (tiles, 6, 6, channels, batch) for some rows of outputs."""
        rows = product(self.a, self._squares(y_gradient)).swapaxes(1, 2)  # (tiles, 6, 4, pixel)
        gradient = product(self.a, rows)
        return gradient.reshape(*gradient.shape[:3], *y_gradient.shape[2:])

    def _squares(self, y: Floats) -> Floats:
        """Return a view of some rows of outputs: (tiles, columns of a tile, rows of a tile, pixel)."""
        rows = _flat(y)
        return rows.reshape(self.step, rows.shape[1] // self.step, self.step, rows.shape[2]).transpose(1, 2, 0, 3)


def _flat(pixels: Floats) -> Floats:
    """Return a view in which channels and batch are one axis: (..., pixel)."""
    *others, channels, batch = pixels.shape
    return pixels.reshape(*others, channels * batch)


def _both_sides(matrix: Floats, weights: Floats) -> Floats:
    """Return matrix w matrix^T for each pair of channels of `weights` (n, n, input channels, channels)."""
    side, size = matrix.shape
    return (np.kron(matrix, matrix) @ weights.reshape(size * size, -1)).reshape(side, side, *weights.shape[2:])
