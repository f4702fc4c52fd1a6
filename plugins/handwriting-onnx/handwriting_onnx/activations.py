"""How each built-in activation is exported: the same formula in ONNX's operators."""

from collections.abc import Mapping
from typing import Any

from handwriting.interfaces import Floats
from handwriting.nn.activations import Elu, Gelu, LeakyRelu, Relu, Sigmoid, Softplus, Swish, Tanh
from handwriting_onnx.graph import Export, Graph, Tensor


def sigmoid(activation: Sigmoid, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """1 / (1 + e^-z)."""
    return graph.node("Sigmoid", z)


def tanh(activation: Tanh, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The hyperbolic tangent."""
    return graph.node("Tanh", z)


def relu(activation: Relu, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """max(z, 0)."""
    return graph.node("Relu", z)


def leaky_relu(activation: LeakyRelu, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """z where z > 0, else slope * z."""
    return graph.node("LeakyRelu", z, alpha=float(activation.slope))


def elu(activation: Elu, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """z where z > 0, else alpha (e^z - 1)."""
    return graph.node("Elu", z, alpha=float(activation.alpha))


def softplus(activation: Softplus, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """log(1 + e^z)."""
    return graph.node("Softplus", z)


def swish(activation: Swish, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """z s, where s = 1 / (1 + e^-z)."""
    return graph.node("Mul", z, graph.node("Sigmoid", z))


def gelu(activation: Gelu, graph: Graph, z: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """z/2 (1 + tanh u), the approximation that hwr computes, too."""
    return graph.node("Gelu", z, approximate="tanh")


ACTIVATIONS: dict[type[Any], Export] = {
    Sigmoid: sigmoid,
    Tanh: tanh,
    Relu: relu,
    LeakyRelu: leaky_relu,
    Elu: elu,
    Softplus: softplus,
    Swish: swish,
    Gelu: gelu,
}
"""The function of each class."""
