"""Conv2d: small patterns are looked for everywhere in a picture; each channel of the output tells where one of them is.

One matrix product compares all patches of a row with all patterns. With pictures in rows (see maps.py) only the columns
of the patches are copied out side by side ("im2col", but kernel instead of kernel squared times the picture): kernel
rows of that, one below the other, are already the matrix of all patches of a row. The ways back are convolutions too.

    rows of x -> columns side by side -> patches -> product with W -> rows of y
    dL/dW = gradient times patches            dL/dx = the gradient, widened by 0, convolved with W turned by 180 degrees
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.maps import as_batch, as_rows, check_picture, framed


@final
@dataclass(frozen=True)
class Conv2d(Layer):
    """y[r, c] = sum over i, j of x[stride r + i - padding, stride c + j - padding] W[i, j] + b, 0 outside of x.

    W is (kernel, kernel, input channels, channels). (Textbooks would call it a cross-correlation: W is not flipped.)
    """

    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("channels", "kernel", "stride"):
            if getattr(self, name) < 1:
                raise SettingError(f"a conv2d layer's {name} is a number from 1 up, not {getattr(self, name)}")
        if not 0 <= self.padding < self.kernel:
            raise SettingError(f"a padding of {self.padding} is too wide: from 0 to {self.kernel - 1} for this kernel")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Take (height, width, input channels) and give (rows, columns, channels).

        There are (height + 2 padding - kernel) / stride + 1 rows, rounded down; columns alike.
        """
        check_picture(input_shape, ": put it before `flatten`")
        *sides, depth = input_shape
        if min(sides) + 2 * self.padding < self.kernel:
            raise ShapeError(f"has a window of {self.kernel}x{self.kernel}, which is larger")
        rows, columns = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in sides)
        area = self.kernel * self.kernel
        weights = Parameter((self.kernel, self.kernel, depth, self.channels), fans=(area * depth, area * self.channels))
        return (rows, columns, self.channels), {"weights": weights, "bias": Parameter((self.channels,))}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return for each patch of `x` (batch, height, width, input channels) how much of each pattern is in it."""
        weights, p = parameters["weights"], self.padding
        rows = framed(as_rows(x), p, p, p, p)
        y = convolved(rows, weights, self.stride)
        y += parameters["bias"][:, np.newaxis, np.newaxis]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            by_y = as_rows(gradient)
            gradients["weights"][...] = self._by_weights(rows, by_y)
            gradients["bias"][...] = by_y.sum(axis=(2, 3)).sum(axis=0)
            return lambda: as_batch(self._by_rows(by_y, weights, rows.shape))

        return as_batch(y), backward

    def _by_weights(self, rows: Floats, by_y: Floats) -> Floats:
        """Return dL/dW: for each row of patches the gradient times the patches, added up."""
        height, channels = by_y.shape[:2]
        seen = patches(rows, self.kernel, self.stride).transpose(0, 2, 1)
        total = (by_y.reshape(height, channels, seen.shape[1]) @ seen).sum(axis=0)
        return total.reshape(channels, self.kernel, rows.shape[1], self.kernel).transpose(1, 3, 2, 0)

    def _by_rows(self, by_y: Floats, weights: Floats, shape: Shape) -> Floats:
        """Return dL/dx, from dL/dy (both as rows); `shape` is that of the framed rows of x."""
        height, _, width, _ = shape
        k, p = self.kernel, self.padding
        spread = _spread(by_y, self.stride)
        below, right = height - k + 1 - spread.shape[0], width - k + 1 - spread.shape[2]
        # The frame of x is not wanted: what would come out there need not be computed.
        before = k - 1 - p
        wide = framed(spread, before, before + below, before, before + right)
        return convolved(wide, weights[::-1, ::-1].transpose(0, 1, 3, 2), 1)


def convolved(rows: Floats, weights: Floats, stride: int) -> Floats:
    """Return y as rows for x as rows (height, depth, width, batch) and W (kernel, kernel, depth, channels)."""
    kernel, _, depth, channels = weights.shape
    matrix = np.ascontiguousarray(weights.transpose(3, 0, 2, 1)).reshape(channels, kernel * depth * kernel)
    y = matrix @ patches(rows, kernel, stride)
    return y.reshape(*y.shape[:2], (rows.shape[2] - kernel) // stride + 1, rows.shape[3])


def patches(rows: Floats, kernel: int, stride: int) -> Floats:
    """Return for each row of y all patches as a matrix: (rows of y, kernel * depth * kernel, columns of y * batch).

    It is a view: the matrices of neighbouring rows overlap in memory.
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
