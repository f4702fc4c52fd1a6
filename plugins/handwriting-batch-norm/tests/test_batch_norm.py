from pathlib import Path

import numpy as np
import pytest
from handwriting_batch_norm import BatchNorm

from handwriting import architecture, losses, model_file
from handwriting.errors import SettingError
from handwriting.interfaces import Examples, Floats, Shape
from handwriting.recipe import Recipe, build_network
from handwriting.testing import check_layer
from handwriting.trainer import train

RNG = np.random.default_rng(7)


def parameters_for(layer: BatchNorm, shape: Shape) -> dict[str, Floats]:
    stages = architecture.plan([layer], shape)
    vector = np.empty(architecture.size(stages), np.float32)
    architecture.draw(stages, vector, RNG)
    return architecture.views(stages, vector)[0]


@pytest.mark.parametrize("shape", [(6,), (4, 5, 3)])
def test_fulfils_the_contract(shape: Shape) -> None:
    check_layer(BatchNorm(), shape)


def test_a_batch_comes_out_centred_and_of_size_one_in_every_channel() -> None:
    x = RNG.normal(5, 3, (50, 4, 4, 3)).astype(np.float32)
    y, _ = BatchNorm().forward(x, parameters_for(BatchNorm(), x.shape[1:]), training=True, rng=RNG)
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_in_use_it_goes_by_what_it_saw_in_training_and_learns_no_more() -> None:
    layer = BatchNorm(decay=0.5)
    parameters = parameters_for(layer, (2,))
    for _ in range(100):
        layer.forward(RNG.normal([5, -1], [3, 2], (500, 2)), parameters, training=True, rng=RNG)
    np.testing.assert_allclose(parameters["mean"], [5, -1], atol=0.3)
    np.testing.assert_allclose(parameters["variance"], [9, 4], rtol=0.2)

    kept = {name: array.copy() for name, array in parameters.items()}
    x = np.array([[8, 1], [5, -1]], np.float32)
    together, _ = layer.forward(x, parameters, training=False, rng=RNG)
    alone, _ = layer.forward(x[:1], parameters, training=False, rng=RNG)
    np.testing.assert_array_equal(together[:1], alone)
    np.testing.assert_allclose(together, [[1, 1], [0, 0]], atol=0.25)
    assert all(np.array_equal(kept[name], array) for name, array in parameters.items())


def test_a_batch_of_one_is_the_shift_and_passes_no_gradient_back() -> None:
    parameters = parameters_for(BatchNorm(), (3,))
    parameters["shift"][:] = [1, 2, 3]
    y, backward = BatchNorm().forward(np.array([[4, 5, 6]], np.float32), parameters, training=True, rng=RNG)
    passed = backward(np.ones_like(y), {name: np.empty(3, np.float32) for name in ("scale", "shift")})
    np.testing.assert_array_equal(y, [[1, 2, 3]])
    np.testing.assert_array_equal(passed, [[0, 0, 0]])


def test_a_trained_network_answers_the_same_after_it_was_saved_and_loaded(tmp_path: Path) -> None:
    recipe = Recipe(layers=("flatten", "dense:16", "batch-norm:0.8", "relu"), hidden=(), epochs=2, batch_size=20)
    trained = build_network(recipe, classes=4)
    labels = np.arange(100, dtype=np.uint8) % 4
    images = (60 * labels[:, None, None] + RNG.integers(0, 60, (100, 28, 28))).astype(np.uint8)
    for _ in train(trained, Examples(images, labels), recipe, positions=np.arange(100)):
        pass
    model_file.save(model_file.Model(trained, losses.loss("cross-entropy"), tuple("0123")), tmp_path / "m.safetensors")
    loaded = model_file.load(tmp_path / "m.safetensors").network
    np.testing.assert_array_equal(loaded.outputs(images), trained.outputs(images))
    assert np.abs(loaded.parameters[2]["mean"]).max() > 0


@pytest.mark.parametrize("settings", [{"decay": 1.0}, {"decay": -0.1}, {"epsilon": 0.0}, {"epsilon": float("inf")}])
def test_refuses_settings_that_make_no_sense(settings: dict[str, float]) -> None:
    with pytest.raises(SettingError):
        BatchNorm(**settings)
