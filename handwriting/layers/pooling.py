"""Pooling: a picture made smaller, one output for each square of inputs, so that later layers see more at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


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
        if len(input_shape) != 3:
            raise ShapeError("takes a picture (height x width x channels)")
        height, width, channels = input_shape
        if min(height, width) < self.size:
            raise ShapeError(f"has squares of {self.size}x{self.size}, which are larger")
        return (height // self.size, width // self.size, channels), {}

    def _places(self, x: Floats) -> Iterator[Floats]:
        """Yield views of `x`: each holds one place of every square."""
        height, width = (length // self.size * self.size for length in x.shape[1:3])
        for u in range(self.size):
            for v in range(self.size):
                yield x[:, u : height : self.size, v : width : self.size]


@final
@dataclass(frozen=True)
class MaxPool(_Pool):
    """The largest of each square; the gradient goes back to it alone (the first one of equals)."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the largest of each square, (batch, height / size, width / size, channels)."""
        places = self._places(x)
        y = next(places).copy()
        for place in places:
            np.maximum(y, place, out=y)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            passed, left = np.zeros(x.shape, gradient.dtype), gradient.copy()
            for place, target in zip(self._places(x), self._places(passed), strict=True):
                won = place == y
                np.multiply(left, won, out=target)
                left -= target
            return passed

        return y, backward


@final
@dataclass(frozen=True)
class AveragePool(_Pool):
    """The mean of each square; each of its elements gets the same part of the gradient."""

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the mean of each square, (batch, height / size, width / size, channels)."""
        share = x.dtype.type(1 / self.size**2)
        y = sum(place * share for place in self._places(x))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            passed = np.zeros(x.shape, gradient.dtype)
            part = gradient * share
            for place in self._places(passed):
                place[...] = part
            return passed

        return np.asarray(y), backward


@final
class GlobalAveragePool(Layer):
    """The mean of each channel over the whole picture, one number a channel (Lin, Chen and Yan 2013)."""

    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Take (height, width, channels) and give (channels,)."""
        if len(input_shape) != 3:
            raise ShapeError("takes a picture (height x width x channels)")
        return input_shape[2:], {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the means, (batch, channels)."""
        share = x.dtype.type(1 / (x.shape[1] * x.shape[2]))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            return np.broadcast_to((gradient * share)[:, np.newaxis, np.newaxis], x.shape)

        return x.mean(axis=(1, 2)), backward
