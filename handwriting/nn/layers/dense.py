"""Dense: every unit looks at every input; the layer that the first neural networks were made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class Dense(Layer):
    """y = x W + b, where column j of W (inputs, units) holds what unit j gives for each of its inputs."""

    units: int
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.units < 1:
            raise SettingError(f"a dense layer needs at least 1 unit, not {self.units}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Take (inputs,) and give (units,)."""
        if len(input_shape) != 1:
            raise ShapeError("takes a row of numbers: put the layer `flatten` before it")
        inputs = input_shape[0]
        weights = Parameter((inputs, self.units), fans=(inputs, self.units))
        return (self.units,), {"weights": weights, "bias": Parameter((self.units,))}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return x W + b, (batch, units)."""
        weights = parameters["weights"]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            np.matmul(x.T, gradient, out=gradients["weights"])
            np.sum(gradient, axis=0, out=gradients["bias"])
            return lambda: gradient @ weights.T

        y = x @ weights
        y += parameters["bias"]
        return y, backward
