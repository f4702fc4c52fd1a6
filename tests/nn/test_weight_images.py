"""Weight images: each weight is where its pixel is."""

import numpy as np
import pytest

from handwriting.nn import weight_images
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


def test_each_weight_is_where_its_pixel_is() -> None:
    network = resolve(Recipe(hidden=(5,))).build_network()
    weights = network.parameters[1]["weights"]
    found = weight_images.first_weights(network)
    assert found is not None
    assert found.shape == (5, 28, 28)
    assert found[3, 2, 7] == weights[2 * 28 + 7, 3]
    weights[:, 2] *= 10
    assert (weight_images.strongest(found, 1)[0] == found[2]).all()
    assert np.abs(weight_images.scaled(found)).max(axis=(1, 2)) == pytest.approx(1)
    conv = resolve(Recipe(layers=("conv2d:4,kernel=3",), hidden=())).build_network()
    kernels = weight_images.first_weights(conv)
    assert kernels is not None
    assert kernels.shape == (4, 3, 3)
