"""Pooling: each square of pixels becomes one, so that later layers see more of the image at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.pixels import as_batch, as_pixels, check_image_shape
from handwriting.registry.ranges import check_at_least


@dataclass(frozen=True)
class _Pool(Layer):
    """Squares of `size` x `size` pixels, side by side; rows and columns that do not fill a square are left out.

    The plain formula for an image x, y[r, c] = max (or mean) of x[size r + u, size c + v] over u, v = 0 ... size - 1,
    loops over the squares. Here u and v are two axes of an array, so NumPy handles all squares of all images at once.
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

    def _squares(self, pixels: Floats) -> Floats:
        """Return a view of images as pixels: (rows, columns, u, v, channels, batch), without what fills no square."""
        rows, columns = (length // self.size for length in pixels.shape[:2])
        filled = pixels[: rows * self.size, : columns * self.size]
        return filled.reshape(rows, self.size, columns, self.size, *pixels.shape[2:]).swapaxes(1, 2)

    def _empty_gradient(self, pixels: Floats) -> Floats:
        """Return an array like `pixels`, whose squares are to be filled; it is 0 where no square is."""
        all_are_filled = pixels.shape[0] % self.size == 0 and pixels.shape[1] % self.size == 0
        return np.empty_like(pixels) if all_are_filled else np.zeros_like(pixels)


@final
@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest pixel of each square. Its gradient goes to that pixel alone, to the first one among equals."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the maxima, (batch, height / size, width / size, channels)."""
        pixels = as_pixels(x)
        squares = self._squares(pixels)
        y = squares.max(axis=(2, 3))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            x_gradient, remaining = self._empty_gradient(pixels), as_pixels(gradient).copy()
            square_gradients = self._squares(x_gradient)
            for u, v in np.ndindex(self.size, self.size):
                target = square_gradients[:, :, u, v]
                np.multiply(remaining, squares[:, :, u, v] == y, out=target)
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
        pixels = as_pixels(x)
        weight = x.dtype.type(1 / self.size**2)
        y = self._squares(pixels).sum(axis=(2, 3)) * weight

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            x_gradient = self._empty_gradient(pixels)
            self._squares(x_gradient)[...] = (as_pixels(gradient) * weight)[:, :, np.newaxis, np.newaxis]
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
