"""How the confidences of each built-in loss are exported; `x` are the outputs, divided by the model's temperature."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from handwriting.interfaces import Floats
from handwriting.nn.losses import CrossEntropy, MeanSquaredError
from handwriting_onnx.graph import Export, Graph, Tensor


def softmax(loss: CrossEntropy, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """e^x / sum e^x."""
    return graph.node("Softmax", x, axis=1)


def clipped(loss: MeanSquaredError, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The outputs, clipped to 0 ... 1."""
    return graph.node("Clip", x, *(graph.constant(np.array(bound, np.float32)) for bound in (0, 1)))


LOSSES: dict[type[Any], Export] = {CrossEntropy: softmax, MeanSquaredError: clipped}
"""The function of each class."""
