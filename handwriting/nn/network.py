"""The network: layers over one flat vector of float32 parameters.

    pictures (n, 28, 28) -> inputs (n, 28, 28, 1) -> layer -> layer -> ... -> outputs (n, classes)

All parameters of all layers stand in `Network.vector`, one behind the other, and each layer sees views into it by name.
So an optimizer moves one vector, a snapshot is one copy, and a model file is one write.
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from handwriting.interfaces import Backward, Floats, Images, Later, Layer
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.system.thread_pool import spans, team

PIXEL_SCALE = 1 / 255
"""Grey levels 0 ... 255 become inputs 0 ... 1."""

AT_ONCE = 1_000_000
"""Numbers that the layer which gives most of them gives for the pictures that `outputs` takes at a time.

So memory stays flat however many pictures there are. Measured with five convolutions, 18,432 numbers a picture in the
widest: 240 microseconds a picture for 32 to 200 at a time, 260 for 1000, 250 for 16; with 784 numbers 1.1 from 500 on.
"""
FEWEST, MOST = 32, 1000
"""Pictures that are taken at a time at least, and at most."""


class Network:
    """Layers with their parameters; it holds no state of a call, so several threads may use it at once."""

    def __init__(self, stages: Sequence[Stage], vector: Floats) -> None:
        """Join a plan and its parameters: a float32 vector of `architecture.size(stages)` numbers."""
        self.stages = tuple(stages)
        self.vector = vector
        self.parameters = architecture.views(stages, vector)
        self.trained = vector[: architecture.size(stages, trained_only=True)]
        widest = max(math.prod(shape) for stage in stages for shape in (stage.input_shape, stage.output_shape))
        self.chunk = min(max(AT_ONCE // widest, FEWEST), MOST)

    @classmethod
    def of(cls, stages: Sequence[Stage], parameters: Sequence[dict[str, Floats]]) -> "Network":
        """Return a network with copies of the given parameters of each stage, by name."""
        network = cls(stages, np.empty(architecture.size(stages), np.float32))
        for own, given in zip(network.parameters, parameters, strict=True):
            for name, array in own.items():
                array[...] = given[name]
        return network

    def twin(self) -> "Network":
        """Return a network of the same trained parameters, but with a state of its own: for another thread."""
        twin = Network(self.stages, self.vector.copy())
        twin.trained = self.trained
        for position, name, parameter in architecture.parameters_of(self.stages):
            if parameter.trained:
                twin.parameters[position][name] = self.parameters[position][name]
        return twin

    @property
    def state(self) -> Floats:
        """The part of the vector that no gradient reaches: what layers update by themselves while training."""
        return self.vector[len(self.trained) :]

    @classmethod
    def build(cls, layers: Sequence[Layer], rng: np.random.Generator) -> "Network":
        """Return a network of these layers, its weights drawn by `rng`; raises `ShapeError` where one does not fit."""
        stages = architecture.plan(layers)
        network = cls(stages, np.empty(architecture.size(stages), np.float32))
        architecture.draw(stages, network.vector, rng)
        return network

    def forward(self, x: Floats, *, training: bool, rng: np.random.Generator) -> tuple[Floats, list[Backward]]:
        """Return the outputs (batch, classes) for inputs (batch, 28, 28, 1), and each layer's way back."""
        ways_back = []
        for stage, parameters in zip(self.stages, self.parameters, strict=True):
            x, backward = stage.layer.forward(x, parameters, training=training, rng=rng)
            ways_back.append(backward)
        return x, ways_back

    def backward(self, gradient: Floats, ways_back: list[Backward], gradients: list[dict[str, Floats]]) -> None:
        """Backpropagation: carry dcost/doutputs back layer by layer, filling `gradients` (as `views` makes them).

        It ends at the first layer that learns: nobody needs the gradient of what comes before it.
        """
        passed: Floats | Later = gradient
        learning = slice(architecture.first_trained(self.stages), None)
        for backward, own_gradients in zip(reversed(ways_back[learning]), reversed(gradients[learning]), strict=True):
            passed = backward(passed() if callable(passed) else passed, own_gradients)

    def outputs(self, images: Images) -> Floats:
        """Return the outputs for pictures (n, 28, 28) of grey levels, as float32 (n, classes)."""
        result = np.empty((len(images), *self.stages[-1].output_shape), np.float32)
        stretches = spans(len(images), min(team().size, len(images) // self.chunk + 1))
        team().run([partial(self._fill, result[stretch], images[stretch]) for stretch in stretches])
        return result

    def activations(self, images: Images) -> Iterator[Floats]:
        """Yield what each layer gives, in use, for pictures (n, 28, 28): float32 (n, *its output shape)."""
        x = inputs(images)
        rng = np.random.default_rng(0)  # in use, no layer draws anything
        for stage, parameters in zip(self.stages, self.parameters, strict=True):
            x, _ = stage.layer.forward(x, parameters, training=False, rng=rng)
            yield x

    def _fill(self, result: Floats, images: Images) -> None:
        rng = np.random.default_rng(0)  # in use, no layer draws anything that would change the outputs
        kept = np.empty((min(self.chunk, len(images)), *self.stages[0].input_shape), np.float32)
        for start in range(0, len(images), self.chunk):
            chunk = slice(start, start + self.chunk)
            result[chunk] = self.forward(inputs(images[chunk], kept), training=False, rng=rng)[0]

    def __str__(self) -> str:
        return architecture.summary(self.stages)


def inputs(images: Images, out: Floats | None = None) -> Floats:
    """Return pictures (n, 28, 28) of grey levels as the network takes them: float32 (n, 28, 28, 1), from 0 to 1.

    With `out`, an array of at least that many pictures, they are written there.
    """
    x = np.empty((*images.shape, 1), np.float32) if out is None else out[: len(images)]
    x[..., 0] = images
    x *= PIXEL_SCALE  # in two walks: NumPy takes twice as long to convert and multiply in one
    return x
