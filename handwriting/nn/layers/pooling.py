"""Pooling: a picture made smaller, one output for each square of inputs, so that later layers see more at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.maps import as_batch, as_rows, check_picture


@dataclass(frozen=True)
class _Pool(Layer):
    """Squares of `size` x `size`, side by side; rows and columns that do not fill a square are left out."""

    size: int = 2
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.size < 1:
            raise SettingError(f"pooling needs squares of at least 1, not {self.size}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Take (height, width, channels) and give (height / size, width / size, channels), rounded down."""
        check_picture(input_shape)
        height, width, channels = input_shape
        if min(height, width) < self.size:
            raise ShapeError(f"has squares of {self.size}x{self.size}, which are larger")
        return (height // self.size, width // self.size, channels), {}

    def _places(self, rows: Floats) -> Iterator[Floats]:
        """Yield views of pictures as rows: each holds one place of every square."""
        height, width = (length // self.size * self.size for length in rows.shape[::2])
        for u in range(self.size):
            for v in range(self.size):
                yield rows[u : height : self.size, :, v : width : self.size]

    def _room(self, rows: Floats) -> Floats:
        """Return an array like `rows` to be filled place by place; rows and columns that are left out hold 0."""
        all_are_filled = rows.shape[0] % self.size == 0 and rows.shape[2] % self.size == 0
        return np.empty_like(rows) if all_are_filled else np.zeros_like(rows)


@final
@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest of each square; the gradient goes back to it alone (the first one of equals)."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the largest of each square, (batch, height / size, width / size, channels)."""
        rows = as_rows(x)
        places = self._places(rows)
        y = next(places).copy()
        for place in places:
            np.maximum(y, place, out=y)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            passed, left = self._room(rows), as_rows(gradient).copy()
            for place, target in zip(self._places(rows), self._places(passed), strict=True):
                np.multiply(left, place == y, out=target)
                left -= target
            return as_batch(passed)

        return as_batch(y), backward


@final
@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each square; each of its elements gets the same part of the gradient."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the mean of each square, (batch, height / size, width / size, channels)."""
        rows = as_rows(x)
        share = x.dtype.type(1 / self.size**2)
        y = np.asarray(sum(place * share for place in self._places(rows)))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            passed = self._room(rows)
            part = as_rows(gradient) * share
            for place in self._places(passed):
                place[...] = part
            return as_batch(passed)

        return as_batch(y), backward


@final
class GlobalAveragePool(Layer):
    """The mean of each channel over the whole picture, one number a channel (Lin, Chen and Yan 2013)."""

    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Take (height, width, channels) and give (channels,)."""
        check_picture(input_shape)
        return input_shape[2:], {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the means, (batch, channels)."""
        share = x.dtype.type(1 / (x.shape[1] * x.shape[2]))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            return np.broadcast_to((gradient * share)[:, np.newaxis, np.newaxis], x.shape)

        return x.mean(axis=(1, 2)), backward
