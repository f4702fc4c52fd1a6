"""Guards around the layers, activations and optimizers of plugins, at every call.

The short check before training sees a few batches. Whatever a plugin raises or returns later than that would surface
elsewhere: as an error in the layer behind it, or as a cost that is NaN. Each guard compares what comes back with the
contract, and names the plugin. Built-in parts are not guarded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from handwriting.errors import PluginError
from handwriting.interfaces import Activation, Backward, Floats, Layer, LazyGradient, Optimizer, Parameter, Shape
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import Activate, as_part
from handwriting.nn.layers.residual import SHORTCUT, Residual
from handwriting.registry.blame import blaming, plugin_of

LARGEST_NUMBER = 1e6
"""Numbers beyond occur in a training that diverges; what a layer makes of them is nobody's fault."""


def guarded_layer(stage: Stage) -> Layer:
    """Return the layer of a stage, guarded if it, its activation or a layer inside it comes from a plugin."""
    layer = stage.layer
    if isinstance(layer, Residual):
        inside = [inner for name, inner in layer.plan(stage.input_shape).items() if name != SHORTCUT]
        return Residual(tuple(as_part(guarded_layer(inner)) for inner in inside))
    if isinstance(layer, Activate) and plugin_of(layer.activation):
        return Activate(GuardedActivation(layer.activation))
    if not plugin_of(layer):
        return layer
    state = tuple(name for name, parameter in stage.parameters.items() if not parameter.trained)
    return GuardedLayer(layer, stage.output_shape, state)


def guarded_optimizer(optimizer: Optimizer) -> Optimizer:
    """Return an optimizer, guarded if it comes from a plugin."""
    return GuardedOptimizer(optimizer) if plugin_of(optimizer) else optimizer


@dataclass(frozen=True)
class GuardedActivation(Activation):
    """The activation of a plugin, guarded."""

    activation: Activation

    def forward(self, z: Floats) -> Floats:
        """Return a = f(z)."""
        with blaming(self.activation):
            a = self.activation.forward(z)
        _check(self.activation, "the output", a, z.shape, z)
        return a

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz."""
        with blaming(self.activation):
            passed = self.activation.backward(gradient, z, a)
        _check(self.activation, "the gradient of the inputs", passed, z.shape, gradient, z, a)
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
        with blaming(self.layer):
            y, backward = self.layer.forward(x, parameters, training=training, rng=rng)
        trained = [array for name, array in parameters.items() if name not in self.state]
        for name in self.state:
            _check(self.layer, f"the state {name!r}", parameters[name], parameters[name].shape, x, *trained)
        given = x, *parameters.values()
        _check(self.layer, "the output", y, (len(x), *self.output_shape), *given)

        def check_input_gradient(passed: object, gradient: Floats) -> None:
            _check(self.layer, "the gradient of the inputs", passed, x.shape, gradient, *given)

        def guarded(gradient: Floats, gradients: dict[str, Floats]) -> Floats | LazyGradient:
            with blaming(self.layer):
                passed = backward(gradient, gradients)
            for name, array in gradients.items():
                _check(self.layer, f"the gradient of {name!r}", array, parameters[name].shape, gradient, *given)
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

    def __post_init__(self) -> None:
        for name in ("elementwise", "by_array"):  # they shadow those of the class
            object.__setattr__(self, name, getattr(self.optimizer, name))

    def start(self, size: int) -> dict[str, Floats]:
        """Return the initial state."""
        with blaming(self.optimizer):
            return self.optimizer.start(size)

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update `parameters` and `state` in place."""
        is_moderate = _are_moderate(gradient, parameters)
        shapes = {name: array.shape for name, array in state.items()}
        with blaming(self.optimizer):
            self.optimizer.step(parameters, gradient, state, learning_rate)
        if is_moderate and not np.isfinite(parameters).all():
            raise _broken(self.optimizer, "a step makes parameters infinite or NaN")
        for name, array in state.items():
            _check(self.optimizer, f"the state {name!r}", array, shapes.get(name), gradient, parameters)
        if lost := sorted(shapes.keys() - state.keys()):
            raise _broken(self.optimizer, f"the state {lost[0]!r} is lost in a step")


def _check(part: object, what: str, array: object, shape: Shape | None, *given: Floats) -> None:
    """Check that the result of a part is an array of this shape with the dtype of what it was given, and finite.

    Where numbers that it was given are extreme, its own may be infinite or NaN.
    """
    dtype = given[0].dtype
    if not isinstance(array, np.ndarray):
        raise _broken(part, f"{what} is of the type {type(array).__name__} instead of an array")
    if array.shape != shape:
        raise _broken(part, f"{what} has the shape {array.shape} instead of {shape}")
    if array.dtype != dtype:
        raise _broken(part, f"{what} is {array.dtype} instead of {dtype}")
    if not np.isfinite(array).all() and _are_moderate(*given):
        raise _broken(part, f"{what} is infinite or NaN, though no number that it is computed from is")


def _are_moderate(*arrays: Floats) -> bool:
    return all(bool((np.abs(array) < LARGEST_NUMBER).all()) for array in arrays)


def _broken(part: object, fault: str) -> PluginError:
    return PluginError(f"{plugin_of(part)} does not fulfil its contract: {fault}")
