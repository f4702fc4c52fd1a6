"""trained-swish: swish with a trained slope (Ramachandran, Zoph and Le 2017)."""

from collections.abc import Mapping

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


class TrainedSwish(Layer):
    """a = z / (1 + e^(-b z)), where b is trained for each unit or channel (the last axis)."""

    api_version = 2
    independent = True
    initialization = "he"

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        return input_shape, {"slopes": Parameter(input_shape[-1:], value=1.0)}

    def forward(
        self, z: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        b = parameters["slopes"]
        s = 0.5 + 0.5 * np.tanh(0.5 * b * z)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            gradients["slopes"][...] = (gradient * z * z * s * (1 - s)).sum(axis=tuple(range(z.ndim - 1)))
            return gradient * (s + b * z * s * (1 - s))

        return z * s, backward
