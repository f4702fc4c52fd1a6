"""Soften: nothing in training; in use, each pixel passes a share of itself to its neighbours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Examples
from handwriting.nn.layers.soften import Soften
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import train

RNG = np.random.default_rng(7)
SHARES = st.floats(0, 0.5)


def in_use(layer, x):
    return layer.forward(x, {}, training=False, rng=RNG)


def test_in_training_pictures_pass_as_they_are():
    x = RNG.random((3, 5, 6, 2), np.float32)
    y, backward = Soften().forward(x, {}, training=True, rng=RNG)
    np.testing.assert_array_equal(y, x)
    np.testing.assert_array_equal(backward(x, {}), x)


def test_in_use_a_pixel_gives_a_share_to_each_neighbour_across_and_down():
    x = np.zeros((1, 5, 5, 1), np.float32)
    x[0, 2, 2] = 64
    y, _ = in_use(Soften(), x)
    np.testing.assert_array_equal(y[0, :, :, 0].astype(int), [
        [0, 0, 0, 0, 0],
        [0, 1, 6, 1, 0],
        [0, 6, 36, 6, 0],
        [0, 1, 6, 1, 0],
        [0, 0, 0, 0, 0],
    ])  # fmt: skip
    assert y.dtype == np.float32


@given(share=SHARES, height=st.integers(1, 6), width=st.integers(1, 6), channels=st.integers(1, 3))
def test_the_way_back_is_the_transpose(share, height, width, channels):
    x, gradient = RNG.normal(size=(2, 2, height, width, channels))
    y, backward = in_use(Soften(share), x)
    assert np.vdot(gradient, y) == pytest.approx(np.vdot(backward(gradient, {}), x))


@given(share=SHARES)
def test_ink_is_neither_made_nor_lost_but_over_the_edge(share):
    x = np.zeros((2, 9, 9, 1))
    x[:, 1:-1, 1:-1] = RNG.random((2, 7, 7, 1))
    y, _ = in_use(Soften(share), x)
    assert y.sum() == pytest.approx(x.sum())
    assert y.min() >= 0
    assert y.max() <= x.max() + 1e-12


def test_a_training_learns_the_same_with_it_and_reads_softer_pictures_afterwards():
    examples = Examples(RNG.integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40, dtype=np.uint8) % 4)
    networks = []
    for layers in ((), ("soften:0.2",)):
        recipe = Recipe(layers=layers, hidden=(6,), epochs=2, batch_size=10)
        networks.append(resolve(recipe, 4).build_network())
        for _ in train(networks[-1], examples, resolve(recipe), positions=np.arange(40)):
            pass
    plain, softening = networks
    np.testing.assert_array_equal(plain.vector, softening.vector)

    x = examples.images[:, :, :, None].astype(np.float32) / 255
    softened = plain.forward(in_use(Soften(0.2), x)[0], training=False, rng=RNG)[0]
    np.testing.assert_allclose(softening.outputs(examples.images), softened, rtol=1e-5, atol=1e-6)


def test_rows_of_numbers_are_refused():
    with pytest.raises(ShapeError, match="takes an image"):
        Soften().build((784,))


@pytest.mark.parametrize("share", [-0.1, 0.51, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(SettingError, match="share"):
        Soften(share)
