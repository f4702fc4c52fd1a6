from pathlib import Path

import numpy as np
import pytest
from handwriting_layer_norm import LayerNorm

from handwriting.errors import SettingError
from handwriting.interfaces import Examples, Floats, Shape
from handwriting.models import model_file
from handwriting.nn import architecture, losses
from handwriting.nn.initialization import initialize
from handwriting.nn.layers.conv2d import Conv2d
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.testing import check_layer
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

RNG = np.random.default_rng(7)


def parameters_for(layer: LayerNorm, shape: Shape) -> dict[str, Floats]:
    stages = architecture.plan([layer], shape)
    vector = np.empty(architecture.size(stages), np.float32)
    initialize(stages, vector, RNG)
    return architecture.views(stages, vector)[0]


@pytest.mark.parametrize("shape", [(6,), (4, 5, 3)])
def test_fulfils_the_contract(shape: Shape) -> None:
    check_layer(LayerNorm(), shape)


def test_every_example_gets_mean_0_and_variance_1() -> None:
    x = RNG.normal(5, 3, (50, 4, 4, 3)).astype(np.float32)
    y, _ = LayerNorm().forward(x, parameters_for(LayerNorm(), x.shape[1:]), training=True, rng=RNG)
    np.testing.assert_allclose(y.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(1, 2, 3)), 1, atol=1e-4)


def test_an_example_with_equal_units_becomes_the_shift() -> None:
    parameters = parameters_for(LayerNorm(), (3,))
    parameters["shift"][:] = [1, 2, 3]
    y, _ = LayerNorm().forward(np.full((1, 3), 7, np.float32), parameters, training=True, rng=RNG)
    np.testing.assert_array_equal(y, [[1, 2, 3]])


def test_a_trained_network_gives_the_same_outputs_after_loading(tmp_path: Path) -> None:
    recipe = Recipe(layers=("flatten", "dense:16", "layer-norm", "relu"), hidden=(), epochs=2, batch_size=20)
    trained = resolve(recipe, 4).build_network()
    labels = np.arange(100, dtype=np.uint8) % 4
    images = (60 * labels[:, None, None] + RNG.integers(0, 60, (100, 28, 28))).astype(np.uint8)
    for _ in Trainer(trained, Examples(images, labels), resolve(recipe), positions=np.arange(100)).run():
        pass
    model_file.save(model_file.Model(trained, losses.CrossEntropy(), tuple("0123")), tmp_path / "m.safetensors")
    loaded = model_file.load(tmp_path / "m.safetensors").network
    np.testing.assert_array_equal(loaded.outputs(images), trained.outputs(images))


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("inf")])
def test_settings_out_of_range_are_refused(epsilon: float) -> None:
    with pytest.raises(SettingError):
        LayerNorm(epsilon)


def test_it_can_be_exported() -> None:
    testing = pytest.importorskip("handwriting_onnx.testing")
    for before in ([Conv2d(3)], [Flatten(), Dense(6)]):
        testing.check_export(testing.small_model(*before, LayerNorm()))
