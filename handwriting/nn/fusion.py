"""Fusing batch normalization with the activation behind it: the same numbers, in less time.

Both are cheap arithmetic on large arrays, so they take as long as moving these arrays to memory and back. Together they
move less than one after the other. (For inference, folding.py does away with the normalization altogether.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.activate import Activate
from handwriting.nn.layers.batch_norm import BatchNorm


@final
@dataclass(frozen=True)
class NormalizedActivation(Layer):
    """a = f(batch normalization of x), with the parameters of the normalization."""

    norm: BatchNorm
    activation: Activation

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape, as batch normalization does."""
        return self.norm.build(input_shape)

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the activation of the normalized `x`."""
        return self.norm.forward_activated(x, parameters, training, self.activation)


def fused(layers: Sequence[Layer]) -> list[tuple[int, Layer]]:
    """Return what computes these layers, each step with the position of the layer whose parameters it has."""
    steps: list[tuple[int, Layer]] = []
    for position, layer in enumerate(layers):
        before = steps[-1][1] if steps else None
        if isinstance(before, BatchNorm) and isinstance(layer, Activate):
            steps[-1] = position - 1, NormalizedActivation(before, layer.activation)
        else:
            steps.append((position, layer))
    return steps
