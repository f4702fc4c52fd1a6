import pytest
from handwriting_softsign import Softsign

from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.testing import check_activation


def test_softsign_fulfils_the_contract() -> None:
    check_activation(Softsign())


def test_it_can_be_exported() -> None:
    testing = pytest.importorskip("handwriting_onnx.testing")
    for before in ([Conv2d(3)], [Flatten(), Dense(6)]):
        testing.check_export(testing.small_model(*before, Softsign()))
