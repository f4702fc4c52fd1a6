"""Conv2d: small patterns are looked for everywhere in a picture; each channel of the output tells where one of them is.

The patches that the patterns are laid on are copied out side by side, as rows of a matrix ("im2col"), so that one
matrix product compares them all with all patterns. A few pictures are done at a time, whose patches fit in the
processor's cache; on the way back they are copied out again, which takes less time than to keep them in memory.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape

CACHED = 300_000
"""Numbers in the patches that are laid out at a time.

Measured with 64 pictures, 24 channels of 5x5 on 28x28x1 and 32 of 3x3 on 12x12x24, forward: 1.8 and 1.3 ms with
150,000 numbers, 1.5 and 1.3 ms with 300,000, 4.8 and 2.1 ms with all at once (1 MiB of cache a processor).
"""

SHORT = 16
"""Numbers in one row of a patch up to which it is quicker to copy pixel by pixel (the same of all patches at once)."""


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
        if len(input_shape) != 3:
            raise ShapeError("takes a picture (height x width x channels): put it before `flatten`")
        *sides, depth = input_shape
        if min(sides) + 2 * self.padding < self.kernel:
            raise ShapeError(f"has a window of {self.kernel}x{self.kernel}, which is larger")
        area = self.kernel * self.kernel
        weights = Parameter((self.kernel, self.kernel, depth, self.channels), fans=(area * depth, area * self.channels))
        return (*self._places(input_shape), self.channels), {"weights": weights, "bias": Parameter((self.channels,))}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return for each patch of `x` (batch, height, width, input channels) how much of each pattern is in it."""
        weights = parameters["weights"]
        (rows, columns), channels = self._places(x.shape[1:]), self.channels
        y = np.empty((len(x), rows, columns, channels), x.dtype)
        bias = np.tile(parameters["bias"], columns)  # NumPy adds a long row much faster than many short ones

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            gradient = np.ascontiguousarray(gradient)
            by_weights = gradients["weights"].reshape(-1, channels)
            by_weights[:] = 0
            for some, patches in self._patches(x):
                by_weights += patches.T @ gradient[some].reshape(-1, channels)
            by_column = gradient.reshape(-1, columns * channels).sum(axis=0).reshape(columns, channels)
            np.sum(by_column, axis=0, out=gradients["bias"])
            return lambda: self._spread(gradient, weights, x.shape)

        for some, patches in self._patches(x):
            np.matmul(patches, weights.reshape(-1, channels), out=y[some].reshape(-1, channels))
            row_of_y = y[some].reshape(-1, columns * channels)
            row_of_y += bias
        return y, backward

    def _places(self, shape: Shape) -> tuple[int, int]:
        """Return how many rows and columns of patches a picture of that shape has."""
        rows, columns = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in shape[:2])
        return rows, columns

    def _patches(self, x: Floats) -> Iterator[tuple[slice, Floats]]:
        """Walk through `x`, some pictures at a time, with all patches of these: (patches, numbers in a patch).

        The array is used again for the next ones.
        """
        rows, columns = self._places(x.shape[1:])
        k, depth = self.kernel, x.shape[-1]
        numbers = rows * columns * k * k * depth
        many = max(1, min(len(x), CACHED // numbers))
        pixelwise = k * depth <= SHORT
        room = np.empty(many * numbers, x.dtype)
        for start in range(0, len(x), many):
            some = slice(start, min(start + many, len(x)))
            padded = np.ascontiguousarray(self._padded(x[some]))
            count = len(padded)
            shape = (k, k, depth, count, rows, columns) if pixelwise else (count, rows, columns, k, k * depth)
            place = room[: count * numbers].reshape(shape)
            yield some, self._by_pixel(padded, place) if pixelwise else self._by_row(padded, place)

    def _by_pixel(self, x: Floats, room: Floats) -> Floats:
        rows, columns = room.shape[-2:]
        for i in range(self.kernel):
            for j in range(self.kernel):
                room[i, j] = np.moveaxis(self._seen(x, i, j, rows, columns), -1, 0)
        return room.reshape(self.kernel * self.kernel * x.shape[-1], room[0, 0, 0].size).T

    def _by_row(self, x: Floats, room: Floats) -> Floats:
        picture, down, right, number = x.strides
        strides = (picture, self.stride * down, self.stride * right, down, number)
        room[...] = as_strided(x, room.shape, strides)
        return room.reshape(math.prod(room.shape[:3]), room.shape[3] * room.shape[4])

    def _spread(self, gradient: Floats, weights: Floats, shape: Shape) -> Floats:
        """Return dL/dx: what each patch gives back, added up where patches overlap."""
        count, height, width, depth = shape
        rows, columns, channels = gradient.shape[1:]
        p = self.padding
        result = np.zeros((count, height + 2 * p, width + 2 * p, depth), gradient.dtype)
        many = max(1, CACHED // (rows * columns * (channels + depth)))
        for start in range(0, count, many):
            some = slice(start, start + many)
            flat = gradient[some].reshape(-1, channels)
            for i in range(self.kernel):
                for j in range(self.kernel):
                    share = (flat @ weights[i, j].T).reshape(len(gradient[some]), rows, columns, depth)
                    seen = self._seen(result[some], i, j, rows, columns)
                    seen += share
        return result[:, p : p + height, p : p + width]

    def _seen(self, x: Floats, i: int, j: int, rows: int, columns: int) -> Floats:
        """Return a view of the pixels of (padded) `x` that stand at row i, column j of the patches."""
        s = self.stride
        return x[:, i : i + s * (rows - 1) + 1 : s, j : j + s * (columns - 1) + 1 : s]

    def _padded(self, x: Floats) -> Floats:
        p = self.padding
        return np.pad(x, ((0, 0), (p, p), (p, p), (0, 0))) if p else x
