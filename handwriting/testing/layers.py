"""The contract of layers as tests. An activation is tested in its place among the layers: the same tests serve both."""

import concurrent.futures
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.activate import as_layer
from handwriting.testing.findings import Finding, Test, expect, findings, insist

STEP = 1e-5
"""Half the distance over which finite differences are taken, in float64."""
TOLERANCE = 1e-4
"""How far a gradient may be from the difference, as a share of the largest one (or of 1 where all are smaller)."""
SAMPLED = 40
"""Elements of an array whose gradient is compared."""
EXTREMES = (0.0, 1e-6, 1.0, 30.0, 100.0, 1e4)
"""Inputs that, with either sign, must give finite outputs and gradients."""

Arrays = dict[str, Floats]
Dtypes = tuple[type[np.floating[Any]], ...]
BOTH: Dtypes = (np.float32, np.float64)


def check_activation(activation: Activation | Layer) -> None:
    """Raise `AssertionError` where an activation breaks the contract."""
    check_layer(as_layer(activation), (6,))


def check_layer(layer: Layer, input_shape: Shape) -> None:
    """Raise `AssertionError` where a layer, given inputs (batch, *input_shape), breaks the contract."""
    insist(layer_findings(layer, input_shape))


def layer_findings(layer: Layer, input_shape: Shape) -> Iterator[Finding]:
    """Run every test on a layer and tell what was found."""
    yield from findings(layer_tests(layer, input_shape))


def layer_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return every test by name, to be run one by one."""
    trial = Trial(layer, input_shape)
    return {
        "shapes and dtypes": trial.forms,
        "empty batch": trial.empty_batch,
        "leaves its inputs alone": trial.purity,
        "same answer twice": trial.repetition,
        "two threads at once": trial.threads,
        "examples by themselves": trial.independence,
        "extreme inputs": trial.extremes,
        "infinity and NaN": trial.infinities,
        "gradient in use": lambda: trial.gradient(training=False),
        "gradient in training": lambda: trial.gradient(training=True),
    }


def quick_tests(layer: Layer, input_shape: Shape) -> dict[str, Test]:
    """Return the tests, in float32 alone, without which not even a training could begin."""
    trial = Trial(layer, input_shape, dtypes=(np.float32,))
    return {"shapes and dtypes": trial.forms, "leaves its inputs alone": trial.purity}


class Trial:
    """A layer on trial with inputs of one shape; each method is a test, returns what it saw, or raises."""

    def __init__(self, layer: Layer, input_shape: Shape, batch: int = 5, dtypes: Dtypes = BOTH) -> None:
        self.layer, self.dtypes = layer, dtypes
        self.output_shape, self.declared = layer.build(input_shape)
        rng = np.random.default_rng(1)
        self.x = rng.uniform(-2, 2, (batch, *input_shape))
        self.upstream = rng.normal(size=(batch, *self.output_shape))
        self.start = {name: _start(parameter, rng) for name, parameter in self.declared.items()}

    def forms(self) -> str:
        """Outputs and gradients have the declared shapes and the dtype of the inputs."""
        for dtype in self.dtypes:
            for training in (False, True):
                self._expect_forms(self.x.astype(dtype), training)
        return f"{'x'.join(map(str, self.output_shape))}, {' and '.join(dtype.__name__ for dtype in self.dtypes)}"

    def empty_batch(self) -> str:
        """A batch of no examples goes through in use."""
        self._expect_forms(self.x[:0].astype(np.float32), training=False)
        return "passes"

    def purity(self) -> str:
        """Neither way changes the inputs, the outputs, the incoming gradient or a trained parameter."""
        for training in (False, True):
            parameters = self._parameters(np.float64)
            x, upstream = self.x.copy(), self.upstream.copy()
            y, backward = self._forward(x, parameters, training)
            kept = y.copy()
            passed = backward(upstream, self._gradients(np.float64))
            _ = passed() if callable(passed) else passed
            _expect_same("the inputs", x, self.x)
            _expect_same("the outputs", y, kept)
            _expect_same("the incoming gradient", upstream, self.upstream)
            for name, parameter in self.declared.items():
                if parameter.trained or not training:
                    _expect_same(f"the parameter {name!r}", parameters[name], self.start[name])
        return "unchanged"

    def repetition(self) -> str:
        """The same inputs give the same outputs."""
        first, second = (self._outputs() for _ in range(2))
        expect(np.array_equal(first, second), f"the second answer differs by up to {np.abs(first - second).max():.3g}")
        return "equal"

    def threads(self) -> str:
        """Calls do not disturb each other, whether in turns or in two threads: nothing is kept on `self`."""
        kept = dict(vars(self.layer))
        alone, alone_back, _ = self._both_ways(self.x, training=False)
        _, backward = self._forward(self.x, self._parameters(np.float64), False)
        self._forward(-self.x, self._parameters(np.float64), False)
        passed = backward(self.upstream.copy(), self._gradients(np.float64))
        _expect_same("the way back, by another call in between,", passed() if callable(passed) else passed, alone_back)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for together in pool.map(self._outputs, [self.x] * 16):
                expect(np.array_equal(alone, together), "answers differ when two threads use it at once")
        changed = [name for name, value in vars(self.layer).items() if kept.get(name) is not value]
        expect(not changed, f"it keeps {', '.join(changed)} on itself")
        return "equal"

    def independence(self) -> str:
        """A layer that says so gives for each half of a batch, also in training, what it gives for the whole."""
        if not self.layer.independent:
            return "not claimed: batches are not shared out"
        for training in (False, True):
            rng = np.random.default_rng(3)
            parameters = self._parameters(np.float64)
            whole, _ = self.layer.forward(self.x, parameters, training=training, rng=rng)
            if rng.random() != np.random.default_rng(3).random():
                break  # it draws random numbers, which are others in each half
            halves = [self._forward(half, parameters, training)[0] for half in (self.x[:2], self.x[2:])]
            expect(np.allclose(np.concatenate(halves), whole), "what an example gives depends on the rest of its batch")
        return "halves give what the whole gives"

    def extremes(self) -> str:
        """Inputs of any size up to 1e4 give finite outputs and gradients."""
        for dtype in (np.float32, np.float64):
            for size in (sign * size for size in EXTREMES for sign in (1, -1)):
                with np.errstate(all="ignore"):
                    y, passed, _ = self._both_ways(np.full_like(self.x, size, dtype), training=False)
                for what, array in (("the output", y), ("the gradient", passed)):
                    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs of {size:g}")
        return f"finite up to +-{max(EXTREMES):g}"

    def infinities(self) -> str:
        """Infinite or NaN inputs do not raise, and do not reach the other examples of the batch."""
        calm = self._outputs()[1:]
        for value in (np.inf, -np.inf, np.nan):
            x = self.x.copy()
            x[0] = value
            with np.errstate(all="ignore"):
                others = self._outputs(x)[1:]
            expect(np.allclose(others, calm), f"one example of {value} changes the others of its batch")
        return "keep to their example"

    def gradient(self, training: bool) -> str:
        """Gradients agree with central differences of L = sum(upstream * y) in float64."""
        _, passed, gradients = self._both_ways(self.x, training)

        def loss_at(x: Floats) -> float:
            return self._loss(x, self._parameters(np.float64), training)  # afresh: training may change a layer's state

        worst = self._compare("the inputs", passed, loss_at, self.x)
        for name, gradient in gradients.items():

            def loss(values: Floats, name: str = name) -> float:
                return self._loss(self.x, self._parameters(np.float64) | {name: values}, training)

            worst = max(worst, self._compare(name, gradient, loss, self.start[name]))
        return f"largest error {worst:.1g}"

    def _compare(self, what: str, gradient: Floats, loss: Callable[[Floats], float], at: Floats) -> float:
        """Compare some elements of a gradient with differences of `loss` around `at`; return the largest error."""
        places = np.random.default_rng(2).permutation(at.size)[:SAMPLED]
        expected = np.array([_difference(loss, at, place) for place in places])
        found = gradient.ravel()[places]
        errors = np.abs(found - expected) / max(1.0, float(np.abs(expected).max(initial=0)))
        if not np.all(errors <= TOLERANCE):
            i = int(np.argmax(np.where(np.isnan(errors), np.inf, errors)))
            place = tuple(int(k) for k in np.unravel_index(places[i], at.shape))
            raise AssertionError(
                f"the gradient of {what} at {place} is {found[i]:.6g}, by finite differences {expected[i]:.6g}"
            )
        return float(errors.max(initial=0))

    def _expect_forms(self, x: Floats, training: bool) -> None:
        y, _ = self._forward(x, self._parameters(x.dtype), training)
        _expect_form("the output", y, (len(x), *self.output_shape), x.dtype)
        _, passed, gradients = self._both_ways(x, training)
        _expect_form("the gradient of the inputs", passed, x.shape, x.dtype)
        for what, array in (("the output", y), ("the gradient of the inputs", passed)):
            expect(np.isfinite(array).all(), f"{what} is infinite or NaN for inputs between -2 and 2")
        for name, gradient in gradients.items():
            expect(np.isfinite(gradient).all(), f"the gradient of {name!r} was not (or not wholly) written")

    def _both_ways(self, x: Floats, training: bool) -> tuple[Floats, Floats, Arrays]:
        """Return the outputs, the gradient of the inputs and those of the parameters."""
        gradients = self._gradients(x.dtype)
        y, backward = self._forward(x, self._parameters(x.dtype), training)
        passed = backward(np.resize(self.upstream, y.shape).astype(x.dtype), gradients)
        return y, passed() if callable(passed) else passed, gradients

    def _forward(self, x: Floats, parameters: Arrays, training: bool) -> tuple[Floats, Backward]:
        return self.layer.forward(x, parameters, training=training, rng=np.random.default_rng(3))

    def _outputs(self, x: Floats | None = None) -> Floats:
        outputs: Floats = self._forward(self.x if x is None else x, self._parameters(np.float64), False)[0]
        return outputs

    def _loss(self, x: Floats, parameters: Arrays, training: bool) -> float:
        return float(np.sum(self.upstream * self._forward(x, dict(parameters), training)[0]))

    def _parameters(self, dtype: np.typing.DTypeLike) -> Arrays:
        return {name: array.astype(dtype) for name, array in self.start.items()}

    def _gradients(self, dtype: np.typing.DTypeLike) -> Arrays:
        return {name: np.full(p.shape, np.nan, dtype) for name, p in self.declared.items() if p.trained}


def _start(parameter: Parameter, rng: np.random.Generator) -> Floats:
    """Return values near those that the parameter starts with, none of them 0."""
    offsets = rng.uniform(0.1, 0.5, parameter.shape)
    return np.asarray(parameter.value + (offsets if parameter.fans is None else -offsets))


def _difference(loss: Callable[[Floats], float], at: Floats, place: int) -> float:
    values = []
    for step in (STEP, -STEP):
        moved = at.copy()
        moved.flat[place] += step
        values.append(loss(moved))
    return (values[0] - values[1]) / (2 * STEP)


def _expect_form(what: str, array: Floats, shape: Shape, dtype: np.typing.DTypeLike) -> None:
    expect(array.shape == shape, f"{what} has the shape {array.shape} instead of {shape}")
    expect(array.dtype == dtype, f"{what} is {array.dtype} for inputs of {dtype}")


def _expect_same(what: str, now: Floats, before: Floats) -> None:
    expect(np.array_equal(now, before), f"{what} is changed in place")
