"""The contract of layers as tests. An activation is tested as a layer, by the same tests."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.activate import as_layer
from handwriting.testing.findings import Test, check, expect
from handwriting.testing.gradient_check import largest_error

BATCH = 5
EXTREMES = (0.0, 1e-6, 1.0, 30.0, 100.0, 1e4)
"""Inputs that must give finite outputs and gradients, with either sign."""

Arrays: TypeAlias = dict[str, Floats]
Dtypes: TypeAlias = tuple[type[np.floating[Any]], ...]


def check_activation(activation: Activation | Layer) -> None:
    """Raise `AssertionError` if an activation violates the contract."""
    check_layer(as_layer(activation), (6,))


def check_layer(layer: Layer, input_shape: Shape) -> None:
    """Raise `AssertionError` if a layer violates the contract for inputs (batch, *input_shape)."""
    check(layer_tests(layer, input_shape))


def layer_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return all tests of a layer by name."""
    contract = LayerContract(layer, input_shape)
    return {
        "shapes and dtypes": contract.shapes_and_dtypes,
        "empty batch": contract.empty_batch,
        "inputs unchanged": contract.inputs_unchanged,
        "deterministic": contract.deterministic,
        "thread safety": contract.thread_safety,
        "independent examples": contract.independent_examples,
        "extreme inputs": contract.extreme_inputs,
        "infinity and NaN": contract.infinity_and_nan,
        "gradient at inference": partial(contract.gradient, training=False),
        "gradient in training": partial(contract.gradient, training=True),
    }


def quick_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return the tests, in float32 only, that a layer must pass before it is used."""
    contract = LayerContract(layer, input_shape, dtypes=(np.float32,))
    return {"shapes and dtypes": contract.shapes_and_dtypes, "inputs unchanged": contract.inputs_unchanged}


class LayerContract:
    """The tests of a layer for inputs of one shape; each method is a `Test`."""

    def __init__(self, layer: Layer, input_shape: Shape, dtypes: Dtypes = (np.float32, np.float64)) -> None:
        self.layer, self.dtypes = layer, dtypes
        self.output_shape, self.declared = layer.build(input_shape)
        rng = np.random.default_rng(1)
        self.x = rng.uniform(-2, 2, (BATCH, *input_shape))
        self.upstream = rng.normal(size=(BATCH, *self.output_shape))
        self.start = {name: _start(parameter, rng) for name, parameter in self.declared.items()}

    def shapes_and_dtypes(self) -> str:
        """Outputs and gradients have the declared shapes and the dtype of the inputs."""
        for dtype in self.dtypes:
            for training in (False, True):
                self._expect_well_formed(self.x.astype(dtype), training)
        return f"{'x'.join(map(str, self.output_shape))}, {' and '.join(dtype.__name__ for dtype in self.dtypes)}"

    def empty_batch(self) -> str:
        """A batch without examples is accepted at inference time."""
        self._expect_well_formed(self.x[:0].astype(np.float32), training=False)
        return "accepted"

    def inputs_unchanged(self) -> str:
        """Inputs, outputs, the incoming gradient and trained parameters are not changed by forward and backward."""
        for training in (False, True):
            parameters = self._parameters(np.float64)
            x, upstream = self.x.copy(), self.upstream.copy()
            y, backward = self._forward(x, parameters, training)
            outputs = y.copy()
            run_backward(backward, upstream, self._gradients(np.float64))
            _expect_unchanged("the inputs", x, self.x)
            _expect_unchanged("the outputs", y, outputs)
            _expect_unchanged("the incoming gradient", upstream, self.upstream)
            for name, parameter in self.declared.items():
                if parameter.trained or not training:
                    _expect_unchanged(f"the parameter {name!r}", parameters[name], self.start[name])
        return "unchanged"

    def deterministic(self) -> str:
        """The same inputs give the same outputs."""
        first, second = self._outputs(self.x), self._outputs(self.x)
        expect(np.array_equal(first, second), f"a second call differs by up to {np.abs(first - second).max():.3g}")
        return "equal"

    def thread_safety(self) -> str:
        """Calls do not affect each other, in turns or in two threads, and store nothing on `self`."""
        before = dict(vars(self.layer))
        y, input_gradient, _ = self._forward_backward(self.x, training=False)
        _, backward = self._forward(self.x, self._parameters(np.float64), training=False)
        self._outputs(-self.x)
        again = run_backward(backward, self.upstream.copy(), self._gradients(np.float64))
        expect(np.array_equal(again, input_gradient), "the backward function is affected by another call in between")
        with ThreadPoolExecutor(2) as pool:
            for outputs in pool.map(self._outputs, [self.x] * 16):
                expect(np.array_equal(y, outputs), "the outputs differ when two threads use it at once")
        changed = [name for name, value in vars(self.layer).items() if before.get(name) is not value]
        expect(not changed, f"it stores {', '.join(changed)} on self")
        return "equal"

    def independent_examples(self) -> str:
        """An `independent` layer gives for each half of a batch what it gives for the whole, in training, too."""
        if not self.layer.independent:
            return "not claimed"
        for training in (False, True):
            rng = np.random.default_rng(3)
            parameters = self._parameters(np.float64)
            whole, _ = self.layer.forward(self.x, parameters, training=training, rng=rng)
            if rng.random() != np.random.default_rng(3).random():
                break  # it draws random numbers, which differ for each half
            halves = [self._forward(half, parameters, training)[0] for half in (self.x[:2], self.x[2:])]
            expect(np.allclose(np.concatenate(halves), whole), "the output for an example depends on its batch")
        return "the halves of a batch give the same outputs"

    def extreme_inputs(self) -> str:
        """Inputs of any size up to 1e4 give finite outputs and gradients."""
        for dtype in (np.float32, np.float64):
            for size in (sign * size for size in EXTREMES for sign in (1, -1)):
                with np.errstate(all="ignore"):
                    y, input_gradient, _ = self._forward_backward(np.full_like(self.x, size, dtype), training=False)
                for what, array in (("the output", y), ("the gradient", input_gradient)):
                    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs of {size:g}")
        return f"finite up to +-{max(EXTREMES):g}"

    def infinity_and_nan(self) -> str:
        """Infinite or NaN inputs do not raise, and do not affect the other examples of the batch."""
        expected = self._outputs(self.x)[1:]
        for value in (np.inf, -np.inf, np.nan):
            x = self.x.copy()
            x[0] = value
            with np.errstate(all="ignore"):
                others = self._outputs(x)[1:]
            expect(np.allclose(others, expected), f"one example of {value} changes the others of its batch")
        return "other examples are not affected"

    def gradient(self, training: bool) -> str:
        """Gradients agree with central differences of L = sum(upstream * y) in float64."""

        def loss(name: str, values: Floats) -> float:
            arrays = self._parameters(np.float64) | {"the inputs": self.x, name: values}
            y, _ = self._forward(arrays.pop("the inputs"), arrays, training)
            return float(np.sum(self.upstream * y))

        _, input_gradient, gradients = self._forward_backward(self.x, training)
        points = self.start | {"the inputs": self.x}
        errors = [
            largest_error(name, gradient, partial(loss, name), points[name])
            for name, gradient in ({"the inputs": input_gradient} | gradients).items()
        ]
        return f"largest error {max(errors):.1g}"

    def _expect_well_formed(self, x: Floats, training: bool) -> None:
        y, _ = self._forward(x, self._parameters(x.dtype), training)
        _expect_form("the output", y, (len(x), *self.output_shape), x.dtype)
        _, input_gradient, gradients = self._forward_backward(x, training)
        _expect_form("the gradient of the inputs", input_gradient, x.shape, x.dtype)
        for name, gradient in gradients.items():
            expect(np.isfinite(gradient).all(), f"the gradient of {name!r} was not written, or not completely")

    def _forward_backward(self, x: Floats, training: bool) -> tuple[Floats, Floats, Arrays]:
        """Return the outputs, the gradient of the inputs and those of the parameters."""
        gradients = self._gradients(x.dtype)
        y, backward = self._forward(x, self._parameters(x.dtype), training)
        upstream = np.resize(self.upstream, y.shape).astype(x.dtype)  # in case the shape of y is not the declared one
        return y, run_backward(backward, upstream, gradients), gradients

    def _forward(self, x: Floats, parameters: Arrays, training: bool) -> tuple[Floats, Backward]:
        return self.layer.forward(x, parameters, training=training, rng=np.random.default_rng(3))

    def _outputs(self, x: Floats) -> Floats:
        return self._forward(x, self._parameters(np.float64), training=False)[0]

    def _parameters(self, dtype: np.typing.DTypeLike) -> Arrays:
        """Return new parameters: training may change a layer's state."""
        return {name: array.astype(dtype) for name, array in self.start.items()}

    def _gradients(self, dtype: np.typing.DTypeLike) -> Arrays:
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


def _expect_form(what: str, array: Floats, shape: Shape, dtype: np.typing.DTypeLike) -> None:
    expect(array.shape == shape, f"{what} has the shape {array.shape} instead of {shape}")
    expect(array.dtype == dtype, f"{what} is {array.dtype} for inputs of {dtype}")
    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs between -2 and 2")


def _expect_unchanged(what: str, now: Floats, before: Floats) -> None:
    expect(np.array_equal(now, before), f"in-place change of {what}")
