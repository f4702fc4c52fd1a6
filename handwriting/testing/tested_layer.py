"""A layer that is tested: inputs, parameters and gradients to call it with, and what its calls give."""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape

BATCH = 5
LARGE_BATCH, LARGE_BATCH_OF_IMAGES = 130, 40
"""Examples of a large batch, and where an example has at least `IMAGE_SIZE` numbers, since those take more memory."""
IMAGE_SIZE = 400
LARGE_INPUT = 50.0
"""Largest input, with either sign, for which gradients are compared; small ones go up to 2."""

Arrays: TypeAlias = dict[str, Floats]
Dtypes: TypeAlias = tuple[type[np.floating[Any]], ...]


@dataclass(frozen=True)
class Result:
    """What a forward and a backward pass give: the outputs, and the gradients of the inputs and the parameters."""

    y: Floats
    input_gradient: Floats
    gradients: Arrays

    def by_name(self) -> Arrays:
        """Return all arrays, each with a name for messages."""
        gradients = {f"the gradient of {name!r}": array for name, array in self.gradients.items()}
        return {"the output": self.y, "the gradient of the inputs": self.input_gradient} | gradients


class TestedLayer:
    """A layer with a batch of inputs of one shape, `x`, another one, `other`, and a gradient of its outputs."""

    __test__ = False  # for pytest

    def __init__(self, layer: Layer, input_shape: Shape, dtypes: Dtypes = (np.float32, np.float64)) -> None:
        self.layer, self.dtypes, self.input_shape = layer, dtypes, input_shape
        self.output_shape, self.declared = layer.build(input_shape)
        rng = np.random.default_rng(1)
        self.x = rng.uniform(-2, 2, (BATCH, *input_shape))
        self.large_batch = LARGE_BATCH if math.prod(input_shape) < IMAGE_SIZE else LARGE_BATCH_OF_IMAGES
        self.other = rng.uniform(-2, 2, self.x.shape)
        self.upstream = rng.normal(size=(BATCH, *self.output_shape))
        self.start = {name: _start(parameter, rng) for name, parameter in self.declared.items()}

    def run(self, x: Floats, training: bool) -> Result:
        """Run forward and backward with new parameters."""
        gradients = self.gradients(x.dtype)
        y, backward = self.forward(x, self.parameters(x.dtype), training)
        upstream = np.resize(self.upstream_of(len(x)), y.shape).astype(x.dtype)  # in case y is of another shape
        y = y.copy()  # in case the layer uses the same array again
        return Result(y, run_backward(backward, upstream, gradients).copy(), gradients)

    def forward(self, x: Floats, parameters: Arrays, training: bool, seed: int = 3) -> tuple[Floats, Backward]:
        """Return the outputs and the backward function."""
        return self.layer.forward(x, parameters, training=training, rng=np.random.default_rng(seed))

    def outputs(self, x: Floats) -> Floats:
        """Return the outputs in float64 at inference time."""
        return self.forward(x, self.parameters(np.float64), training=False)[0].copy()

    def is_random(self, training: bool) -> bool:
        """Whether the layer draws random numbers."""
        rng, unused = np.random.default_rng(3), np.random.default_rng(3)
        self.layer.forward(self.x, self.parameters(np.float64), training=training, rng=rng)
        return bool(rng.random() != unused.random())

    def batch(self, size: int) -> Floats:
        """Return a batch of another size."""
        return np.random.default_rng(6).uniform(-2, 2, (size, *self.input_shape))

    def large_inputs(self) -> Floats:
        """Return inputs from 1 to `LARGE_INPUT`, with either sign, evenly spread over the orders of magnitude."""
        return np.sign(self.x) * LARGE_INPUT ** np.random.default_rng(7).uniform(0, 1, self.x.shape)

    def upstream_of(self, batch: int) -> Floats:
        """Return a gradient of the outputs for a batch of any size."""
        if batch <= BATCH:
            return self.upstream[:batch]
        return np.random.default_rng(8).normal(size=(batch, *self.output_shape))

    def parameters(self, dtype: np.typing.DTypeLike) -> Arrays:
        """Return new parameters: training may change a layer's state."""
        return {name: array.astype(dtype) for name, array in self.start.items()}

    def gradients(self, dtype: np.typing.DTypeLike) -> Arrays:
        """Return arrays of NaN for the backward function to fill."""
        return {name: np.full(p.shape, np.nan, dtype) for name, p in self.declared.items() if p.trained}


def _start(parameter: Parameter, rng: np.random.Generator) -> Floats:
    """Return values near the initial ones, but not 0."""
    offsets = rng.uniform(0.1, 0.5, parameter.shape)
    return np.asarray(parameter.value + (offsets if parameter.fans is None else -offsets))


def run_backward(backward: Backward, upstream: Floats, gradients: Arrays) -> Floats:
    """Call a backward function; return the input gradient, also if it is computed lazily."""
    result = backward(upstream, gradients)
    return result() if callable(result) else result
