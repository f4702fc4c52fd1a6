"""Folding: in use, batch normalisation multiplies and adds; the layer before it can do that with its own weights.

Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", 2018,
section 3.2. The outputs stay the same but for rounding, and a layer is saved.
"""

from handwriting.interfaces import Floats, Layer
from handwriting.nn import architecture
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.network import Network


def folded(network: Network) -> Network:
    """Return a network for use that gives the same outputs without the normalisations that follow linear layers.

    Where there is none, that is `network` itself.
    """
    layers: list[Layer] = []
    parameters: list[dict[str, Floats]] = []
    for stage, own in zip(network.stages, network.parameters, strict=True):
        if isinstance(stage.layer, BatchNorm) and layers and isinstance(layers[-1], Conv2d | Dense):
            factor, summand = stage.layer.in_use(own)
            weights, bias = parameters[-1]["weights"], parameters[-1]["bias"]
            parameters[-1] = {"weights": weights * factor, "bias": bias * factor + summand}
        else:
            layers.append(stage.layer)
            parameters.append(own)
    if len(layers) == len(network.stages):
        return network
    return Network.of(architecture.plan(layers), parameters)
