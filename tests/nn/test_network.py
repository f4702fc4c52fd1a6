"""Architecture and network: shapes, parameters in one flat vector, and backpropagation through all layers."""

from typing import Any

import numpy as np
import pytest

from handwriting.errors import ShapeError
from handwriting.interfaces import Layer, Parameter
from handwriting.nn import architecture
from handwriting.nn.architecture import plan
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import Network, as_inputs
from handwriting.registry import specs


def layers(*names: Any) -> Any:
    return [as_layer(specs.make(("layer", "activation"), name)) for name in names]


def network(*names: Any, seed: int = 0) -> Any:
    return Network.build(layers(*names), np.random.default_rng(seed))


def test_is_described_in_one_line() -> None:
    assert str(network("flatten", "dense:128", "relu", "dense:10")) == "784 -> 128 relu -> 10, 101,770 parameters"
    leaky = "leaky-relu:0.1"
    mixed = layers("dropout:0.2", "flatten", "dense:64", leaky, "dense:32", leaky, "dense:10", leaky)
    assert architecture.summary(plan(mixed)) == (
        "28x28x1 -> dropout:0.2 -> 784 -> 64 leaky-relu:0.1 -> 32 leaky-relu:0.1 -> 10 leaky-relu:0.1, "
        "52,650 parameters"
    )


def test_layers_whose_shapes_do_not_fit_are_named() -> None:
    with pytest.raises(
        ShapeError, match="the image has the shape 28x28x1, but dense:64 takes a row of numbers: put .*flatten"
    ):
        plan(layers("dense:64"))
    with pytest.raises(ShapeError, match="dropout:0.2 has the shape 28x28x1, but dense:64"):
        plan(layers("dropout:0.2", "dense:64"))


def test_activations_are_the_output_of_each_layer_and_end_with_the_outputs() -> None:
    net = network("conv2d:4", "relu", "dropout:0.5", "flatten", "dense:10")
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28), np.uint8)
    activations = list(net.activations(images))
    assert [values.shape for values in activations] == [(3, *stage.output_shape) for stage in net.stages]
    assert {values.dtype for values in activations} == {np.dtype(np.float32)}
    assert (activations[1] == np.maximum(activations[0], 0)).all()
    assert (activations[2] == activations[1]).all()
    np.testing.assert_array_equal(activations[-1], net.outputs(images))


def test_parameters_are_views_into_one_vector() -> None:
    net = network("flatten", "dense:3", "tanh", "dense:2")
    assert net.vector.size == 784 * 3 + 3 + 3 * 2 + 2
    net.vector[:] = 7
    assert all((array == 7).all() for stage in net.parameters for array in stage.values())
    assert net.vector.dtype == np.float32


class Shift(Layer):
    """A layer with a trained parameter, and with state that is not trained."""

    def build(self, input_shape: Any) -> Any:
        return input_shape, {"state": Parameter((1,), value=5, trained=False), "shift": Parameter(input_shape, value=2)}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        return x + parameters["shift"], lambda gradient, gradients: gradient


def test_state_comes_after_the_trained_parameters() -> None:
    net = Network.build([Shift(), *layers("flatten", "dense:2")], np.random.default_rng(0))
    assert len(net.trained) == 784 + 784 * 2 + 2
    assert net.vector[-1] == 5
    assert (net.parameters[0]["shift"] == 2).all()
    assert np.shares_memory(net.trained, net.vector)
    gradients = architecture.views(net.stages, np.empty_like(net.trained))
    assert "state" not in gradients[0]


@pytest.mark.parametrize(("activation", "deviation"), [("relu", np.sqrt(2 / 784)), ("tanh", np.sqrt(2 / (784 + 200)))])
def test_weights_are_initialized_for_the_next_activation(activation: str, deviation: Any) -> None:
    net = network("flatten", "dense:200", activation, "dense:10")
    assert net.parameters[1]["weights"].std() == pytest.approx(deviation, rel=0.02)
    assert net.parameters[3]["weights"].std() == pytest.approx(np.sqrt(2 / 210), rel=0.05)  # no activation follows
    assert not net.parameters[1]["bias"].any()


def test_backpropagation_agrees_with_finite_differences() -> None:
    net = network("dropout:0.3", "flatten", "dense:5", "gelu", "dense:4", "sigmoid", "dense:3")
    stages, vector = net.stages, net.vector.astype(np.float64)
    rng = np.random.default_rng(1)
    x, labels = rng.random((6, 28, 28, 1)), rng.integers(0, 3, 6).astype(np.uint8)

    def cost(values: Any) -> Any:
        outputs, backwards = Network(stages, values).forward(x, training=True, rng=np.random.default_rng(2))
        return *CrossEntropy().cost(outputs, labels), backwards

    _, output_gradient, backwards = cost(vector)
    gradient = np.empty_like(vector)
    Network(stages, vector).backward(output_gradient, backwards, architecture.views(stages, gradient))
    for place in rng.permutation(vector.size)[:50]:
        costs = []
        for step in (1e-5, -1e-5):
            moved = vector.copy()
            moved[place] += step
            costs.append(cost(moved)[0])
        assert gradient[place] == pytest.approx((costs[0] - costs[1]) / 2e-5, abs=1e-7)


def test_outputs_do_not_depend_on_the_rest_of_the_batch() -> None:
    net = network("flatten", "dense:16", "relu", "dense:10")
    images = np.random.default_rng(0).integers(0, 256, (1500, 28, 28)).astype(np.uint8)
    whole = net.outputs(images)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(net.outputs(images[::-1])[::-1], whole, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(net.outputs(images[1200:1201]), whole[1200:1201], rtol=1e-4, atol=1e-5)
    assert net.outputs(images[:0]).shape == (0, 10)


def test_inputs_run_from_0_to_1_in_float32() -> None:
    x = as_inputs(np.array([[[0, 255], [51, 102]]], np.uint8))
    assert x.dtype == np.float32
    np.testing.assert_allclose(x.ravel(), [0, 1, 0.2, 0.4], rtol=1e-6)
