"""Winograd's convolution: compared with im2col, which is compared with SciPy; how precise it is; its matrices."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.nn.layers import im2col, winograd
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.toom_cook import matrices
from handwriting.testing import check_layer

RNG = np.random.default_rng(5)


def everything(algorithm: Any, x: Any, weights: Any, bias: Any, y_gradient: Any, *, padding: int) -> list[Any]:
    """Return the output and the three gradients."""
    y, backward = algorithm.convolve(x, weights, bias, padding=padding)
    weight_gradient, bias_gradient, input_gradient = backward(y_gradient)
    return [y, weight_gradient, bias_gradient, input_gradient()]


@given(st.integers(3, 15), st.integers(3, 15), st.integers(0, 2), st.integers(1, 3))
def test_it_agrees_with_im2col(height: int, width: int, padding: int, batch: int) -> None:
    x, weights, bias = RNG.normal(size=(height, width, 2, batch)), RNG.normal(size=(3, 3, 2, 4)), RNG.normal(size=4)
    y_gradient = RNG.normal(size=(height + 2 * padding - 2, width + 2 * padding - 2, 4, batch))
    ours, plain = (everything(which, x, weights, bias, y_gradient, padding=padding) for which in (winograd, im2col))
    for mine, other in zip(ours, plain, strict=True):
        np.testing.assert_allclose(mine, other, atol=1e-10)


@pytest.mark.parametrize("side", [6, 14, 26])
def test_float32_is_precise_enough(side: int) -> None:
    x = RNG.normal(size=(side, side, 64, 8))
    weights, bias = RNG.normal(size=(3, 3, 64, 32)) / 24, np.zeros(32)
    y_gradient = RNG.normal(size=(side - 2, side - 2, 32, 8))
    exact = everything(im2col, x, weights, bias, y_gradient, padding=0)
    narrow = [array.astype(np.float32) for array in (x, weights, bias, y_gradient)]
    single = everything(winograd, *narrow, padding=0)
    for mine, other in zip(single, exact, strict=True):
        assert mine.dtype == np.float32
        assert np.sqrt(np.mean((mine - other) ** 2)) < 1e-5 * np.sqrt(np.mean(other**2))


@pytest.mark.parametrize("shape", [(6, 6, 8), (7, 5, 9)])
@pytest.mark.parametrize("padding", [0, 1])
def test_the_contract_holds_where_the_layer_uses_it(monkeypatch: pytest.MonkeyPatch, shape: Any, padding: int) -> None:
    monkeypatch.delattr(im2col, "convolve")
    check_layer(Conv2d(8, padding=padding), shape)


@pytest.mark.parametrize("layer", [Conv2d(7), Conv2d(8, kernel=5), Conv2d(8, stride=2)])
def test_the_layer_uses_im2col_for_anything_else(monkeypatch: pytest.MonkeyPatch, layer: Any) -> None:
    monkeypatch.delattr(winograd, "convolve")
    shape, declared = layer.build((6, 6, 8))
    made = {name: RNG.normal(size=parameter.shape) for name, parameter in declared.items()}
    y, _ = layer.forward(RNG.normal(size=(2, 6, 6, 8)), made, training=True, rng=RNG)
    assert y.shape == (2, *shape)


@given(st.integers(1, 6), st.integers(1, 6))
def test_the_matrices_compute_a_convolution_in_one_dimension(outputs: int, kernel: int) -> None:
    if outputs + kernel > 9:
        with pytest.raises(ValueError, match="at most 9"):
            matrices(outputs, kernel, np.dtype(np.float64))
        return
    made = matrices(outputs, kernel, np.dtype(np.float64))
    tile, weights = RNG.normal(size=outputs + kernel - 1), RNG.normal(size=kernel)
    y = made.a.T @ ((made.g @ weights) * (made.b.T @ tile))
    np.testing.assert_allclose(y, np.correlate(tile, weights, "valid"), atol=1e-9)
