"""Pooling: each square of pixels becomes one, so that later layers see more of the image at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.image_rows import as_batch, as_rows, check_image_shape
from handwriting.registry.ranges import check_at_least


@dataclass(frozen=True)
class _Pool(Layer):
    """Squares of `size` x `size` pixels, side by side; rows and columns that do not fill a square are left out.

    The plain formula for an image x, y[r, c] = max (or mean) of x[size r + u, size c + v] over u, v = 0 ... size - 1,
    loops over the squares. Here the loop runs over the size^2 positions (u, v) within a square instead, and each of its
    steps handles all squares of all images at once: `_positions` yields the views x[u::size, v::size].
    """

    size: int = 2
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_at_least("size", self.size, 1)

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (height, width, channels) into (height / size, width / size, channels), rounded down."""
        check_image_shape(input_shape)
        height, width, channels = input_shape
        if min(height, width) < self.size:
            raise ShapeError(f"has squares of {self.size}x{self.size}, which are larger")
        return (height // self.size, width // self.size, channels), {}

    def _positions(self, rows: Floats) -> Iterator[Floats]:
        """Yield views of images as rows; each holds one pixel of every square."""
        height, width = (length // self.size * self.size for length in rows.shape[::2])
        for u in range(self.size):
            for v in range(self.size):
                yield rows[u : height : self.size, :, v : width : self.size]

    def _empty_gradient(self, rows: Floats) -> Floats:
        """Return an array like `rows`, to be filled position by position; it is 0 where no square is."""
        all_are_filled = rows.shape[0] % self.size == 0 and rows.shape[2] % self.size == 0
        return np.empty_like(rows) if all_are_filled else np.zeros_like(rows)


@final
@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest pixel of each square. Its gradient goes to that pixel alone, to the first one among equals."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the maxima, (batch, height / size, width / size, channels)."""
        rows = as_rows(x)
        positions = self._positions(rows)
        y = next(positions).copy()
        for pixels in positions:
            np.maximum(y, pixels, out=y)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            x_gradient, remaining = self._empty_gradient(rows), as_rows(gradient).copy()
            for pixels, target in zip(self._positions(rows), self._positions(x_gradient), strict=True):
                np.multiply(remaining, pixels == y, out=target)
                remaining -= target  # a later pixel that equals the maximum gets nothing
            return as_batch(x_gradient)

        return as_batch(y), backward


@final
@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each square; its gradient is divided evenly among the pixels."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the means, (batch, height / size, width / size, channels)."""
        rows = as_rows(x)
        weight = x.dtype.type(1 / self.size**2)
        y = np.asarray(sum(pixels * weight for pixels in self._positions(rows)))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            x_gradient = self._empty_gradient(rows)
            pixel_gradient = as_rows(gradient) * weight
            for pixels in self._positions(x_gradient):
                pixels[...] = pixel_gradient
            return as_batch(x_gradient)

        return as_batch(y), backward


@final
class GlobalAveragePool(Layer):
    """The mean of each channel over the whole image (Lin, Chen and Yan 2013)."""

    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (height, width, channels) into (channels,)."""
        check_image_shape(input_shape)
        return input_shape[2:], {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the means, (batch, channels)."""
        weight = x.dtype.type(1 / (x.shape[1] * x.shape[2]))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            return np.broadcast_to((gradient * weight)[:, np.newaxis, np.newaxis], x.shape)

        return x.mean(axis=(1, 2)), backward
