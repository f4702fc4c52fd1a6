"""Random initial weights that keep the size of the signals from layer to layer.

A unit sums `fan_in` weighted inputs, so the variance of its output grows with fan_in times the variance of the weights.
With a standard deviation of

    sqrt(2 / fan_in)                for relu and its relatives, which cut off half of their inputs (He et al. 2015)
    sqrt(2 / (fan_in + fan_out))    for others (Glorot and Bengio 2010)

neither outputs nor gradients vanish or explode in a deep network. Biases and the like start at a constant.
"""

import math
from collections.abc import Sequence

import numpy as np

from handwriting.interfaces import Floats
from handwriting.nn.architecture import Stage, parameters_of, views
from handwriting.nn.layers.activate import as_part


def initialize(stages: Sequence[Stage], vector: Floats, rng: np.random.Generator) -> None:
    """Fill `vector`, the network's flat vector of parameters, with initial values."""
    parameters = views(stages, vector)
    for position, name, parameter in parameters_of(stages):
        target = parameters[position][name]
        if parameter.fans is None:
            target[...] = parameter.value
        else:
            deviation = _deviation(parameter.fans, _rule(stages[position + 1 :]))
            target[...] = deviation * rng.standard_normal(parameter.shape, dtype=np.float32)


def _rule(following: Sequence[Stage]) -> str:
    """Return the rule that the next activation asks for, "glorot" where none follows."""
    rules = (as_part(stage.layer).initialization for stage in following)
    return next((rule for rule in rules if rule is not None), "glorot")


def _deviation(fans: tuple[int, int], rule: str) -> float:
    fan_in, fan_out = fans
    return math.sqrt(2 / fan_in if rule == "he" else 2 / (fan_in + fan_out))
