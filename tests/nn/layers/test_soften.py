"""Soften: the identity in training; at inference each pixel passes a fraction of itself to its neighbours."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Examples
from handwriting.nn.layers.soften import Soften
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

RNG = np.random.default_rng(7)
FRACTIONS = st.floats(0, 0.5)


def at_inference(layer: Any, x: Any) -> Any:
    return layer.forward(x, {}, training=False, rng=RNG)


def test_training_does_not_change_images() -> None:
    x = RNG.random((3, 5, 6, 2), np.float32)
    y, backward = Soften().forward(x, {}, training=True, rng=RNG)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(backward(x, {}), x)


def test_at_inference_a_pixel_passes_a_fraction_to_each_neighbour() -> None:
    x = np.zeros((1, 5, 5, 1), np.float32)
    x[0, 2, 2] = 64
    y, _ = at_inference(Soften(), x)
    np.testing.assert_array_equal(y[0, :, :, 0].astype(int), [
        [0, 0, 0, 0, 0],
        [0, 1, 6, 1, 0],
        [0, 6, 36, 6, 0],
        [0, 1, 6, 1, 0],
        [0, 0, 0, 0, 0],
    ])  # fmt: skip
    assert y.dtype == np.float32


@given(share=FRACTIONS, height=st.integers(1, 6), width=st.integers(1, 6), channels=st.integers(1, 3))
def test_the_backward_function_is_the_transpose(share: Any, height: Any, width: Any, channels: Any) -> None:
    x, gradient = RNG.normal(size=(2, 2, height, width, channels))
    y, backward = at_inference(Soften(share), x)
    assert np.vdot(gradient, y) == pytest.approx(np.vdot(backward(gradient, {}), x))


@given(share=FRACTIONS)
def test_the_sum_of_an_image_is_kept_except_at_its_edges(share: Any) -> None:
    x = np.zeros((2, 9, 9, 1))
    x[:, 1:-1, 1:-1] = RNG.random((2, 7, 7, 1))
    y, _ = at_inference(Soften(share), x)
    assert y.sum() == pytest.approx(x.sum())
    assert y.min() >= 0
    assert y.max() <= x.max() + 1e-12


def test_training_is_the_same_with_it_and_inference_is_on_softened_images() -> None:
    examples = Examples(RNG.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40, dtype=np.uint8) % 4)
    networks = []
    for layers in ((), ("soften:0.2",)):
        recipe = Recipe(layers=layers, hidden=(6,), epochs=2, batch_size=10)
        networks.append(resolve(recipe, 4).build_network())
        for _ in Trainer(networks[-1], examples, resolve(recipe), positions=np.arange(40)).run():
            pass
    without, with_soften = networks
    np.testing.assert_array_equal(without.vector, with_soften.vector)

    x = examples.images[:, :, :, None].astype(np.float32) / 255
    softened = without.forward(at_inference(Soften(0.2), x)[0], training=False, rng=RNG)[0]
    np.testing.assert_allclose(with_soften.outputs(examples.images), softened, rtol=1e-5, atol=1e-6)


def test_inputs_that_are_not_images_are_refused() -> None:
    with pytest.raises(ShapeError, match="takes an image"):
        Soften().build((784,))


@pytest.mark.parametrize("share", [-0.1, 0.51, float("nan")])
def test_a_fraction_out_of_range_is_refused(share: Any) -> None:
    with pytest.raises(SettingError, match="share"):
        Soften(share)
