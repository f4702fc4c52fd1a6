"""The architecture of a network: the shapes and parameters of its layers, planned before any memory is allocated.

A plan costs nothing however large its layers are, so a model file can be compared with it before it is trusted. It also
fixes where each parameter lies in the network's one flat vector: all trained parameters first, then the layers' own
state (such as the running mean of batch normalization).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import index
from typing import SupportsIndex

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Floats, Layer, Parameter, Shape
from handwriting.nn.layers.activate import as_part
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.registry import specs
from handwriting.registry.blame import blaming

INPUT_SHAPE: Shape = (28, 28, 1)
"""Height, width and channels of an image."""
FLOAT_BYTES = 4
MOST_ACTIVATIONS = 2**23
"""Numbers that all layers together may keep for an image, which are 34 MB: no preset needs a tenth of that."""


@dataclass(frozen=True)
class Stage:
    """A layer in its place in the network: its input and output shapes (without the batch) and its parameters."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: dict[str, Parameter]

    @property
    def trained_size(self) -> int:
        """The number of trained parameters."""
        return sum(math.prod(parameter.shape) for parameter in self.parameters.values() if parameter.trained)

    @property
    def activations(self) -> int:
        """The numbers that the layer keeps for an image: its output, and what it needs to compute that."""
        with blaming(self.layer):
            return math.prod(self.output_shape) + self.layer.workspace(self.input_shape)

    def memory(self, batch: int) -> int:
        """Return the bytes that training takes at the least: for parameters, their gradient, and activations."""
        parameters = sum(math.prod(parameter.shape) for parameter in self.parameters.values())
        return FLOAT_BYTES * (2 * parameters + batch * self.activations)


def plan(layers: Sequence[Layer], input_shape: Shape = INPUT_SHAPE, source: str = "the image") -> tuple[Stage, ...]:
    """Return the stages of a network, whose input is called `source` in messages.

    Raises `ShapeError` where a layer does not accept the output before it, or if the activations are too large.
    """
    stages: list[Stage] = []
    shape = input_shape
    for layer in layers:
        try:
            with blaming(layer, SettingError):
                output_shape, parameters = layer.build(shape)
                _check_built(output_shape, parameters)
        except ShapeError as error:
            raise ShapeError(f"{source} has the shape {shape_text(shape)}, but {describe(layer)} {error}") from error
        stages.append(Stage(layer, shape, output_shape, parameters))
        shape, source = output_shape, f"the output of {describe(layer)}"
    if sum(stage.activations for stage in stages) > MOST_ACTIVATIONS:
        largest = max(stages, key=lambda stage: stage.activations)
        raise ShapeError(
            f"the layers take more than {FLOAT_BYTES * MOST_ACTIVATIONS / 1e6:.0f} MB for an image, most of it for "
            f"{describe(largest.layer)}: make it smaller"
        )
    return tuple(stages)


def _check_built(output_shape: object, parameters: object) -> None:
    """Raise `TypeError` for what no layer may return from `build`."""
    if not isinstance(parameters, dict):
        raise TypeError("build returns no dictionary of parameters")
    if not _is_shape(output_shape):
        raise TypeError(f"build returns the output shape {output_shape!r}, which is no tuple of whole numbers")
    for name, parameter in parameters.items():
        if not (isinstance(name, str) and name.isprintable()):
            raise TypeError(f"build returns a parameter called {name!r}, which is no printable text")
        if not (isinstance(parameter, Parameter) and _is_shape(parameter.shape) and math.isfinite(parameter.value)):
            raise TypeError(f"build returns for {name!r} no Parameter with a shape and a finite value")


def _is_shape(shape: object) -> bool:
    return isinstance(shape, tuple) and all(isinstance(size, SupportsIndex) and index(size) >= 0 for size in shape)


def parameters_of(stages: Sequence[Stage]) -> Iterator[tuple[int, str, Parameter]]:
    """Yield (position of the stage, name, parameter) for all parameters, in the order of the flat vector."""
    for trained in (True, False):
        for position, stage in enumerate(stages):
            for name, parameter in stage.parameters.items():
                if parameter.trained is trained:
                    yield position, name, parameter


def size(stages: Sequence[Stage], trained_only: bool = False) -> int:
    """Return the length of the flat vector, or of its trained part."""
    return sum(math.prod(p.shape) for _, _, p in parameters_of(stages) if p.trained or not trained_only)


def trained_shapes(stages: Sequence[Stage]) -> list[Shape]:
    """Return the shapes of the trained parameters, in the order of the flat vector."""
    return [parameter.shape for _, _, parameter in parameters_of(stages) if parameter.trained]


def first_trained(stages: Sequence[Stage]) -> int:
    """Return the position of the first stage with trained parameters; if there is none, the number of stages."""
    return next((position for position, _, parameter in parameters_of(stages) if parameter.trained), len(stages))


def views(stages: Sequence[Stage], vector: Floats) -> list[dict[str, Floats]]:
    """Return for each stage its parameters by name, as views into the flat `vector`.

    A gradient is a vector of the trained part alone; then only trained parameters are returned.
    """
    found: list[dict[str, Floats]] = [{} for _ in stages]
    start = 0
    for position, name, parameter in parameters_of(stages):
        end = start + math.prod(parameter.shape)
        if end <= len(vector):
            found[position][name] = vector[start:end].reshape(parameter.shape)
        start = end
    return found


def summary(stages: Sequence[Stage]) -> str:
    """Return the architecture in one line, such as "784 -> 128 relu -> 10, 101,770 parameters"."""
    words = [] if isinstance(stages[0].layer, Flatten) else [shape_text(stages[0].input_shape)]
    for stage in stages:
        if as_part(stage.layer).initialization is not None and words:
            words[-1] += f" {describe(stage.layer)}"
        elif isinstance(stage.layer, Flatten) and len(stage.input_shape) == 1:
            continue
        elif isinstance(stage.layer, Flatten | Dense):
            words.append(shape_text(stage.output_shape))
        else:
            words.append(describe(stage.layer))
    return f"{' -> '.join(words)}, {size(stages, trained_only=True):,} parameters"


def describe(layer: Layer) -> str:
    """Return the layer as it is written on the command line, such as "dropout:0.2"."""
    return specs.describe(as_part(layer))


def shape_text(shape: Shape) -> str:
    """Return a shape as text, such as "28x28x1"."""
    return "x".join(map(str, shape))
