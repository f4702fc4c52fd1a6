"""Folding batch normalization into the layer before it, for inference.

At inference time batch normalization computes y * factor + offset with constants. After a linear layer y = x W + b
that is x (W factor) + (b factor + offset): the layer before can do it with other weights, and a layer is saved (Jacob
et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018, section
3.2).
"""

import numpy as np

from handwriting.interfaces import Floats, Layer
from handwriting.nn import architecture
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.network import Network


def folded(network: Network) -> Network:
    """Return a network for inference with the same outputs, up to rounding, but without foldable normalizations.

    Without any that is `network` itself.
    """
    layers: list[Layer] = []
    parameters: list[dict[str, Floats]] = []
    for stage, own in zip(network.stages, network.parameters, strict=True):
        if isinstance(stage.layer, BatchNorm) and layers and isinstance(layers[-1], Conv2d | Dense):
            factor, offset = stage.layer.inference_constants(own)
            weights, bias = parameters[-1]["weights"], parameters[-1]["bias"]
            parameters[-1] = {"weights": weights * factor, "bias": bias * factor + offset}
        else:
            layers.append(stage.layer)
            parameters.append(own)
    if len(layers) == len(network.stages):
        return network
    stages = architecture.plan(layers, network.stages[0].input_shape)
    arrays = [parameters[position][name].ravel() for position, name, _ in architecture.parameters_of(stages)]
    return Network(stages, np.concatenate(arrays))
