"""Every registered activation and layer fulfils the contract, and the contract finds what is wrong with others."""

from typing import Any

import numpy as np
import pytest

from handwriting.errors import SettingError
from handwriting.interfaces import Activation, Layer, Parameter
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import entry_points, specs
from handwriting.testing.findings import run
from handwriting.testing.layers import check_activation, check_layer, layer_tests

TABLE = [
    ("flatten", (4, 3, 2)),
    ("dense:4", (5,)),
    ("dense:1", (1,)),
    ("dropout:0.3", (6,)),
    ("dropout:0", (4, 4, 1)),
    ("conv2d:3,kernel=2,stride=2,padding=1", (5, 4, 2)),
    ("max-pool:2", (5, 4, 2)),
    ("average-pool:2", (5, 4, 2)),
    ("global-average-pool", (3, 4, 2)),
    ("batch-norm", (6,)),
    ("batch-norm:0.5", (4, 5, 3)),
    ("soften", (4, 5, 2)),
    ("soften:0.5", (1, 3, 1)),
    ("residual:conv2d:4,kernel=2+batch-norm+swish", (4, 3, 2)),
    ("residual:dense:4+dropout:0.3", (6,)),
    *((entry.name, (6,)) for entry in entry_points.entries("activation")),
    ("leaky-relu:0.3", (2, 3)),
    ("elu:0.5", (7,)),
]


@pytest.mark.parametrize(("spec", "shape"), TABLE)
def test_fulfils_the_contract(spec: Any, shape: Any) -> None:
    check_layer(as_layer(specs.make(("layer", "activation"), spec)), shape)


def test_the_table_holds_every_layer() -> None:
    assert {entry.name for entry in entry_points.entries("layer")} <= {spec.partition(":")[0] for spec, _ in TABLE}


@pytest.mark.parametrize("spec", ["dense:0", "dropout:1", "dropout:-0.1", "dropout:nan"])
def test_settings_out_of_range_are_refused(spec: str) -> None:
    with pytest.raises(SettingError):
        specs.make("layer", spec)


def test_dropout_silences_its_fraction_and_keeps_the_mean() -> None:
    x = np.ones((100, 100), np.float32)
    y, _ = specs.make("layer", "dropout:0.25").forward(x, {}, training=True, rng=np.random.default_rng(0))
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.02)
    assert y.mean() == pytest.approx(1, abs=0.02)


class Square(Activation):
    """Correct; each of the broken activations below replaces one of its two methods."""

    def forward(self, z: Any) -> Any:
        return z * z

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient * 2 * z


class WrongSlope(Square):
    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient * z


class Float64(Square):
    def forward(self, z: Any) -> Any:
        return (z * z).astype(np.float64)


class ChangesItsInput(Square):
    def forward(self, z: Any) -> Any:
        z *= z
        return z


class ChangesTheGradient(Square):
    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        gradient *= 2 * z
        return gradient


class Overflows(Square):
    def forward(self, z: Any) -> Any:
        return np.exp(z)

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient * a


class WrongShape(Square):
    def forward(self, z: Any) -> Any:
        return (z * z)[:, :-1]


class Nondeterministic(Square):
    calls = 0

    def forward(self, z: Any) -> Any:
        Nondeterministic.calls += 1
        return z * z + Nondeterministic.calls


class Raises(Square):
    def forward(self, z: Any) -> Any:
        raise KeyError("lost")


@pytest.mark.parametrize(
    ("activation", "test"),
    [
        (WrongSlope, "gradient at inference: the gradient of the inputs at"),
        (Float64, "shapes and dtypes: the output is float64"),
        (ChangesItsInput, "inputs unchanged: in-place change of the inputs"),
        (ChangesTheGradient, "inputs unchanged"),
        (Overflows, "extreme inputs: the output is infinite or NaN for inputs of 100"),
        (WrongShape, "shapes and dtypes: the output has the shape"),
        (Nondeterministic, "deterministic"),
        (Raises, "raises KeyError: 'lost'"),
    ],
)
def test_a_broken_activation_is_found(activation: Any, test: str) -> None:
    check_activation(Square())
    with pytest.raises(AssertionError, match=test):
        check_activation(activation())


class ForgetsItsBias(Layer):
    def build(self, input_shape: Any) -> Any:
        return input_shape, {"bias": Parameter(input_shape)}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        return x + parameters["bias"], lambda gradient, gradients: gradient


class KeepsItsInput(Layer):
    """Works in one thread, but not in two: the state of a call is stored on self."""

    def build(self, input_shape: Any) -> Any:
        return input_shape, {}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        self.x = x
        return x * x, lambda gradient, gradients: gradient * 2 * self.x


class CountsItsCalls(Layer):
    def build(self, input_shape: Any) -> Any:
        return input_shape, {}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        self.calls = getattr(self, "calls", 0) + 1
        return x + 0, lambda gradient, gradients: gradient


@pytest.mark.parametrize(
    ("layer", "detail"), [(KeepsItsInput(), "it stores x on self"), (CountsItsCalls(), "it stores calls on self")]
)
def test_state_on_self_is_found(layer: Any, detail: str) -> None:
    findings = {name: run(name, test) for name, test in layer_tests(layer, (3,)).items()}
    assert not findings["separate calls"].passed
    assert detail in findings["separate calls"].detail
