"""The plan of a network, made before any array is: which shape each layer takes and gives, and what parameters it has.

A plan is cheap whatever the sizes in it, so a model file can be held against it before memory is spent. It also says
where each parameter stands in the network's one flat vector: all trained ones first, then the layers' own state.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.errors import ShapeError
from handwriting.interfaces import Activation, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.activate import Activate
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.registry import specs

PICTURE: Shape = (28, 28, 1)
"""Height, width and channels of what a network takes."""


@dataclass(frozen=True)
class Stage:
    """A layer in its place: the shapes (without batch) that it takes and gives, and its parameters by name."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: dict[str, Parameter]


def plan(layers: Sequence[Layer], input_shape: Shape = PICTURE) -> tuple[Stage, ...]:
    """Pass the shape through the layers; raises `ShapeError` in terms of layers where one does not fit on the last."""
    stages: list[Stage] = []
    shape, giver = input_shape, "the picture"
    for layer in layers:
        try:
            output_shape, parameters = layer.build(shape)
        except ShapeError as error:
            raise ShapeError(f"{giver} gives {shape_text(shape)}, but {describe(layer)} {error}") from error
        stages.append(Stage(layer, shape, output_shape, parameters))
        shape, giver = output_shape, describe(layer)
    return tuple(stages)


def classifier(
    layers: Sequence[Layer], hidden: Sequence[int], activation: Layer, classes: int, activated_outputs: bool
) -> list[Layer]:
    """Return `layers`, a dense layer with the activation for each size in `hidden`, and one output a class.

    With `activated_outputs` the activation follows the outputs too, as the mean squared error wants it.
    """
    stack = [*layers, Flatten()]
    for units in hidden:
        stack += [Dense(units), activation]
    stack.append(Dense(classes))
    return [*stack, activation] if activated_outputs else stack


def as_layer(part: Layer | Activation) -> Layer:
    """Return a part that was named among the layers in the form of a layer."""
    return Activate(part) if isinstance(part, Activation) else part


def as_part(layer: Layer) -> Layer | Activation:
    """Return what was named to get `layer`: the inverse of `as_layer`."""
    return layer.activation if isinstance(layer, Activate) else layer


def parameters_of(stages: Sequence[Stage]) -> Iterator[tuple[int, str, Parameter]]:
    """Walk all parameters in the order of the flat vector, with the stage's position and the parameter's name."""
    for trained in (True, False):
        for position, stage in enumerate(stages):
            for name, parameter in stage.parameters.items():
                if parameter.trained is trained:
                    yield position, name, parameter


def size(stages: Sequence[Stage], trained_only: bool = False) -> int:
    """Return how many numbers the parameters hold."""
    return sum(math.prod(p.shape) for _, _, p in parameters_of(stages) if p.trained or not trained_only)


def first_trained(stages: Sequence[Stage]) -> int:
    """Return the position of the first stage with trained parameters; without any, the number of stages."""
    return next((position for position, _, parameter in parameters_of(stages) if parameter.trained), len(stages))


def views(stages: Sequence[Stage], vector: Floats) -> list[dict[str, Floats]]:
    """Return for each stage its parameters by name, as views into the flat `vector`.

    A vector of the trained size (a gradient) is enough for the trained parameters alone.
    """
    found: list[dict[str, Floats]] = [{} for _ in stages]
    start = 0
    for position, name, parameter in parameters_of(stages):
        end = start + math.prod(parameter.shape)
        if end <= len(vector):
            found[position][name] = vector[start:end].reshape(parameter.shape)
        start = end
    return found


def draw(stages: Sequence[Stage], vector: Floats, rng: np.random.Generator) -> None:
    """Give every parameter in `vector` the value that it starts with."""
    parameters = views(stages, vector)
    for position, name, parameter in parameters_of(stages):
        target = parameters[position][name]
        if parameter.fans is None:
            target[...] = parameter.value
        else:
            deviation = _deviation(parameter.fans, _rule(stages[position + 1 :]))
            target[...] = deviation * rng.standard_normal(parameter.shape, dtype=np.float32)


def summary(stages: Sequence[Stage]) -> str:
    """Return the plan in one line, such as "784 -> 128 relu -> 10, 101,770 parameters"."""
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
    """Return the layer as one would write it on the command line."""
    return specs.describe(as_part(layer))


def shape_text(shape: Shape) -> str:
    """Return a shape as "28x28x1"."""
    return "x".join(map(str, shape))


def _rule(behind: Sequence[Stage]) -> str:
    """Return the rule that the next activation asks for; what no activation follows is drawn by Glorot's."""
    for stage in behind:
        part = as_part(stage.layer)
        if part.initialization is not None:
            return part.initialization
    return "glorot"


def _deviation(fans: tuple[int, int], rule: str) -> float:
    """Standard deviation that keeps the size of signals from layer to layer: He et al. 2015, Glorot and Bengio 2010."""
    fan_in, fan_out = fans
    return math.sqrt(2 / fan_in if rule == "he" else 2 / (fan_in + fan_out))
