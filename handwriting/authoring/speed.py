"""How fast a part is, compared with a built-in one. This only informs: no part is too slow to pass."""

import math
import timeit
from collections.abc import Callable

import numpy as np

from handwriting.authoring.checked_part import CheckedPart
from handwriting.interfaces import Layer, Optimizer, Shape
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import specs
from handwriting.testing.layers import run_backward

BATCH = 128
SHAPE = (250, 400)
"""The parameters that an optimizer updates."""
REPEATS = 7
"""Measurements, of which the shortest is taken, since it was disturbed least."""


def layer_speed(checked: CheckedPart) -> str:
    """Measure forward and backward of a layer or an activation."""
    reference = "relu" if checked.kind == "activation" else "dense:32"
    reference_layer = as_layer(specs.make(("activation", "layer"), reference))
    own, other = _layer_time(checked.layer, checked.image_shape), _layer_time(reference_layer, (784,))
    return f"{own:.2g} ns per input ({reference}: {other:.2g})"


def optimizer_speed(optimizer: Optimizer) -> str:
    """Measure a step of an optimizer."""
    own, other = _step_time(optimizer), _step_time(specs.make("optimizer", "adam"))
    return f"{own:.2g} ns per parameter (adam: {other:.2g})"


def _layer_time(layer: Layer, shape: Shape) -> float:
    """Return nanoseconds per input."""
    rng = np.random.default_rng(0)
    output_shape, declared = layer.build(shape)
    parameters = {name: rng.random(parameter.shape, np.float32) for name, parameter in declared.items()}
    gradients = {name: np.zeros_like(array) for name, array in parameters.items()}
    x, upstream = rng.random((BATCH, *shape), np.float32), rng.random((BATCH, *output_shape), np.float32)

    def forward_backward() -> None:
        _, backward = layer.forward(x, parameters, training=True, rng=rng)
        run_backward(backward, upstream, gradients)

    return _nanoseconds(forward_backward) / x.size


def _step_time(optimizer: Optimizer) -> float:
    """Return nanoseconds per parameter."""
    shape = SHAPE if optimizer.by_array else (math.prod(SHAPE),)
    parameters, gradient = np.zeros(shape, np.float32), np.ones(shape, np.float32)
    state = optimizer.start(parameters.size)
    return _nanoseconds(lambda: optimizer.step(parameters, gradient, state, 0.001)) / parameters.size


def _nanoseconds(work: Callable[[], None]) -> float:
    return 1e9 * min(timeit.repeat(work, number=1, repeat=REPEATS))
