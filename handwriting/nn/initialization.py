"""Random initial weights that keep the size of the signals from layer to layer.

A unit sums `fan_in` weighted inputs, so the variance of its output grows with fan_in times the variance of the weights.
With the right standard deviation of the weights neither outputs nor gradients vanish or explode in a deep network.
Biases and the like start at a constant.
"""

import math
from collections.abc import Iterator, Sequence
from typing import final

import numpy as np

from handwriting.errors import PluginError, SettingError
from handwriting.interfaces import Floats, Initializer, Layer, Parameter, Part, Shape
from handwriting.nn.architecture import Stage, parameters_of, views
from handwriting.nn.guarded import guarded
from handwriting.nn.layers.activate import as_part
from handwriting.nn.layers.residual import leaves
from handwriting.registry import loading, specs


@final
class He(Initializer):
    """A standard deviation of sqrt(2 / fan_in), for relu and its relatives, which cut off half of their inputs.

    He et al. 2015.
    """

    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return normally distributed values."""
        fan_in, _ = fans
        return math.sqrt(2 / fan_in) * rng.standard_normal(shape, dtype=np.float32)


@final
class Glorot(Initializer):
    """A standard deviation of sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""

    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return normally distributed values."""
        return math.sqrt(2 / sum(fans)) * rng.standard_normal(shape, dtype=np.float32)


def initialize(
    stages: Sequence[Stage], vector: Floats, rng: np.random.Generator, chosen: Initializer | None = None
) -> None:
    """Fill `vector`, the network's flat vector of parameters, with initial values.

    `chosen` replaces the initializers that the activations ask for.
    """
    parameters = views(stages, vector)
    initializers = {place: guarded(initializer, owner) for place, initializer, owner in initialized(stages, chosen)}
    for position, name, parameter in parameters_of(stages):
        target = parameters[position][name]
        if parameter.fans is None:
            target[...] = parameter.value
        else:
            target[...] = initializers[position, name].values(parameter.shape, parameter.fans, rng)


def initialized(
    stages: Sequence[Stage], chosen: Initializer | None = None
) -> Iterator[tuple[tuple[int, str], Initializer, Part]]:
    """Yield ((position of the stage, name), initializer, the part to blame for it) for all parameters with fans.

    For an object that a layer has made, which need not be registered, the layer is to blame.

    Raises `PluginError` if a layer or an activation asks for an initializer that does not exist.
    """
    every = list(leaves(stages))
    for number, (position, prefix, stage) in enumerate(every):
        following = [later.layer for _, _, later in every[number + 1 :]]
        for name, parameter in stage.parameters.items():
            if parameter.fans is not None:
                initializer = _initializer(stage.layer, parameter, following, chosen)
                owner = as_part(stage.layer) if initializer is parameter.initializer else initializer
                yield (position, prefix + name), initializer, owner


def _initializer(
    layer: Layer, parameter: Parameter, following: Sequence[Layer], chosen: Initializer | None
) -> Initializer:
    """Return the initializer of a parameter: the one that its layer asks for, `chosen`, or that of the activation."""
    if isinstance(parameter.initializer, Initializer):
        return parameter.initializer
    if parameter.initializer is not None:
        return _asked_for(layer, parameter.initializer)
    if chosen is not None:
        return chosen
    for later in following:
        if (spec := as_part(later).initialization) is not None:
            return _asked_for(later, spec)
    return Glorot()


def _asked_for(layer: Layer, spec: str) -> Initializer:
    try:
        made: Initializer = specs.make("initializer", spec)
    except SettingError as error:
        part = loading.entry_of(type(as_part(layer)))
        raise PluginError(f"{part} asks for the initializer {spec!r}: {error}") from error
    return made
