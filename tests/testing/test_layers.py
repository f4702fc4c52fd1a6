"""Every registered activation and layer fulfils the contract that plugin authors are held to."""

import numpy as np
import pytest

from handwriting.errors import SettingError
from handwriting.interfaces import Activation, Layer, Parameter
from handwriting.nn.layers.activate import as_layer
from handwriting.registry import entry_points, specs
from handwriting.testing import check_activation, check_layer, layer_findings

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
    *((entry.name, (6,)) for entry in entry_points.entries("activation")),
    ("leaky-relu:0.3", (2, 3)),
    ("elu:0.5", (7,)),
]


@pytest.mark.parametrize(("spec", "shape"), TABLE)
def test_fulfils_the_contract(spec, shape):
    check_layer(as_layer(specs.make(("layer", "activation"), spec)), shape)


def test_the_table_leaves_no_layer_out():
    assert {entry.name for entry in entry_points.entries("layer")} <= {spec.partition(":")[0] for spec, _ in TABLE}


@pytest.mark.parametrize("spec", ["dense:0", "dropout:1", "dropout:-0.1", "dropout:nan"])
def test_settings_out_of_range_are_refused(spec):
    with pytest.raises(SettingError):
        specs.make("layer", spec)


def test_dropout_silences_its_share_and_keeps_the_mean():
    x = np.ones((100, 100), np.float32)
    y, _ = specs.make("layer", "dropout:0.25").forward(x, {}, training=True, rng=np.random.default_rng(0))
    assert np.mean(y == 0) == pytest.approx(0.25, abs=0.02)
    assert y.mean() == pytest.approx(1, abs=0.02)


class Square(Activation):
    """The pattern of the broken ones below: right, until one of its two methods is replaced."""

    def forward(self, z):
        return z * z

    def backward(self, gradient, z, a):
        return gradient * 2 * z


class WrongSlope(Square):
    def backward(self, gradient, z, a):
        return gradient * z


class Float64(Square):
    def forward(self, z):
        return (z * z).astype(np.float64)


class ChangesItsInput(Square):
    def forward(self, z):
        z *= z
        return z


class ChangesTheGradient(Square):
    def backward(self, gradient, z, a):
        gradient *= 2 * z
        return gradient


class Overflows(Square):
    def forward(self, z):
        return np.exp(z)

    def backward(self, gradient, z, a):
        return gradient * a


class WrongShape(Square):
    def forward(self, z):
        return (z * z)[:, :-1]


class Restless(Square):
    calls = 0

    def forward(self, z):
        Restless.calls += 1
        return z * z + Restless.calls


class Raises(Square):
    def forward(self, z):
        raise KeyError("lost")


@pytest.mark.parametrize(
    ("activation", "test"),
    [
        (WrongSlope, "gradient in use: the gradient of the inputs at"),
        (Float64, "shapes and dtypes: the output is float64"),
        (ChangesItsInput, "leaves its inputs alone: the inputs is changed"),
        (ChangesTheGradient, "leaves its inputs alone"),
        (Overflows, "extreme inputs: the output is infinite or NaN for inputs of 100"),
        (WrongShape, "shapes and dtypes: the output has the shape"),
        (Restless, "same answer twice"),
        (Raises, "raises KeyError: 'lost'"),
    ],
)
def test_a_broken_activation_is_caught_and_told_of(activation, test):
    check_activation(Square())
    with pytest.raises(AssertionError, match=test):
        check_activation(activation())


class ForgetsItsBias(Layer):
    def build(self, input_shape):
        return input_shape, {"bias": Parameter(input_shape)}

    def forward(self, x, parameters, *, training, rng):
        return x + parameters["bias"], lambda gradient, gradients: gradient


class KeepsItsInput(Layer):
    """Works alone, but not in two threads: the state of a call stands on self."""

    def build(self, input_shape):
        return input_shape, {}

    def forward(self, x, parameters, *, training, rng):
        self.x = x
        return x * x, lambda gradient, gradients: gradient * 2 * self.x


class CountsItsCalls(Layer):
    def build(self, input_shape):
        return input_shape, {}

    def forward(self, x, parameters, *, training, rng):
        self.calls = getattr(self, "calls", 0) + 1
        return x + 0, lambda gradient, gradients: gradient


@pytest.mark.parametrize(
    ("layer", "detail"), [(KeepsItsInput(), "another call in between"), (CountsItsCalls(), "it keeps calls on itself")]
)
def test_state_on_self_is_caught(layer, detail):
    faults = {finding.test: finding.detail for finding in layer_findings(layer, (3,)) if not finding.passed}
    assert detail in faults["two threads at once"]
