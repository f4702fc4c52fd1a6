"""Dense: every unit is connected to every input. The layer that the first neural networks were made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.registry.ranges import check_at_least


@final
@dataclass(frozen=True)
class Dense(Layer):
    """y = x W + b, where column j of W (inputs, units) holds the weights of unit j and b (units,) its bias.

    For a batch, with dL/dy the gradient that arrives from the layer behind:

        dL/dW = x^T dL/dy        dL/db = sum of dL/dy over the batch        dL/dx = dL/dy W^T
    """  # fmt: skip

    units: int
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_at_least("units", self.units, 1)

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (inputs,) into (units,)."""
        if len(input_shape) != 1:
            raise ShapeError("takes a row of numbers: put the layer `flatten` before it")
        inputs = input_shape[0]
        weights = Parameter((inputs, self.units), fans=(inputs, self.units))
        return (self.units,), {"weights": weights, "bias": Parameter((self.units,))}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return x W + b, (batch, units), for `x` (batch, inputs)."""
        weights = parameters["weights"]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            np.matmul(x.T, gradient, out=gradients["weights"])
            np.sum(gradient, axis=0, out=gradients["bias"])
            return lambda: gradient @ weights.T

        y = x @ weights
        y += parameters["bias"]
        return y, backward
