"""The contract of layers as tests. An activation is tested as a layer, by the same tests."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from handwriting.interfaces import Activation, Floats, Layer, Shape
from handwriting.nn.layers.activate import as_layer, as_part
from handwriting.testing.findings import Test, check, expect, keeps_attributes
from handwriting.testing.gradient_check import largest_error
from handwriting.testing.side_effects import leaves_nothing_behind
from handwriting.testing.tested_layer import BATCH, LARGE_INPUT, Result, TestedLayer, run_backward

FLOAT32_TOLERANCE = 2e-3
"""Largest difference of float32 from float64, as a fraction of the largest element, or absolute if that is below 1."""
EXTREMES = (0.0, 1e-6, 1.0, 30.0, 100.0, 1e4)
"""Inputs that must give finite outputs and gradients, with either sign."""


def check_activation(activation: Activation | Layer) -> None:
    """Raise `AssertionError` if an activation violates the contract."""
    check_layer(as_layer(activation), (6,))


def check_layer(layer: Layer, input_shape: Shape) -> None:
    """Raise `AssertionError` if a layer violates the contract for inputs (batch, *input_shape)."""
    check(layer_tests(layer, input_shape))


def layer_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return all tests of a layer by name."""
    contract = LayerContract(layer, input_shape)
    tests: dict[str, Test] = {
        "shapes and dtypes": contract.shapes_and_dtypes,
        "batch of one": contract.batch_of_one,
        "empty batch": contract.empty_batch,
        "inputs unchanged": contract.inputs_unchanged,
        "deterministic": contract.deterministic,
        "separate calls": contract.separate_calls,
        "thread safety": contract.thread_safety,
        "independent examples": contract.independent_examples,
        "extreme inputs": contract.extreme_inputs,
        "infinity and NaN": contract.infinity_and_nan,
        "gradient at inference": partial(contract.gradient, contract.x, training=False),
        "gradient in training": partial(contract.gradient, contract.x, training=True),
        "gradient, large inputs": contract.gradient_of_large_inputs,
        "gradient, large batch": contract.gradient_of_large_batch,
        "float32 as float64": contract.float32_as_float64,
        "leaves nothing behind": contract.leaves_nothing_behind,
    }
    return tests | ({"element-wise": contract.element_wise} if isinstance(as_part(layer), Activation) else {})


def quick_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return the tests, in float32 only, that a layer must pass before it is used."""
    contract = LayerContract(layer, input_shape, dtypes=(np.float32,))
    return {
        "shapes and dtypes": contract.shapes_and_dtypes,
        "batch of one": contract.batch_of_one,
        "inputs unchanged": contract.inputs_unchanged,
    }


class LayerContract(TestedLayer):
    """The tests of a layer for inputs of one shape; each method is a `Test`."""

    def shapes_and_dtypes(self) -> str:
        """Outputs and gradients have the declared shapes and the dtype of the inputs."""
        for dtype in self.dtypes:
            for training in (False, True):
                self._expect_well_formed(self.x.astype(dtype), training)
        return f"{'x'.join(map(str, self.output_shape))}, {' and '.join(dtype.__name__ for dtype in self.dtypes)}"

    def batch_of_one(self) -> str:
        """A batch of one example is accepted: that is how a single picture is read."""
        for training in (False, True):
            self._expect_well_formed(self.x[:1].astype(np.float32), training)
        return "accepted"

    def empty_batch(self) -> str:
        """A batch without examples is accepted at inference time."""
        self._expect_well_formed(self.x[:0].astype(np.float32), training=False)
        return "accepted"

    def inputs_unchanged(self) -> str:
        """Inputs, outputs, the incoming gradient and trained parameters are not changed by forward and backward."""
        for training in (False, True):
            parameters = self.parameters(np.float64)
            x, upstream = self.x.copy(), self.upstream.copy()
            y, backward = self.forward(x, parameters, training)
            outputs = y.copy()
            run_backward(backward, upstream, self.gradients(np.float64))
            _expect_unchanged("the inputs", x, self.x)
            _expect_unchanged("the outputs", y, outputs)
            _expect_unchanged("the incoming gradient", upstream, self.upstream)
            for name, parameter in self.declared.items():
                if parameter.trained or not training:
                    _expect_unchanged(f"the parameter {name!r}", parameters[name], self.start[name])
        return "unchanged"

    def deterministic(self) -> str:
        """The same inputs give the same outputs: at inference time always, in training with the same `rng`."""
        first, second = self.outputs(self.x), self.outputs(self.x)
        expect(np.array_equal(first, second), f"a second call differs by up to {np.abs(first - second).max():.3g}")
        other, _ = self.forward(self.x, self.parameters(np.float64), training=False, seed=4)
        expect(np.array_equal(first, other), "at inference time it draws random numbers: do so only `if training`")
        trained = [self.forward(self.x, self.parameters(np.float64), training=True)[0] for _ in range(2)]
        expect(
            np.array_equal(trained[0], trained[1]),
            "in training the same inputs and the same `rng` give other outputs: draw all random numbers from `rng`",
        )
        expect(
            np.array_equal(first, self.outputs(self.x)),
            "after a call in training the outputs at inference time differ: what lasts belongs into a parameter with "
            "trained=False",
        )
        return "equal"

    def separate_calls(self) -> str:
        """A call in between affects neither the outputs nor the backward function; nothing is stored on `self`."""
        for training in (False, True):
            expected = self.run(self.x, training).by_name()
            with keeps_attributes(as_part(self.layer)):
                y, backward = self.forward(self.x, self.parameters(np.float64), training)
                _, other_backward = self.forward(self.other, self.parameters(np.float64), training)
                expect(
                    np.array_equal(y, expected["the output"]),
                    "the output of a call is overwritten by the next call: return a new array each time",
                )
                gradients = self.gradients(np.float64)
                other_gradient = run_backward(other_backward, self.upstream[::-1], self.gradients(np.float64))
                kept = other_gradient.copy()
                result = Result(y, run_backward(backward, self.upstream, gradients), gradients)
            for name, array in result.by_name().items():
                expect(
                    np.array_equal(array, expected[name]),
                    f"{name} is affected by another call in between, before the backward function is called: keep what "
                    "that needs in local variables, nothing on self",
                )
            expect(
                np.array_equal(kept, other_gradient),
                "the input gradient of a call is overwritten by the next: return a new array each time",
            )
        return "not affected by each other"

    def thread_safety(self) -> str:
        """Two threads may use it at once."""
        y = self.outputs(self.x)
        with ThreadPoolExecutor(2) as pool:
            for outputs in pool.map(self.outputs, [self.x] * 16):
                expect(np.array_equal(y, outputs), "the outputs differ when two threads use it at once")
        return "equal"

    def independent_examples(self) -> str:
        """An `independent` layer gives for an example the same whatever else is in the batch, in training, too."""
        if not self.layer.independent:
            return "not claimed"
        for training in (False, True):
            x = self.x.copy()
            x[0] = 3 * self.other[0]
            whole, changed = self.run(self.x, training), self.run(x, training)
            same = np.allclose(whole.y[1:], changed.y[1:], equal_nan=True)
            same_gradient = np.allclose(whole.input_gradient[1:], changed.input_gradient[1:], equal_nan=True)
            _expect_independent(same and same_gradient)
            if not self.is_random(training):
                large = self.batch(self.large_batch)
                for batch, first in ((self.x, 2), (large, self.large_batch // 3)):
                    whole_y = self.run(batch, training).y
                    halves = [self.run(half, training).y for half in (batch[:first], batch[first:])]
                    _expect_independent(np.allclose(np.concatenate(halves), whole_y))
        return "an example gives the same in any batch"

    def element_wise(self) -> str:
        """The outputs of an activation are the same in whatever order its inputs come."""
        order = np.random.default_rng(5).permutation(self.x.size)
        shuffled = self.x.ravel()[order].reshape(self.x.shape)
        expect(
            np.allclose(self.outputs(shuffled).ravel(), self.outputs(self.x).ravel()[order]),
            "the output for an element depends on other elements: make it a Layer (an activation is element-wise)",
        )
        return "each element for itself"

    def extreme_inputs(self) -> str:
        """Inputs of any size up to 1e4 give finite outputs and gradients."""
        for dtype in (np.float32, np.float64):
            for size in (sign * size for size in EXTREMES for sign in (1, -1)):
                with np.errstate(all="ignore"):
                    result = self.run(np.full_like(self.x, size, dtype), training=False)
                for what, array in (("the output", result.y), ("the gradient", result.input_gradient)):
                    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs of {size:g}")
        return f"finite up to +-{max(EXTREMES):g}"

    def infinity_and_nan(self) -> str:
        """Infinite or NaN inputs do not raise, and do not affect the other examples of the batch."""
        expected = self.outputs(self.x)[1:]
        for value in (np.inf, -np.inf, np.nan):
            x = self.x.copy()
            x[0] = value
            with np.errstate(all="ignore"):
                others = self.outputs(x)[1:]
            expect(np.allclose(others, expected), f"one example of {value} changes the others of its batch")
        return "other examples are not affected"

    def gradient(self, x: Floats, training: bool) -> str:
        """Gradients agree with central differences of L = sum(upstream * y) in float64."""
        upstream = self.upstream_of(len(x))

        def loss(name: str, values: Floats) -> float:
            arrays = self.parameters(np.float64) | {"the inputs": x, name: values}
            y, _ = self.forward(arrays.pop("the inputs"), arrays, training)
            return float(np.sum(upstream * y))

        result = self.run(x, training)
        points = self.start | {"the inputs": x}
        errors = [
            largest_error(name, gradient, partial(loss, name), points[name])
            for name, gradient in ({"the inputs": result.input_gradient} | result.gradients).items()
        ]
        return f"largest error {max(errors):.1g}"

    def gradient_of_large_inputs(self) -> str:
        """Gradients agree with central differences for inputs up to `LARGE_INPUT`."""
        for training in (False, True):
            self.gradient(self.large_inputs(), training)
        return f"right for inputs up to +-{LARGE_INPUT:g}"

    def gradient_of_large_batch(self) -> str:
        """Gradients agree with central differences for a large batch."""
        for training in (False, True):
            try:
                self.gradient(self.batch(self.large_batch), training)
            except AssertionError as error:
                raise AssertionError(f"for a batch of {self.large_batch} examples, {error}") from error
        return f"right for {self.large_batch} examples"

    def float32_as_float64(self) -> str:
        """Outputs and gradients in float32, as in training, are those in float64, apart from rounding."""
        largest = 0.0
        for x in (self.x.astype(np.float32), self.large_inputs().astype(np.float32)):
            for training in (False, True):
                if self.is_random(training):
                    continue  # random numbers may differ for each dtype
                single, double = self.run(x, training).by_name(), self.run(x.astype(float), training).by_name()
                for name, array in single.items():
                    difference = _difference(array, double[name])
                    expect(
                        difference <= FLOAT32_TOLERANCE, f"{name} in float32 differs from float64 by {difference:.1g}"
                    )
                    largest = max(largest, difference)
        return f"largest difference {largest:.1g}"

    def leaves_nothing_behind(self) -> str:
        """Calls keep no memory, no files and no threads."""
        x = np.resize(self.x, (max(BATCH, 2000 // self.x[0].size), *self.input_shape)).astype(np.float32)

        def calls() -> None:
            for training in (False, True):
                self.run(x, training)

        return leaves_nothing_behind(calls)

    def _expect_well_formed(self, x: Floats, training: bool) -> None:
        y, backward = self.forward(x, self.parameters(x.dtype), training)
        of_one = " for a batch of one" if len(x) == 1 else ""
        _expect_form("the output", y, (len(x), *self.output_shape), x.dtype, of_one)
        gradients = self.gradients(x.dtype)
        given = dict(gradients)
        input_gradient = run_backward(backward, self.upstream_of(len(x)).astype(x.dtype), gradients)
        _expect_form("the gradient of the inputs", input_gradient, x.shape, x.dtype, of_one)
        for name, array in given.items():
            expect(
                gradients.get(name) is array,
                f"the gradient of {name!r} goes into a new array, which nobody reads: write gradients[{name!r}][...] = "
                f"... instead of gradients[{name!r}] = ...",
            )
            expect(np.isfinite(array).all(), f"the gradient of {name!r} was not written, or not completely")


def _difference(array: Floats, expected: Floats) -> float:
    """Return the largest difference, as `FLOAT32_TOLERANCE` measures it; infinite where one of both is not finite."""
    difference = np.abs(array - expected).max(initial=0) / max(1.0, np.abs(expected).max(initial=0))
    return float(difference) if np.isfinite(difference) else np.inf


def _expect_independent(same: bool) -> None:
    expect(same, "the output for an example, or its gradient, depends on its batch: set independent = False")


def _expect_form(what: str, array: Floats, shape: Shape, dtype: np.typing.DTypeLike, case: str = "") -> None:
    expect(array.shape == shape, f"{what} has the shape {array.shape} instead of {shape}{case}")
    expect(array.dtype == dtype, f"{what} is {array.dtype} for inputs of {dtype}")
    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs between -2 and 2")


def _expect_unchanged(what: str, now: Floats, before: Floats) -> None:
    expect(np.array_equal(now, before), f"in-place change of {what}")
