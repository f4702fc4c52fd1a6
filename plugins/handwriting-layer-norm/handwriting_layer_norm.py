"""Layer normalisation (Ba, Kiros and Hinton 2016): what an example gives is kept around 0 and of size 1.

It is batch normalisation the other way round: mean and variance are taken over all units of one example, instead of
over one unit of all examples. So nothing depends on the rest of the batch, and training and use are the same.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class LayerNorm(Layer):
    """y = g n + b, where n = (x - mean) / sqrt(variance + epsilon), and scale g and shift b are learnt.

    There is one of each for every unit, or for every channel of a picture. `epsilon` keeps an example whose units are
    all alike from dividing by 0.
    """

    epsilon: float = 1e-5
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 < self.epsilon < math.inf:
            raise SettingError(f"epsilon is a small number above 0, not {self.epsilon}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Any shape suits and is kept; the parameters have one number for each place on its last axis."""
        shape = input_shape[-1:]
        return input_shape, {"scale": Parameter(shape, value=1.0), "shift": Parameter(shape)}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x`, each example normalised by itself."""
        own = tuple(range(1, x.ndim))  # all axes of an example
        others = tuple(range(x.ndim - 1))  # all axes but the last
        deviation = np.sqrt(x.var(axis=own, keepdims=True) + self.epsilon)
        normal = (x - x.mean(axis=own, keepdims=True)) / deviation

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            np.sum(gradient * normal, axis=others, out=gradients["scale"])
            np.sum(gradient, axis=others, out=gradients["shift"])
            by_normal = gradient * parameters["scale"]
            # x moves the example's mean and variance as well: what these undo of the gradient is taken out
            undone = by_normal.mean(axis=own, keepdims=True)
            undone = undone + normal * (by_normal * normal).mean(axis=own, keepdims=True)
            return (by_normal - undone) / deviation

        return parameters["scale"] * normal + parameters["shift"], backward
