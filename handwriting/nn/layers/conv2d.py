"""Conv2d: the same small patterns are looked for everywhere in an image; each output channel says where one of them is.

The plain formula, for one image x (height, width, input channels) and weights W (kernel, kernel, input channels,
channels), with zeros outside of x:

    y[r, c] = b + sum over i, j of x[stride r + i - padding, stride c + j - padding] W[i, j]

(Strictly this is a cross-correlation, since W is not flipped; like all libraries we call it a convolution.) The
textbook way to compute it fast is "im2col" (Chellapilla, Puri and Simard 2006): copy the patch of x under each output
pixel into a column of a matrix, and multiply that by W as a matrix (channels, kernel * kernel * input channels).

Copying every patch would take kernel^2 times the memory of x. With images as rows (see image_rows.py) it is enough to
copy the columns of the patches side by side, kernel times the memory of x: then `kernel` of these rows, one below the
other, already are the patch matrix of one output row, as a view.

    forward     y = W as a matrix @ patches of x
    backward    dL/dW = dL/dy @ patches of x, transposed, summed over the output rows
                dL/db = sum of dL/dy over all pixels and images
                dL/dx = dL/dy, padded with zeros, convolved with W rotated by 180 degrees
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.image_rows import as_batch, as_rows, check_image_shape, padded
from handwriting.registry.ranges import check_at_least


@final
@dataclass(frozen=True)
class Conv2d(Layer):
    """A convolution with `channels` patterns of `kernel` x `kernel` pixels; its formula is at the top of this file."""

    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("channels", "kernel", "stride"):
            check_at_least(name, getattr(self, name), 1)
        if not 0 <= self.padding < self.kernel:
            raise SettingError(f"padding must be from 0 to {self.kernel - 1} (kernel - 1), got {self.padding}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (height, width, input channels) into (rows, columns, channels).

        rows = (height + 2 padding - kernel) / stride + 1, rounded down, and columns likewise from the width.
        """
        check_image_shape(input_shape, ": put it before `flatten`")
        *sides, depth = input_shape
        if min(sides) + 2 * self.padding < self.kernel:
            raise ShapeError(f"has a kernel of {self.kernel}x{self.kernel}, which is larger")
        rows, columns = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in sides)
        area = self.kernel * self.kernel
        weights = Parameter((self.kernel, self.kernel, depth, self.channels), fans=(area * depth, area * self.channels))
        return (rows, columns, self.channels), {"weights": weights, "bias": Parameter((self.channels,))}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return y (batch, rows, columns, channels) for `x` (batch, height, width, input channels)."""
        weights, p = parameters["weights"], self.padding
        rows = padded(as_rows(x), p, p, p, p)
        y = convolved(rows, weights, self.stride)
        y += parameters["bias"][:, np.newaxis, np.newaxis]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            y_gradient = as_rows(gradient)
            gradients["weights"][...] = self._weight_gradient(rows, y_gradient)
            gradients["bias"][...] = y_gradient.sum(axis=(2, 3)).sum(axis=0)
            return lambda: as_batch(self._input_gradient(y_gradient, weights, rows.shape))

        return as_batch(y), backward

    def _weight_gradient(self, rows: Floats, y_gradient: Floats) -> Floats:
        """Return dL/dW from x and dL/dy, both as rows: one product for each output row, added up."""
        height, channels = y_gradient.shape[:2]
        seen = patches(rows, self.kernel, self.stride).transpose(0, 2, 1)
        total = (y_gradient.reshape(height, channels, seen.shape[1]) @ seen).sum(axis=0)
        return total.reshape(channels, self.kernel, rows.shape[1], self.kernel).transpose(1, 3, 2, 0)

    def _input_gradient(self, y_gradient: Floats, weights: Floats, padded_shape: Shape) -> Floats:
        """Return dL/dx as rows from dL/dy as rows; `padded_shape` is that of the padded rows of x."""
        height, _, width, _ = padded_shape
        k, p = self.kernel, self.padding
        spread = _spread(y_gradient, self.stride)
        below, right = height - k + 1 - spread.shape[0], width - k + 1 - spread.shape[2]
        before = k - 1 - p  # not k - 1: the gradient of the padding of x is not needed
        wide = padded(spread, before, before + below, before, before + right)
        return convolved(wide, weights[::-1, ::-1].transpose(0, 1, 3, 2), 1)


def convolved(rows: Floats, weights: Floats, stride: int) -> Floats:
    """Return x * W as rows, for x as rows (height, depth, width, batch) and W (kernel, kernel, depth, channels)."""
    kernel, _, depth, channels = weights.shape
    matrix = np.ascontiguousarray(weights.transpose(3, 0, 2, 1)).reshape(channels, kernel * depth * kernel)
    y = matrix @ patches(rows, kernel, stride)
    return y.reshape(*y.shape[:2], (rows.shape[2] - kernel) // stride + 1, rows.shape[3])


def patches(rows: Floats, kernel: int, stride: int) -> Floats:
    """Return the patch matrix of each output row: (output rows, kernel * depth * kernel, output columns * batch).

    It is a view: the matrices of neighbouring rows share memory.
    """
    height, depth, width, batch = rows.shape
    columns = (width - kernel) // stride + 1
    side_by_side = np.empty((height, depth, kernel, columns, batch), rows.dtype)
    for j in range(kernel):
        side_by_side[:, :, j] = rows[:, :, j : j + stride * (columns - 1) + 1 : stride]
    down, _, across, _, number = side_by_side.strides
    shape = ((height - kernel) // stride + 1, kernel * depth * kernel, columns * batch)
    return as_strided(side_by_side, shape, (stride * down, across, number))


def _spread(rows: Floats, stride: int) -> Floats:
    """Return `rows` with stride - 1 rows and columns of 0 between any two."""
    if stride == 1:
        return rows
    height, channels, width, batch = rows.shape
    spread = np.zeros((stride * (height - 1) + 1, channels, stride * (width - 1) + 1, batch), rows.dtype)
    spread[::stride, :, ::stride] = rows
    return spread
