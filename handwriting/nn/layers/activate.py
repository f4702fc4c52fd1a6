"""Activate: an activation in its place among the layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class Activate(Layer):
    """Apply an activation to every element. The network makes one of these wherever an activation is named."""

    activation: Activation
    independent: ClassVar[bool] = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Any shape suits and is kept."""
        return input_shape, {}

    def forward(
        self, z: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the activation of `z`."""
        a = self.activation.forward(z)
        return a, lambda gradient, gradients: self.activation.backward(gradient, z, a)
