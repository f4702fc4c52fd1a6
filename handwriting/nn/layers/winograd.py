"""Convolution with kernels of 3 x 3 in a quarter of the multiplications: Winograd's F(4 x 4, 3 x 3).

(Winograd, "Arithmetic complexity of computations", 1980; for neural networks, Lavin and Gray, "Fast algorithms for
convolutional neural networks", 2015.)

Four outputs of a kernel w of 3 in one dimension, y_i = sum over j of d_(i+j) w_j, depend on a tile d of 6 inputs and
take 12 multiplications. With constant matrices A, B and G they take 6, those of the element-wise product *:

    y = A^T ((G w) * (B^T d))

In two dimensions, the matrices are applied from both sides: a tile d of 6 x 6 pixels gives 4 x 4 outputs y, with 36
multiplications instead of 144. The sum over the input channels is taken before A, so that for each of the 36 places it
is a matrix product (channels, input channels) @ (input channels, batch). With V and U the transformed tile and weights:

    forward     V = B^T d B        U = G w G^T        M = U V at each place        y = A^T M A
    backward    dL/dM = A dL/dy A^T
                dL/dU = dL/dM V^T at each place, summed over the tiles      dL/dw = G^T dL/dU G
                dL/dV = U^T dL/dM at each place                             dL/dd = B dL/dV B^T

Tiles overlap by 2 pixels, and where they do, the sum of their dL/dd is dL/dx. All transformations are matrix products,
too: the tiles are views of the image, of which a row (or column) of pixels is one row of the second factor.

Rounding errors are about ten times those of the plain sum: 1e-5 of the outputs in float32.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from handwriting.interfaces import Floats, LazyGradient
from handwriting.nn.layers.im2col import ConvolutionBackward
from handwriting.nn.layers.pixels import padded

KERNEL, STEP, TILE = 3, 4, 6
"""Pixels along one side of the kernel, of the outputs of a tile, and of the tile."""

A = np.array([
    [1, 0, 0, 0],
    [1, 1, 1, 1],
    [1, -1, 1, -1],
    [1, 2, 4, 8],
    [1, -2, 4, -8],
    [0, 0, 0, 1],
])  # fmt: skip
B = np.array([
    [4, 0, 0, 0, 0, 0],
    [0, -4, 4, -2, 2, 4],
    [-5, -4, -4, -1, -1, 0],
    [0, 1, -1, 2, -2, -5],
    [1, 1, 1, 1, 1, 0],
    [0, 0, 0, 0, 0, 1],
])  # fmt: skip
G = np.array([
    [6, 0, 0],
    [-4, -4, -4],
    [-4, 4, -4],
    [1, 2, 4],
    [1, -2, 4],
    [0, 0, 24],
]) / 24  # fmt: skip
"""The matrices of F(4, 3) for the points 0, 1, -1, 2, -2 and infinity."""

ONES = 1
"""The row of A that is 1, 1, 1, 1: what is at this place of M, in both dimensions, is added to all outputs of a tile."""


def convolve(x: Floats, weights: Floats, bias: Floats, *, padding: int = 0) -> tuple[Floats, ConvolutionBackward]:
    """Return y (rows, columns, channels, batch) and its backward function, for images as pixels.

    `x` is (height, width, input channels, batch), `weights` (3, 3, input channels, channels). All is done for one row
    of tiles after the other, so that what is computed on the way stays in the processor's cache.
    """
    height, width, depth, batch = x.shape
    rows, columns = height + 2 * padding - KERNEL + 1, width + 2 * padding - KERNEL + 1
    down, across = -(-rows // STEP), -(-columns // STEP)  # numbers of tiles, rounded up
    wider = padded(x, padding, STEP * down + 2 - padding - height, padding, STEP * across + 2 - padding - width)
    transformed_weights = _both_sides(G, weights)
    tiles = np.empty((down, across, TILE, TILE, depth, batch), x.dtype)
    y = np.empty((STEP * down, STEP * across, weights.shape[3], batch), x.dtype)
    for row in range(down):
        _transform(wider[STEP * row :][:TILE], tiles[row])
        products = transformed_weights.swapaxes(2, 3) @ tiles[row]
        products[:, ONES, ONES] += bias[:, np.newaxis]
        _add_up(products, y[STEP * row :][:STEP])

    def backward(y_gradient: Floats) -> tuple[Floats, Floats, LazyGradient]:
        wide_gradient = padded(y_gradient, 0, STEP * down - rows, 0, STEP * across - columns)
        weight_gradient, bias_gradient = np.zeros_like(transformed_weights), np.zeros_like(bias)
        x_gradient = np.zeros_like(wider)
        for row in range(down):
            product_gradient = _add_up_backward(wide_gradient[STEP * row :][:STEP])
            weight_gradient += (tiles[row] @ product_gradient.swapaxes(3, 4)).sum(axis=0)
            bias_gradient += product_gradient[:, ONES, ONES].sum(axis=(0, 2))
            _transform_backward(transformed_weights @ product_gradient, x_gradient[STEP * row :][:TILE])
        unpadded = x_gradient[padding : padding + height, padding : padding + width]
        return _both_sides(G.T, weight_gradient), bias_gradient, lambda: unpadded

    return y[:rows, :columns], backward


def _transform(x: Floats, tiles: Floats) -> None:
    """Write V = B^T d B for the tiles d of 6 rows of `x` into `tiles` (tiles, 6, 6, input channels, batch)."""
    transposed = B.T.astype(x.dtype)
    rows = transposed @ _flat(x).swapaxes(0, 1)  # (width, 6, pixel)
    overlapping = sliding_window_view(rows, TILE, axis=0)[::STEP].swapaxes(2, 3)  # (tiles, 6, 6, pixel)
    np.matmul(transposed, overlapping, out=_flat(tiles))


def _transform_backward(gradient: Floats, x_gradient: Floats) -> None:
    """Add dL/dx to 6 rows, from dL/dV (tiles, 6, 6, input channels, batch)."""
    matrix = B.astype(gradient.dtype)
    columns = (matrix @ _flat(gradient)).swapaxes(1, 2)  # (tiles, columns of a tile, rows of a tile, pixel)
    count, *_, pixel = columns.shape
    merged = np.empty((STEP * count + 2, TILE, pixel), gradient.dtype)
    merged[:-2].reshape(count, STEP, TILE, pixel)[...] = columns[:, :STEP]
    merged[-2:] = columns[-1, STEP:]
    merged[STEP:-2].reshape(count - 1, STEP, TILE, pixel)[:, :2] += columns[:-1, STEP:]
    flat = _flat(x_gradient)
    flat += (matrix @ merged).swapaxes(0, 1)


def _add_up(products: Floats, y: Floats) -> None:
    """Write y = A^T M A into 4 rows of `y`, from M (tiles, 6, 6, channels, batch)."""
    transposed = A.T.astype(y.dtype)
    columns = transposed @ _flat(products)
    np.matmul(transposed, columns.swapaxes(1, 2), out=_squares(y))


def _add_up_backward(y_gradient: Floats) -> Floats:
    """Return dL/dM (tiles, 6, 6, channels, batch) from 4 rows of dL/dy."""
    matrix = A.astype(y_gradient.dtype)
    rows = matrix @ _squares(y_gradient)
    both = matrix @ rows.swapaxes(1, 2)
    return both.reshape(*both.shape[:3], *y_gradient.shape[2:])


def _flat(pixels: Floats) -> Floats:
    """Return a view in which channels and batch are one axis: (..., pixel)."""
    return pixels.reshape(*pixels.shape[:-2], -1)


def _squares(y: Floats) -> Floats:
    """Return a view of 4 rows: (tiles, columns of a tile, rows of a tile, pixel)."""
    return y.reshape(STEP, y.shape[1] // STEP, STEP, -1).transpose(1, 2, 0, 3)


def _both_sides(matrix: Floats, weights: Floats) -> Floats:
    """Return matrix w matrix^T for each pair of channels of `weights` (n, n, input channels, channels)."""
    side, size = matrix.shape
    kronecker = np.kron(matrix, matrix).astype(weights.dtype)
    return (kronecker @ weights.reshape(size * size, -1)).reshape(side, side, *weights.shape[2:])
