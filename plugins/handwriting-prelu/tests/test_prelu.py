import numpy as np
import pytest
from handwriting_prelu import PRelu

from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.network import Network
from handwriting.registry import specs
from handwriting.testing import check_activation, check_layer
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve


def test_fulfils_the_contract_for_units_and_for_channels() -> None:
    check_activation(PRelu())
    check_layer(PRelu(0.1), (4, 5, 3))


def test_each_channel_has_its_own_slope_below_zero() -> None:
    slopes = np.array([0.0, 0.5], np.float32)
    z = np.array([[[-2, -2], [3, 3]]], np.float32)
    a, _ = PRelu().forward(z, {"slopes": slopes}, training=False, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(a, [[[0, -1], [3, 3]]])


@pytest.mark.parametrize(("text", "start"), [("prelu", 0.25), ("prelu:0.1", 0.1)])
def test_can_be_given_as_an_activation(text: str, start: float) -> None:
    network = resolve(Recipe(hidden=(8,), activation=text)).build_network()
    assert slopes_of(network) == [pytest.approx([start] * 8)]
    assert specs.describe(network.stages[2].layer) == text


def test_the_weights_before_it_are_initialized_by_the_rule_of_he() -> None:
    prelu, relu = (resolve(Recipe(hidden=(8,), activation=name)).build_network() for name in ("prelu", "relu"))
    np.testing.assert_array_equal(prelu.parameters[1]["weights"], relu.parameters[1]["weights"])


def slopes_of(network: Network) -> list[list[float]]:
    return [own["slopes"].tolist() for own in network.parameters if "slopes" in own]


def test_it_can_be_exported() -> None:
    testing = pytest.importorskip("handwriting_onnx.testing")
    for before in ([Conv2d(3)], [Flatten(), Dense(6)]):
        testing.check_export(testing.small_model(*before, PRelu()))
