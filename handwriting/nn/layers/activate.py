"""Activate: an activation in its place between the layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.blockwise import blockwise
from handwriting.nn.layers.pixels import as_batch, as_pixels


@final
@dataclass(frozen=True)
class Activate(Layer):
    """Apply an activation to every element: a = f(z)."""

    activation: Activation
    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape."""
        return input_shape, {}

    def forward(
        self, z: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return f(z)."""
        if z.ndim != 4:
            a = self.activation.forward(z)
            return a, lambda gradient, gradients: self.activation.backward(gradient, z, a)
        pixels = as_pixels(z)
        outputs = blockwise(self._forward, pixels)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            return as_batch(blockwise(self._backward, as_pixels(gradient), pixels, outputs))

        return as_batch(outputs), backward

    def _forward(self, result: Floats, z: Floats) -> None:
        result[...] = self.activation.forward(z)

    def _backward(self, result: Floats, gradient: Floats, z: Floats, a: Floats) -> None:
        result[...] = self.activation.backward(gradient, z, a)


def as_layer(part: Layer | Activation) -> Layer:
    """Return an activation as a layer; a layer is returned as it is."""
    return Activate(part) if isinstance(part, Activation) else part


def as_part(layer: Layer) -> Layer | Activation:
    """Return what `as_layer` was given."""
    return layer.activation if isinstance(layer, Activate) else layer
