"""Batch normalization and the activation behind it as one step: the same bits as one after the other."""

from typing import Any

import numpy as np
import pytest

from handwriting.nn import architecture
from handwriting.nn.fusion import NormalizedActivation, fused
from handwriting.nn.layers import blockwise
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.registry import specs
from handwriting.testing import check_layer


def layers_of(names: str) -> list[Any]:
    return [as_layer(specs.make(("layer", "activation"), name)) for name in names.split()]


@pytest.mark.parametrize("name", ["relu", "swish", "tanh", "elu:0.5"])
@pytest.mark.parametrize("shape", [(4, 5, 3), (6,)])
@pytest.mark.parametrize("training", [True, False])
def test_it_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch, name: str, shape: Any, training: bool) -> None:
    monkeypatch.setattr(blockwise, "BLOCK", 40)
    rng, (activation,) = np.random.default_rng(2), layers_of(name)
    x, gradient = rng.normal(1, 2, (2, 7, *shape)).astype(np.float32)
    parameters = {
        key: rng.uniform(0.5, 2, shape[-1:]).astype(np.float32) for key in ("scale", "shift", "mean", "variance")
    }
    results = []
    for together in (True, False):
        own = {key: array.copy() for key, array in parameters.items()}
        gradients = {key: np.empty(shape[-1:], np.float32) for key in ("scale", "shift")}
        if together:
            layer = NormalizedActivation(BatchNorm(), activation.activation)
            a, backward = layer.forward(x, own, training=training, rng=rng)
            x_gradient = backward(gradient, gradients)
        else:
            y, norm_backward = BatchNorm().forward(x, own, training=training, rng=rng)
            a, backward = activation.forward(y, {}, training=training, rng=rng)
            x_gradient = norm_backward(backward(gradient, {}), gradients)
        results.append([a, x_gradient, *gradients.values(), *own.values()])
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_contract_holds() -> None:
    (swish,) = layers_of("swish")
    check_layer(NormalizedActivation(BatchNorm(), swish.activation), (3, 4, 2))


def test_only_an_activation_directly_behind_is_fused() -> None:
    names = "batch-norm relu conv2d:2 relu batch-norm max-pool relu batch-norm batch-norm swish relu flatten dense:3"
    stages = architecture.plan(layers_of(names))
    steps = fused([stage.layer for stage in stages])
    assert [position for position, _ in steps] == [0, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    assert [position for position, layer in steps if isinstance(layer, NormalizedActivation)] == [0, 8]
