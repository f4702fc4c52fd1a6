"""Convolution and pooling, compared with SciPy and with plain loops, on inputs of several sizes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate

from handwriting.errors import SettingError, ShapeError
from handwriting.evaluation.metrics import accuracy
from handwriting.nn import architecture
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.pooling import AveragePool, GlobalAveragePool, MaxPool
from handwriting.registry import specs
from handwriting.testing import check_layer
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer
from tests.helpers.drawn_digits import draw


def applied(layer: Any, x: Any, parameters: Any = None) -> Any:
    shape, declared = layer.build(x.shape[1:])
    rng = np.random.default_rng(0)
    made = parameters or {name: rng.normal(size=parameter.shape) for name, parameter in declared.items()}
    y, _ = layer.forward(x, made, training=False, rng=rng)
    assert y.shape == (len(x), *shape)
    return y, made


@given(st.data())
def test_convolution_agrees_with_scipy(data: Any) -> None:
    number = data.draw
    kernel, stride, inputs = number(st.integers(1, 4)), number(st.integers(1, 3)), number(st.integers(1, 3))
    padding = number(st.integers(0, kernel - 1))
    height, width = number(st.integers(kernel, 9)), number(st.integers(kernel, 9))
    x = np.random.default_rng(1).normal(size=(2, height, width, inputs))
    y, made = applied(Conv2d(3, kernel, stride, padding), x)
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    for image, outputs in zip(padded, y, strict=True):
        for channel in range(3):
            whole = correlate(image, made["weights"][..., channel], mode="valid")[..., 0] + made["bias"][channel]
            np.testing.assert_allclose(outputs[..., channel], whole[::stride, ::stride], atol=1e-10)


@given(st.integers(1, 4), st.integers(4, 9), st.integers(4, 9))
def test_pooling_agrees_with_loops(size: Any, height: Any, width: Any) -> None:
    x = np.random.default_rng(0).normal(size=(2, height, width, 2))
    largest, mean = applied(MaxPool(size), x)[0], applied(AveragePool(size), x)[0]
    for i in range(height // size):
        for j in range(width // size):
            square = x[:, i * size : (i + 1) * size, j * size : (j + 1) * size]
            np.testing.assert_allclose(largest[:, i, j], square.max(axis=(1, 2)))
            np.testing.assert_allclose(mean[:, i, j], square.mean(axis=(1, 2)))
    np.testing.assert_allclose(applied(GlobalAveragePool(), x)[0], x.mean(axis=(1, 2)))


@pytest.mark.parametrize(
    "layer",
    [Conv2d(3), Conv2d(2, kernel=5, padding=2), Conv2d(2, kernel=2, stride=2), Conv2d(4, kernel=3, stride=3, padding=1),
     MaxPool(), MaxPool(3), AveragePool(), AveragePool(3), GlobalAveragePool()],
    ids=specs.describe,
)  # fmt: skip
@pytest.mark.parametrize("shape", [(6, 6, 1), (7, 5, 3)])
def test_the_contract_holds(layer: Any, shape: Any) -> None:
    check_layer(layer, shape)


def test_the_first_of_equal_maxima_gets_the_gradient() -> None:
    x = np.zeros((1, 2, 2, 1))
    _, backward = MaxPool().forward(x, {}, training=True, rng=np.random.default_rng(0))
    gradient: Any = backward(np.ones((1, 1, 1, 1)), {})
    assert gradient.ravel().tolist() == [1, 0, 0, 0]


def test_inputs_of_any_memory_layout_are_accepted() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4, 5, 6)).transpose(1, 2, 3, 0)[:, ::-1]
    plain, made = applied(Conv2d(2), np.ascontiguousarray(x))
    np.testing.assert_allclose(applied(Conv2d(2), x, made)[0], plain)


@pytest.mark.parametrize(
    ("spec", "words"),
    [("conv2d:0", "conv2d: channels must be at least 1, got 0"), ("conv2d:4,kernel=3,padding=3", "must be from 0 to 2"),
     ("conv2d", "needs a value for 'channels'"),
     ("max-pool:0", "at least 1"), ("conv2d:4,kernel=big", "kernel takes a whole number")],
)  # fmt: skip
def test_settings_out_of_range_are_refused(spec: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        specs.make("layer", spec)


@pytest.mark.parametrize(
    ("names", "words"),
    [(["conv2d:16,kernel=5", "dense:10"], "conv2d:16,kernel=5 has the shape 24x24x16, but dense:10 takes a row"),
     (["flatten", "conv2d:4"], r"flatten has the shape 784, but conv2d:4 takes an image"),
     (["max-pool:20", "conv2d:4"], "max-pool:20 has the shape 1x1x1, but conv2d:4 has a kernel of 3x3"),
     (["max-pool:30"], r"the image has the shape 28x28x1, but max-pool:30 has squares of 30x30")],
)  # fmt: skip
def test_layers_whose_shapes_do_not_fit_are_named(names: Any, words: str) -> None:
    with pytest.raises(ShapeError, match=words):
        architecture.plan([specs.make("layer", name) for name in names])


def test_a_network_of_them_can_be_trained() -> None:
    recipe = Recipe(layers=("conv2d:4,kernel=5", "relu", "max-pool:2"), hidden=(16,), epochs=1, batch_size=32)
    setup = resolve(recipe)
    network, examples = setup.build_network(), draw(4000, 1)
    for _ in Trainer(network, examples, setup, positions=np.arange(3000)).run():
        pass
    assert str(network) == "28x28x1 -> conv2d:4,kernel=5 relu -> max-pool -> 576 -> 16 relu -> 10, 9,506 parameters"
    assert accuracy(network.outputs(examples.images[3000:]), examples.labels[3000:]) > 0.6
