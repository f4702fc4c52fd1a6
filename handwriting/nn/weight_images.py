"""The weights of a network's first layer as images, which show what each of its units responds to.

A unit of a dense layer has a weight for each pixel; a channel of a convolution has one for each position in its kernel.
"""

import math

import numpy as np

from handwriting.interfaces import Floats
from handwriting.nn.architecture import INPUT_SHAPE
from handwriting.nn.network import Network


def first_weights(network: Network) -> Floats | None:
    """Return the weights of the first layer that has any as images, (units, rows, columns).

    Returns None where that layer's input is not an image, or its weights have an unknown form.
    """
    position = first_weighted(network)
    if position is None:
        return None
    weights = network.parameters[position].get("weights")
    if weights is None:  # they are those of a layer inside
        return None
    if weights.ndim == 4:  # a convolution's: (rows, columns, input channels, channels)
        return np.moveaxis(weights.mean(axis=2), -1, 0)
    if weights.ndim == 2 and network.stages[position].input_shape == (math.prod(INPUT_SHAPE),):
        return weights.T.reshape(-1, *INPUT_SHAPE[:2])
    return None


def first_weighted(network: Network) -> int | None:
    """Return the position of the first layer with weights, be it those of a layer inside; None if there is none."""
    names = [{name.rpartition(".")[2] for name in own} for own in network.parameters]
    return next((position for position, own in enumerate(names) if "weights" in own), None)


def strongest(images: Floats, most: int) -> Floats:
    """Return the weight images (units, rows, columns) with the largest root mean square, at most `most` of them."""
    strength = np.square(images, dtype=np.float64).sum(axis=(1, 2))
    return images[np.argsort(-strength, kind="stable")[:most]]


def scaled(images: Floats) -> Floats:
    """Return the weight images (units, rows, columns) from -1 to 1, each scaled by its largest weight; 0 stays 0."""
    largest = np.abs(images).max(axis=(1, 2), keepdims=True)
    return images / np.where(largest > 0, largest, 1)
