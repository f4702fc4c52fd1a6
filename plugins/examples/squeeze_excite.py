"""squeeze-excite: channels are weighted by what all of them show (Hu, Shen and Sun 2017, without a bottleneck)."""

from collections.abc import Mapping

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


class SqueezeExcite(Layer):
    """y = x g for images, where the gates g = sigmoid(m W) come from the mean m of each channel."""

    api_version = 2
    independent = True

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        if len(input_shape) != 3:
            raise ShapeError("squeeze-excite takes images: put it behind a conv2d")
        fans = (input_shape[-1], input_shape[-1])
        return input_shape, {"weights": Parameter(fans, fans=fans)}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        m, w = x.mean(axis=(1, 2), keepdims=True), parameters["weights"]
        g = 0.5 + 0.5 * np.tanh(0.5 * m @ w)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            of_gates = (gradient * x).sum(axis=(1, 2), keepdims=True) * g * (1 - g)
            gradients["weights"][...] = np.tensordot(m, of_gates, ((0, 1, 2), (0, 1, 2)))
            return gradient * g + of_gates @ w.T / (x.shape[1] * x.shape[2])

        return x * g, backward
