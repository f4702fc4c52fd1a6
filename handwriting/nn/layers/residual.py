"""Residual: a block of layers that learn what to add to their input (He et al. 2015).

Where a block has nothing to add, its weights need only be 0; and the gradient reaches the layers before it unchanged,
along the shortcut, however many blocks there are. So far deeper networks can be trained.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Layers, LazyGradient, Parameter, Shape
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.nn.fusion import fused
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.aligned import empty
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.pixels import as_batch, as_pixels

SHORTCUT = "shortcut"
"""How the names of the parameters on the shortcut begin; those of the other layers begin with their positions."""


@final
@dataclass(frozen=True)
class Residual(Layer):
    """y = s(x) + F(x): layers F, one after the other, that learn what to add to their input, and a shortcut s.

    Where F keeps the shape, s(x) = x. Where F changes the number of channels or units, s is trained: a convolution of
    1 x 1 pixels or a dense layer (option B of He et al.). Where F makes an image smaller, s takes evenly spaced pixels
    from its middle, as many as F returns: so there may be convolutions without padding or with a stride, and pooling.
    The gradient of x is the sum of those that arrive through s and through F.
    """

    layers: Layers

    def __post_init__(self) -> None:
        if not self.layers:
            raise SettingError("at least one layer must be inside, as in residual:conv2d:32+batch-norm+relu")
        if any(isinstance(layer, Residual) for layer in self.layers):
            raise SettingError("a residual block can't be inside another: put one after the other")
        inside = list(map(as_layer, self.layers))
        object.__setattr__(self, "independent", all(layer.independent for layer in inside))
        object.__setattr__(self, "divisible", all(layer.independent or layer.divisible for layer in inside))

    def plan(self, input_shape: Shape) -> dict[str, Stage]:
        """Return the layers of F by their positions "0", "1" ..., and the trained one on the shortcut as "shortcut".

        Raises `ShapeError` where one does not accept the output before it, or if F(x) can't be added to x.
        """
        try:
            stages = architecture.plan(list(map(as_layer, self.layers)), input_shape, "inside it, the input")
        except ShapeError as error:
            raise ShapeError(f"can't take it: {error}") from error
        output_shape = stages[-1].output_shape
        if not _can_be_added(input_shape, output_shape):
            raise ShapeError(_misfit(input_shape, stages))
        named = {str(position): stage for position, stage in enumerate(stages)}
        shape = input_shape
        for name, layer in shortcut_layers(input_shape, output_shape):
            stage = Stage(layer, shape, *layer.build(shape))
            shape = stage.output_shape
            named |= {name: stage} if stage.parameters else {}
        return named

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Return the output shape of F, and the parameters of all layers as "POSITION.NAME" and "shortcut.NAME"."""
        stages = self.plan(input_shape)
        output_shape = stages[str(len(self.layers) - 1)].output_shape
        return output_shape, {
            f"{position}.{name}": parameter
            for position, stage in stages.items()
            for name, parameter in stage.parameters.items()
        }

    def workspace(self, input_shape: Shape) -> int:
        """Return what the layers inside keep."""
        return sum(stage.activations for stage in self.plan(input_shape).values())

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return s(x) + F(x), where F draws from `rng` in the order of its layers."""
        x = _batch_last(x)
        steps = [(str(position), layer) for position, layer in fused(list(map(as_layer, self.layers)))]
        added, added_backward = _run(steps, x, parameters, training, rng)
        shortcut = shortcut_layers(x.shape[1:], added.shape[1:])
        kept, kept_backward = _run(shortcut, x, parameters, training, rng)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            gradient = _batch_last(gradient)
            added_gradient = added_backward(gradient, gradients)
            kept_gradient = kept_backward(gradient, gradients)
            return lambda: _sum(_computed(kept_gradient), _computed(added_gradient))

        return _sum(kept, added), backward


def inner_stages(stage: Stage) -> dict[str, Stage]:
    """Return the layers inside a residual block, as `Residual.plan` does; {} for any other layer."""
    return stage.layer.plan(stage.input_shape) if isinstance(stage.layer, Residual) else {}


def leaves(stages: Sequence[Stage]) -> Iterator[tuple[int, str, Stage]]:
    """Yield (position, prefix, stage) for all layers, where those inside a residual block take its place.

    The names of the parameters inside a block begin with `prefix`, such as "0."; for other layers it is "".
    """
    for position, stage in enumerate(stages):
        inside = inner_stages(stage)
        yield from ((position, f"{name}.", inner) for name, inner in inside.items())
        if not inside:
            yield position, "", stage


@final
@dataclass(frozen=True)
class Middle(Layer):
    """The pixels at these rows and columns of an image."""

    rows: slice
    columns: slice

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (height, width, channels) into (rows, columns, channels)."""
        height, width, channels = input_shape
        return (len(range(height)[self.rows]), len(range(width)[self.columns]), channels), {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return a view of `x`."""

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            x_gradient = np.zeros((*x.shape[1:], len(x)), x.dtype)
            x_gradient[self.rows, self.columns] = as_pixels(gradient)
            return as_batch(x_gradient)

        return x[:, self.rows, self.columns], backward


def shortcut_layers(input_shape: Shape, output_shape: Shape) -> list[tuple[str, Layer]]:
    """Return the layers on the shortcut, none if both shapes are the same, each with the name of its parameters."""
    layers: list[tuple[str, Layer]] = []
    if input_shape[:-1] != output_shape[:-1]:
        rows, columns = map(_middle, input_shape[:-1], output_shape[:-1])
        layers.append(("", Middle(rows, columns)))
    if (channels := output_shape[-1]) != input_shape[-1]:
        layers.append((SHORTCUT, Conv2d(channels, kernel=1) if len(output_shape) == 3 else Dense(channels)))
    return layers


def _middle(side: int, count: int) -> slice:
    """Return `count` evenly spaced places in the middle of `side` places."""
    step = side // count
    length = step * (count - 1) + 1
    start = (side - length) // 2
    return slice(start, start + length, step)


def _can_be_added(input_shape: Shape, output_shape: Shape) -> bool:
    """Whether a shortcut leads from one shape to the other."""
    if input_shape == output_shape:
        return True
    sides = zip(input_shape[:-1], output_shape[:-1], strict=False)
    return len(input_shape) == len(output_shape) in (1, 3) and all(0 < after <= before for before, after in sides)


def _misfit(input_shape: Shape, stages: Sequence[Stage]) -> str:
    """Say which of the stages is the first whose output can't be added to the input."""
    first = next(stage for stage in stages if not _can_be_added(input_shape, stage.output_shape))
    return (
        f"contains {architecture.describe(first.layer)}, whose output {architecture.shape_text(first.output_shape)} "
        "can't be added to that: inside, an image must stay an image, and not become larger"
    )


def _run(
    steps: Sequence[tuple[str, Layer]], x: Floats, parameters: Mapping[str, Floats], training: bool,
    rng: np.random.Generator,
) -> tuple[Floats, Backward]:  # fmt: skip
    """Return the output of layers one after the other, and the backward function of them all."""
    functions: list[tuple[str, Backward]] = []
    for name, layer in steps:
        x, function = layer.forward(x, arrays_of(name, parameters), training=training, rng=rng)
        functions.append((name, function))

    def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats | LazyGradient:
        passed: Floats | LazyGradient = gradient
        for name, function in reversed(functions):
            passed = function(_computed(passed), arrays_of(name, gradients))
        return passed

    return x, backward


def arrays_of(name: str, arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return those arrays of a block that belong to the layer `name` inside, by the names that this layer knows."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}


def _computed(gradient: Floats | LazyGradient) -> Floats:
    return gradient() if callable(gradient) else gradient


def _batch_last(x: Floats) -> Floats:
    """Return images with the batch last in memory, where both ways need it, so that it is not copied twice."""
    return as_batch(as_pixels(x)) if x.ndim == 4 else x


def _sum(x: Floats, y: Floats) -> Floats:
    """Return x + y; images have the batch last in memory."""
    if x.ndim != 4:
        return x + y
    total = as_batch(empty((*x.shape[1:], len(x)), x.dtype))
    return np.add(x, y, out=total)
