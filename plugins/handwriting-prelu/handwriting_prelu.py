"""PReLU: relu that learns how much to let through below 0 (He et al. 2015, "Delving deep into rectifiers").

An `Activation` has no parameters, so this one is a `Layer` that keeps its input's shape. Registered in the group
`handwriting.activations`, it stands behind `--activation` like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class PRelu(Layer):
    """a = max(z, 0) + s min(z, 0), where every unit, or every channel of a picture, learns its own slope s.

    `slope` is where all of them start; 0.25 is the paper's.
    """

    slope: float = 0.25
    independent: ClassVar[bool] = True
    initialization: ClassVar[Literal["he", "glorot"] | None] = "he"

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Any shape suits and is kept; there is one slope for each place on its last axis."""
        return input_shape, {"slopes": Parameter(input_shape[-1:], value=self.slope)}

    def forward(
        self, z: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the activation of `z`; on the way back, da/dz = 1 above 0, else s, and da/ds = min(z, 0)."""
        slopes = parameters["slopes"]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            all_but_last = tuple(range(z.ndim - 1))
            np.sum(gradient * np.minimum(z, 0), axis=all_but_last, out=gradients["slopes"])
            return np.where(z > 0, gradient, slopes * gradient)

        return np.where(z > 0, z, slopes * z), backward
