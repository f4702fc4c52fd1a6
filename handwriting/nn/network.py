"""The network: layers over one flat vector of float32 parameters.

    images (n, 28, 28) -> inputs (n, 28, 28, 1) -> layer -> layer -> ... -> outputs (n, classes)

The parameters of all layers lie in `Network.vector`, one after the other, and each layer gets views into it by name. So
an optimizer updates one vector, a snapshot is one copy, and a model file is one write.
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from handwriting.interfaces import Backward, Floats, Images, Initializer, Layer, LazyGradient, Shape
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.nn.fusion import fused
from handwriting.nn.guarded import guarded_layer
from handwriting.nn.initialization import initialize
from handwriting.nn.layers.residual import leaves
from handwriting.nn.returned import numbers_checked
from handwriting.system.thread_pool import slices, thread_pool

PIXEL_SCALE = 1 / 255
"""Grey levels 0 to 255 become inputs 0 to 1."""

WIDEST_CHUNK = 1_000_000
"""Upper bound on the widest layer's activations in one chunk of inference: keeps memory constant."""
SMALLEST_CHUNK, LARGEST_CHUNK = 32, 1000
"""Bounds on the number of images in a chunk."""


class Network:
    """Layers with their parameters. It holds no state of a call, so several threads may use it at once."""

    def __init__(self, stages: Sequence[Stage], vector: Floats) -> None:
        """Join an architecture with its parameters: a float32 vector of length `architecture.size(stages)`."""
        self.stages = tuple(stages)
        self.vector = vector
        self.parameters = architecture.views(stages, vector)
        self.layers = [guarded_layer(stage) for stage in stages]
        self.is_guarded = any(layer is not stage.layer for layer, stage in zip(self.layers, self.stages, strict=True))
        self.steps = fused(self.layers)
        self.trained = vector[: architecture.size(stages, trained_only=True)]
        shapes = [shape for _, _, stage in leaves(stages) for shape in (stage.input_shape, stage.output_shape)]
        widest = max(map(math.prod, shapes))
        self.chunk_size = min(max(WIDEST_CHUNK // widest, SMALLEST_CHUNK), LARGEST_CHUNK)

    @classmethod
    def build(
        cls, layers: Sequence[Layer], rng: np.random.Generator, input_shape: Shape = architecture.INPUT_SHAPE,
        initializer: Initializer | None = None,
    ) -> "Network":  # fmt: skip
        """Return a network of these layers with random initial weights; raises `ShapeError` where one does not fit.

        `initializer` replaces those that the activations ask for.
        """
        stages = architecture.plan(layers, input_shape)
        network = cls(stages, np.empty(architecture.size(stages), np.float32))
        initialize(stages, network.vector, rng, initializer)
        return network

    def replica(self) -> "Network":
        """Return a network that shares the trained parameters but has its own copy of the state, for another thread."""
        replica = Network(self.stages, self.vector.copy())
        replica.trained = self.trained
        for position, name, parameter in architecture.parameters_of(self.stages):
            if parameter.trained:
                replica.parameters[position][name] = self.parameters[position][name]
        return replica

    @property
    def state(self) -> Floats:
        """The untrained part of the vector: what layers themselves update during training."""
        return self.vector[len(self.trained) :]

    def forward(self, x: Floats, *, training: bool, rng: np.random.Generator) -> tuple[Floats, list[Backward]]:
        """Return the outputs (batch, classes) for inputs (batch, 28, 28, 1), and each step's backward function."""
        backward_functions = []
        for position, layer in self.steps:
            x, backward = layer.forward(x, self.parameters[position], training=training, rng=rng)
            backward_functions.append(backward)
        return x, backward_functions

    def backward(
        self, gradient: Floats, backward_functions: list[Backward], gradients: list[dict[str, Floats]]
    ) -> None:
        """Backpropagation: apply the chain rule from the last layer to the first, filling `gradients` on the way.

        `gradient` is dcost/doutputs (batch, classes); `gradients` are views into a flat gradient vector, as
        `architecture.views` returns them. It ends at the first layer with trained parameters, since nothing needs the
        gradient of what comes before.
        """
        first = architecture.first_trained(self.stages)
        passed: Floats | LazyGradient = gradient
        for (position, _), backward in reversed(list(zip(self.steps, backward_functions, strict=True))):
            if position >= first:
                passed = backward(passed() if callable(passed) else passed, gradients[position])

    def outputs(self, images: Images) -> Floats:
        """Return the outputs at inference time, float32 (n, classes), for images (n, 28, 28) of grey levels."""
        result = np.empty((len(images), *self.stages[-1].output_shape), np.float32)
        parts = slices(len(images), min(thread_pool().size, len(images) // self.chunk_size + 1))
        thread_pool().run([partial(self._fill, result[part], images[part]) for part in parts])
        return result

    def activations(self, images: Images) -> Iterator[Floats]:
        """Yield the output of each layer at inference time for images (n, 28, 28): float32 (n, *its output shape)."""
        x, rng = as_inputs(images), _unused_rng()
        for layer, parameters in zip(self.layers, self.parameters, strict=True):
            x, _ = layer.forward(x, parameters, training=False, rng=rng)
            yield x

    def _fill(self, result: Floats, images: Images) -> None:
        """Write the outputs for images (n, 28, 28) into `result` (n, classes), chunk by chunk."""
        rng = _unused_rng()
        buffer = np.empty((min(self.chunk_size, len(images)), *self.stages[0].input_shape), np.float32)
        for start in range(0, len(images), self.chunk_size):
            chunk = slice(start, start + self.chunk_size)
            x = as_inputs(images[chunk], buffer)
            result[chunk] = self.forward(x, training=False, rng=rng)[0]
            if self.is_guarded and not np.isfinite(result[chunk]).all():
                with numbers_checked():  # which raises an error if a plugin is to blame
                    self.forward(x, training=False, rng=rng)

    def __str__(self) -> str:
        return architecture.summary(self.stages)


def as_inputs(images: Images, buffer: Floats | None = None) -> Floats:
    """Return images (n, 28, 28) of grey levels as inputs: float32 (n, 28, 28, 1), from 0 to 1.

    They are written into `buffer`, an array with room for at least n images, if there is one.
    """
    x = np.empty((*images.shape, 1), np.float32) if buffer is None else buffer[: len(images)]
    x[..., 0] = images
    x *= PIXEL_SCALE  # two passes are faster: NumPy converts and multiplies slowly in one
    return x


def _unused_rng() -> np.random.Generator:
    """Return a generator to satisfy the contract: at inference time no layer draws random numbers."""
    return np.random.default_rng(0)
