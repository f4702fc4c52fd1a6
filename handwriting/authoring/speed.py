"""How fast a part is, compared with a built-in one."""

import math
import timeit
from collections.abc import Callable

import numpy as np

from handwriting.authoring.checked_part import CheckedPart
from handwriting.interfaces import Layer, Optimizer, Shape
from handwriting.nn.architecture import INPUT_SHAPE
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import specs
from handwriting.testing.findings import expect
from handwriting.testing.tested_layer import run_backward

BATCH = 128
SHAPE = (250, 400)
"""The parameters that an optimizer updates."""
REPEATS = 7
"""Measurements, of which the shortest is taken, since it was disturbed least."""
LONG = 0.5
"""Seconds after which a measurement is not repeated."""
SLOWEST = 200
"""A part that takes this many times as long as the built-in one does not pass: loops in Python are that slow."""


def layer_speed(checked: CheckedPart) -> str:
    """Measure forward and backward of a layer or an activation."""
    row: Shape = (math.prod(INPUT_SHAPE),)
    shape = checked.image_shape or checked.shapes[0]
    if checked.kind == "activation" and checked.refusal(row) is None:
        shape = row  # in images, moving numbers in memory would take longer than most activations
    image = len(shape) == len(INPUT_SHAPE)
    reference = "relu" if checked.kind == "activation" else "conv2d:16" if image else "dense:32"
    reference_layer = as_layer(specs.make(("activation", "layer"), reference))
    own = _layer_time(checked.layer, shape)
    other = _layer_time(reference_layer, INPUT_SHAPE if image else row)
    return _comparison(own, other, "input", reference)


def optimizer_speed(optimizer: Optimizer) -> str:
    """Measure a step of an optimizer."""
    return _comparison(_step_time(optimizer), _step_time(specs.make("optimizer", "adam")), "parameter", "adam")


def _comparison(own: float, other: float, unit: str, reference: str) -> str:
    """Return how long a part and the built-in one take; raises `AssertionError` if the part is far slower."""
    times = f"{own:.2g} ns per {unit} ({reference}: {other:.2g})"
    expect(
        own < SLOWEST * other,
        f"{times}: {own / other:,.0f} times slower than the built-in part; let NumPy work on whole arrays instead of "
        "loops over their elements",
    )
    return times


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
    shortest = timeit.timeit(work, number=1)
    if shortest < LONG:
        shortest = min(timeit.repeat(work, number=1, repeat=REPEATS))
    return 1e9 * shortest
