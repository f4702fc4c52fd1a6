"""Flatten: an image (height, width, channels) becomes a row of numbers, which is what a dense layer takes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class Flatten(Layer):
    """Lay the elements of each example out in one row; nothing is computed."""

    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn any shape into (elements,)."""
        return (math.prod(input_shape),), {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` as (batch, elements)."""

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            return gradient.reshape(x.shape)

        return x.reshape(len(x), math.prod(x.shape[1:])), backward
