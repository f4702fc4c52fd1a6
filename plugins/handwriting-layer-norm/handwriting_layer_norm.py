"""Layer normalization (Ba, Kiros and Hinton 2016): the units of each example get mean 0 and variance 1.

Batch normalization takes mean and variance of one unit over all examples, layer normalization over all units of one
example. So it does not depend on the rest of the batch, and is the same in training and at inference time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.registry.ranges import check_above

if TYPE_CHECKING:
    from handwriting_onnx.graph import Graph, Tensor


@final
@dataclass(frozen=True)
class LayerNorm(Layer):
    """y = scale * n + shift, where n = (x - mean) / sqrt(variance + epsilon); scale and shift are trained.

    There is one of each for every unit, or for every channel of an image. `epsilon` prevents division by 0 for an
    example whose units are all equal.
    """

    epsilon: float = 1e-5
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_above("epsilon", self.epsilon, 0)

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape; the parameters have the length of its last axis."""
        shape = input_shape[-1:]
        return input_shape, {"scale": Parameter(shape, value=1.0), "shift": Parameter(shape)}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return y and the backward function."""
        example = tuple(range(1, x.ndim))  # the axes of an example
        all_but_last = tuple(range(x.ndim - 1))
        deviation = np.sqrt(x.var(axis=example, keepdims=True) + self.epsilon)
        normalized = (x - x.mean(axis=example, keepdims=True)) / deviation

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            np.sum(gradient * normalized, axis=all_but_last, out=gradients["scale"])
            np.sum(gradient, axis=all_but_last, out=gradients["shift"])
            dn = gradient * parameters["scale"]  # dL/dn
            # mean and variance depend on x, too, which removes these components from the gradient
            by_mean = dn.mean(axis=example, keepdims=True)
            by_variance = normalized * (dn * normalized).mean(axis=example, keepdims=True)
            return (dn - (by_mean + by_variance)) / deviation

        return parameters["scale"] * normalized + parameters["shift"], backward

    def to_onnx(self, graph: "Graph", x: "Tensor", parameters: Mapping[str, Floats]) -> "Tensor":
        """Return y in an ONNX graph: `hwr export` calls this."""
        x = graph.channels_last(x)
        scale, shift = (graph.constant(np.broadcast_to(parameters[name], x.shape)) for name in ("scale", "shift"))
        return graph.node("LayerNormalization", x, scale, shift, axis=1, epsilon=self.epsilon)
