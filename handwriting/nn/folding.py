"""Folding batch normalization into the layer before it, for inference.

At inference time batch normalization computes y * factor + offset with constants. After a linear layer y = x W + b
that is x (W factor) + (b factor + offset): the layer before can do it with other weights, and a layer is saved (Jacob
et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018, section
3.2).
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from handwriting.interfaces import Floats, Layer
from handwriting.nn import architecture
from handwriting.nn.layers.activate import as_layer, as_part
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.residual import SHORTCUT, Residual, arrays_of
from handwriting.nn.network import Network

Parameters: TypeAlias = Mapping[str, Floats]


def folded(network: Network) -> Network:
    """Return a network for inference with the same outputs, up to rounding, but without foldable normalizations.

    Without any that is `network` itself.
    """
    before = [stage.layer for stage in network.stages]
    layers, parameters = _fold(before, network.parameters)
    if layers == before:
        return network
    stages = architecture.plan(layers, network.stages[0].input_shape)
    arrays = [parameters[position][name].ravel() for position, name, _ in architecture.parameters_of(stages)]
    return Network(stages, np.concatenate(arrays))


def _fold(layers: Sequence[Layer], parameters: Sequence[Parameters]) -> tuple[list[Layer], list[Parameters]]:
    """Return fewer layers, one after the other, and their parameters."""
    kept: list[tuple[Layer, Parameters]] = []
    for layer, own in zip(layers, parameters, strict=True):
        if isinstance(layer, BatchNorm) and kept and isinstance(kept[-1][0], Conv2d | Dense):
            factor, offset = layer.inference_constants(own)
            linear, before = kept[-1]
            folded = {"weights": before["weights"] * factor, "bias": before["bias"] * factor + offset}
            kept[-1] = linear, folded
        else:
            kept.append(_fold_inside(layer, own) if isinstance(layer, Residual) else (layer, own))
    return [layer for layer, _ in kept], [own for _, own in kept]


def _fold_inside(block: Residual, parameters: Parameters) -> tuple[Layer, Parameters]:
    """Return a residual block with fewer layers, and its parameters; what is on the shortcut stays as it is."""
    inside = [arrays_of(str(position), parameters) for position in range(len(block.layers))]
    layers, folded = _fold(list(map(as_layer, block.layers)), inside)
    arrays = {f"{position}.{name}": array for position, own in enumerate(folded) for name, array in own.items()}
    on_shortcut = {name: array for name, array in parameters.items() if name.startswith(SHORTCUT)}
    return Residual(tuple(map(as_part, layers))), arrays | on_shortcut
