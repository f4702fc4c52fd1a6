"""How each built-in layer is exported, as it computes at inference time."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from handwriting.interfaces import Floats
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.dropout import Dropout
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from handwriting.nn.layers.residual import Middle, Residual, arrays_of, shortcut_layers
from handwriting.nn.layers.soften import Soften
from handwriting_onnx.graph import Export, Graph, Tensor


def dense(layer: Dense, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """x W + b."""
    weights, bias = (graph.constant(parameters[name]) for name in ("weights", "bias"))
    return graph.node("Gemm", x, weights, bias, shape=(layer.units,))


def flatten(layer: Flatten, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The numbers of each example in one row, in the order that hwr has them in."""
    if len(x.shape) == 1:
        return x
    return graph.node("Flatten", graph.channels_last(x), axis=1, shape=(math.prod(x.shape),))


def dropout(layer: Dropout, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """x itself: nothing is silenced at inference time."""
    return x


def conv2d(layer: Conv2d, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """A convolution: ONNX has its weights (kernel, kernel, inputs, channels) as (channels, inputs, kernel, kernel)."""
    shape, _ = layer.build(x.shape)
    weights = graph.constant(parameters["weights"].transpose(3, 2, 0, 1))
    return graph.node(
        "Conv", graph.channels_first(x), weights, graph.constant(parameters["bias"]), shape=shape,
        kernel_shape=[layer.kernel] * 2, strides=[layer.stride] * 2, pads=[layer.padding] * 4,
    )  # fmt: skip


def max_pool(layer: MaxPool, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The largest pixel of each square."""
    return _pool("MaxPool", layer, graph, x)


def average_pool(layer: AveragePool, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The mean of each square."""
    return _pool("AveragePool", layer, graph, x)


def _pool(operator: str, layer: MaxPool | AveragePool, graph: Graph, x: Tensor) -> Tensor:
    shape, _ = layer.build(x.shape)
    sides = [layer.size] * 2
    return graph.node(operator, graph.channels_first(x), shape=shape, kernel_shape=sides, strides=sides)


def global_average_pool(layer: GlobalAveragePool, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The mean of each channel."""
    means = graph.node("GlobalAveragePool", graph.channels_first(x))
    return graph.node("Flatten", means, axis=1, shape=x.shape[2:])


def batch_norm(layer: BatchNorm, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The normalization by the running averages, where it was not folded into the layer before."""
    if len(x.shape) not in (1, 3):  # ONNX has the channels on the first axis of an example, and so would move them
        factor, offset = (graph.constant(vector) for vector in layer.inference_constants(parameters))
        return graph.node("Add", graph.node("Mul", x, factor), offset)
    constants = (graph.constant(parameters[name]) for name in ("scale", "shift", "mean", "variance"))
    return graph.node("BatchNormalization", graph.channels_first(x), *constants, epsilon=float(layer.epsilon))


def soften(layer: Soften, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The blur along both axes as one convolution of 3 x 3, for each channel by itself."""
    channels = x.shape[2]
    along = np.array([layer.share, 1 - 2 * layer.share, layer.share], np.float32)
    kernel = np.broadcast_to(np.outer(along, along), (channels, 1, 3, 3))
    return graph.node("Conv", graph.channels_first(x), graph.constant(kernel), group=channels, pads=[1] * 4)


def residual(layer: Residual, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """s(x) + F(x): the layers inside, one after the other, and those on the shortcut."""
    added = kept = x
    for position, inner in enumerate(layer.layers):
        added = graph.part(inner, added, arrays_of(str(position), parameters))
    for name, on_shortcut in shortcut_layers(x.shape, added.shape):
        kept = graph.part(on_shortcut, kept, arrays_of(name, parameters))
    kept = graph.channels_first(kept) if added.channels_first else graph.channels_last(kept)
    return graph.node("Add", kept, added)


def middle(layer: Middle, graph: Graph, x: Tensor, parameters: Mapping[str, Floats]) -> Tensor:
    """The pixels at some rows and columns, on the shortcut of a block that makes images smaller."""
    shape, _ = layer.build(x.shape)
    sides = layer.rows, layer.columns
    starts, stops, steps = ([getattr(side, name) for side in sides] for name in ("start", "stop", "step"))
    axes = [2, 3] if x.channels_first else [1, 2]
    return graph.node("Slice", x, *map(graph.constant, (starts, stops, axes, steps)), shape=shape)


LAYERS: dict[type[Any], Export] = {
    Dense: dense,
    Flatten: flatten,
    Dropout: dropout,
    Conv2d: conv2d,
    MaxPool: max_pool,
    AveragePool: average_pool,
    GlobalAveragePool: global_average_pool,
    BatchNorm: batch_norm,
    Soften: soften,
    Residual: residual,
    Middle: middle,
}
"""The function of each class."""
