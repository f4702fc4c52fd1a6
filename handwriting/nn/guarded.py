"""Guards around the parts of plugins, at every call.

The short check before training sees a few batches. Whatever a plugin raises or returns later than that would surface
elsewhere: as an error in the layer behind it, or as a cost that is NaN. Each guard compares what comes back with the
contract, and names the plugin. Built-in parts are not guarded.

The numbers in large arrays are not searched at every call (see returned.py). Where the cost or the outputs of a network
turn out not to be finite, whoever has called it calls it again within `numbers_checked`, and so finds the part that is
to blame.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import (
    Activation,
    Augmentation,
    Backward,
    Floats,
    Initializer,
    Labels,
    Layer,
    LazyGradient,
    Loss,
    Optimizer,
    Parameter,
    Part,
    Schedule,
    Shape,
)
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import Activate, as_part
from handwriting.nn.layers.residual import SHORTCUT, Residual
from handwriting.nn.returned import (
    are_finite,
    are_moderate,
    broken,
    check,
    check_form,
    check_numbers,
    number_of,
    numbers_checked,
)  # fmt: skip
from handwriting.registry.blame import blaming, plugin_of

AnyPart = TypeVar("AnyPart", bound=Part)
Array = TypeVar("Array", bound=NDArray[Any])


def guarded(part: AnyPart, owner: Part | None = None) -> AnyPart:
    """Return a part, guarded if it comes from a plugin; not for layers, see `guarded_layer`.

    `owner` is the part to blame if that is another one, as for an initializer that a layer has made.
    """
    if not plugin_of(owner or part):
        return part
    guard: Any = next(guard for kind, guard in GUARDS.items() if isinstance(part, kind))
    guard_of_part: AnyPart = guard(part, owner or part)
    return guard_of_part


def guarded_layer(stage: Stage) -> Layer:
    """Return the layer of a stage, guarded if it, its activation or a layer inside it comes from a plugin."""
    layer = stage.layer
    if isinstance(layer, Residual):
        stages = [inner for name, inner in layer.plan(stage.input_shape).items() if name != SHORTCUT]
        inside = [guarded_layer(inner) for inner in stages]
        is_guarded = any(made is not inner.layer for made, inner in zip(inside, stages, strict=True))
        return Residual(tuple(map(as_part, inside))) if is_guarded else layer
    if isinstance(layer, Activate):
        return Activate(guarded(layer.activation)) if plugin_of(layer.activation) else layer
    if not plugin_of(layer):
        return layer
    state = tuple(name for name, parameter in stage.parameters.items() if not parameter.trained)
    return GuardedLayer(layer, stage.output_shape, state)


def found_at_fault(propagate: Callable[[], float], gradient: Floats, state: Floats, rng: np.random.Generator) -> float:
    """Return the cost of a batch that `propagate` computes, which writes `gradient` and changes `state`.

    If cost or gradient turn out not to be finite, it is called again from the same state to find out whether a plugin
    is to blame; then `PluginError` is raised.
    """
    random, before = rng.bit_generator.state, state.copy()
    cost = propagate()
    if math.isfinite(cost) and np.isfinite(gradient).all():
        return cost
    rng.bit_generator.state, state[:] = random, before
    with numbers_checked():
        return propagate()


@dataclass(frozen=True)
class GuardedActivation(Activation):
    """The activation of a plugin, guarded."""

    activation: Activation
    owner: Part

    def forward(self, z: Floats) -> Floats:
        """Return a = f(z)."""
        with blaming(self.owner):
            a = self.activation.forward(_read_only(z))
        check(self.owner, "the output", a, z.shape, z)
        return a

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz."""
        with blaming(self.owner):
            passed = self.activation.backward(_read_only(gradient), _read_only(z), _read_only(a))
        check(self.owner, "the gradient of the inputs", passed, z.shape, gradient, z, a)
        return passed


@dataclass(frozen=True)
class GuardedLayer(Layer):
    """The layer of a plugin, guarded.

    Its outputs have the shape `output_shape`; `state` names the parameters that are not trained.
    """

    layer: Layer
    output_shape: Shape
    state: tuple[str, ...]

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Return what the layer itself does."""
        return self.layer.build(input_shape)

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the output and a guarded backward function."""
        own = {name: array if name in self.state else _read_only(array) for name, array in parameters.items()}
        with blaming(self.layer):
            y, backward = self.layer.forward(_read_only(x), own, training=training, rng=rng)
        trained = [array for name, array in parameters.items() if name not in self.state]
        for name in self.state:
            check_numbers(self.layer, f"the state {name!r}", parameters[name], x, *trained)
        given = x, *parameters.values()
        check(self.layer, "the output", y, (len(x), *self.output_shape), *given)
        if not callable(backward):
            raise broken(self.layer, f"forward returns {type(backward).__name__} instead of a backward function")

        def check_input_gradient(passed: object, gradient: Floats) -> None:
            check(self.layer, "the gradient of the inputs", passed, x.shape, gradient, *given)

        def guarded(gradient: Floats, gradients: dict[str, Floats]) -> Floats | LazyGradient:
            own = dict(gradients)
            with blaming(self.layer):
                passed = backward(_read_only(gradient), own)
            for name, array in gradients.items():
                if own.get(name) is not array:
                    raise broken(self.layer, f"gradients[{name!r}] is replaced: write into gradients[{name!r}][...]")
                check(self.layer, f"the gradient of {name!r}", array, parameters[name].shape, gradient, *given)
            if not callable(passed):
                check_input_gradient(passed, gradient)
                return passed
            later = passed

            def input_gradient() -> Floats:
                with blaming(self.layer):
                    computed = later()
                check_input_gradient(computed, gradient)
                return computed

            return input_gradient

        return y, guarded


@dataclass(frozen=True)
class GuardedOptimizer(Optimizer):
    """The optimizer of a plugin, guarded."""

    optimizer: Optimizer
    owner: Part

    def __post_init__(self) -> None:
        for name in ("elementwise", "by_array"):  # they shadow those of the class
            object.__setattr__(self, name, getattr(self.optimizer, name))

    def start(self, size: int) -> dict[str, Floats]:
        """Return the initial state."""
        with blaming(self.owner):
            return self.optimizer.start(size)

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update `parameters` and `state` in place."""
        is_moderate = are_moderate(gradient, parameters)
        shapes = {name: array.shape for name, array in state.items()}
        with blaming(self.owner):
            self.optimizer.step(parameters, gradient, state, learning_rate)
        if is_moderate and not are_finite(parameters):
            raise broken(self.owner, "a step makes parameters infinite or NaN")
        for name, array in state.items():
            check_form(self.owner, f"the state {name!r}", array, shapes.get(name), parameters.dtype)
            if is_moderate and not are_finite(array):
                raise broken(self.owner, f"the state {name!r} is infinite or NaN, though the gradient is not")
        if lost := sorted(shapes.keys() - state.keys()):
            raise broken(self.owner, f"the state {lost[0]!r} is lost in a step")


@dataclass(frozen=True)
class GuardedLoss(Loss):
    """The loss of a plugin, guarded."""

    loss: Loss
    owner: Part

    def __post_init__(self) -> None:
        object.__setattr__(self, "activated_outputs", self.loss.activated_outputs)  # it shadows that of the class

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean cost of a batch, and its gradient."""
        with blaming(self.owner):
            returned = self.loss.cost(_read_only(outputs), _read_only(labels))
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise broken(self.owner, f"cost returns {type(returned).__name__} instead of a cost and its gradient")
        cost, gradient = number_of(self.owner, "the cost", returned[0]), returned[1]
        check_form(self.owner, "the gradient", gradient, outputs.shape, outputs.dtype)
        if not np.isfinite(cost) and are_moderate(outputs):
            raise broken(self.owner, f"the cost is {cost:g}, though the outputs are finite")
        check_numbers(self.owner, "the gradient", gradient, outputs)
        return cost, gradient

    def confidences(self, outputs: Floats) -> Floats:
        """Return a confidence from 0 to 1 for each class."""
        with blaming(self.owner):
            confidences = self.loss.confidences(_read_only(outputs))
        check_form(self.owner, "the array of confidences", confidences, outputs.shape, outputs.dtype)
        check_numbers(self.owner, "a confidence", confidences, outputs)
        return confidences


@dataclass(frozen=True)
class GuardedSchedule(Schedule):
    """The schedule of a plugin, guarded."""

    schedule: Schedule
    owner: Part

    def factor(self, done: float) -> float:
        """Return the learning rate as a fraction of the highest."""
        with blaming(self.owner):
            returned = self.schedule.factor(done)
        factor = number_of(self.owner, f"the factor at {done:.3g} of the training", returned)
        if not 0 <= factor <= 1:
            raise broken(self.owner, f"the factor at {done:.3g} of the training is {factor:g}: it must be from 0 to 1")
        return factor


@dataclass(frozen=True)
class GuardedInitializer(Initializer):
    """The initializer of a plugin, guarded."""

    initializer: Initializer
    owner: Part

    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return random initial values."""
        with blaming(self.owner):
            values = self.initializer.values(shape, fans, rng)
        check_form(self.owner, "the array of initial values", values, shape, np.dtype(np.float32))
        check_numbers(self.owner, "an initial value", values)
        return values


@dataclass(frozen=True)
class GuardedAugmentation(Augmentation):
    """The augmentation of a plugin, guarded."""

    augmentation: Augmentation
    owner: Part

    def change(self, images: Floats, strength: float, rng: np.random.Generator) -> Floats:
        """Return changed images."""
        with blaming(self.owner):
            changed = self.augmentation.change(images, strength, rng)
        check_form(self.owner, "the array of images", changed, images.shape, images.dtype)
        check_numbers(self.owner, "a pixel", changed)
        return changed


GUARDS: dict[type[Part], type[Part]] = {
    Activation: GuardedActivation,
    Optimizer: GuardedOptimizer,
    Loss: GuardedLoss,
    Schedule: GuardedSchedule,
    Initializer: GuardedInitializer,
    Augmentation: GuardedAugmentation,
}
"""The guard of each kind of part: a class whose instances are made of a part and its owner."""


def _read_only(array: Array) -> Array:
    """Return a view through which an array can't be changed."""
    view = array.view()
    view.flags.writeable = False
    return view
