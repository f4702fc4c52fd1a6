"""Tiles: what the units of a network's first layer look for, as small pictures that one can look at.

A unit of a dense layer has a weight for each pixel; a channel of a convolution has one for each place of its window.
"""

import math

import numpy as np

from handwriting.interfaces import Floats
from handwriting.nn import architecture
from handwriting.nn.network import Network


def first_weights(network: Network) -> Floats | None:
    """Return the weights of the first layer that has any, (units, rows, columns), a picture a unit.

    None where that layer does not look at a picture, or keeps its weights in a form that is not known here.
    """
    for stage, parameters in zip(network.stages, network.parameters, strict=True):
        weights = parameters.get("weights")
        if weights is None:
            continue
        if weights.ndim == 4:  # (rows, columns, channels taken, channels given), as conv2d has them
            return np.moveaxis(weights.mean(axis=2), -1, 0)
        if weights.ndim == 2 and stage.input_shape == (math.prod(architecture.PICTURE),):
            return weights.T.reshape(-1, *architecture.PICTURE[:2])
        return None
    return None


def strongest(tiles: Floats, most: int) -> Floats:
    """Return at most `most` of the tiles (units, rows, columns): the heaviest ones, by their root mean square."""
    weight = np.square(tiles, dtype=np.float64).sum(axis=(1, 2))
    return tiles[np.argsort(-weight, kind="stable")[:most]]


def scaled(tiles: Floats) -> Floats:
    """Return the tiles (units, rows, columns) from -1 to 1, each scaled by its own largest weight; 0 stays 0."""
    largest = np.abs(tiles).max(axis=(1, 2), keepdims=True)
    return tiles / np.where(largest > 0, largest, 1)
