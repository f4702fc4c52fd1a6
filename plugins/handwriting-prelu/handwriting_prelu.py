"""PReLU: a leaky relu whose slope below 0 is trained (He et al. 2015, "Delving deep into rectifiers").

An `Activation` has no parameters, so this is a `Layer` that keeps the shape of its input. It is registered in the group
`handwriting.activations`, so that `--activation prelu` finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape

if TYPE_CHECKING:
    from handwriting_onnx.graph import Graph, Tensor


@final
@dataclass(frozen=True)
class PRelu(Layer):
    """a = max(z, 0) + s min(z, 0), where the slope s of every unit, or every channel of an image, is trained.

    All start at `slope`; 0.25 is the value in the paper.
    """

    slope: float = 0.25
    independent: ClassVar[bool] = True
    initialization: ClassVar[str | None] = "he"

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape; there is one slope for each position on its last axis."""
        return input_shape, {"slopes": Parameter(input_shape[-1:], value=self.slope)}

    def forward(
        self, z: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return a and the backward function, with da/dz = 1 above 0, else s, and da/ds = min(z, 0)."""
        slopes = parameters["slopes"]

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            all_but_last = tuple(range(z.ndim - 1))
            np.sum(gradient * np.minimum(z, 0), axis=all_but_last, out=gradients["slopes"])
            return np.where(z > 0, gradient, slopes * gradient)

        return np.where(z > 0, z, slopes * z), backward

    def to_onnx(self, graph: "Graph", z: "Tensor", parameters: Mapping[str, Floats]) -> "Tensor":
        """Return a in an ONNX graph: `hwr export` calls this."""
        return graph.node("PRelu", z, graph.per_channel(parameters["slopes"], z))
