"""Batch normalization: by batch in training, by running statistics at inference; with several threads; folded."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.errors import SettingError
from handwriting.interfaces import Examples
from handwriting.models import model_file
from handwriting.nn import architecture, losses
from handwriting.nn.folding import folded
from handwriting.nn.initialization import initialize
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.batch_norm import BatchNorm
from handwriting.nn.network import Network
from handwriting.registry import specs
from handwriting.system.thread_pool import use_threads
from handwriting.training.data_parallel import shard_count
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer, make_step

RNG = np.random.default_rng(7)
LAYERS = ("conv2d:4,stride=2", "batch-norm", "relu", "flatten", "dense:16", "batch-norm:0.8", "relu")


def parameters_for(layer: Any, shape: Any) -> Any:
    stages = architecture.plan([layer], shape)
    vector = np.empty(architecture.size(stages), np.float32)
    initialize(stages, vector, RNG)
    return architecture.views(stages, vector)[0]


@pytest.fixture
def examples() -> Any:
    labels = np.arange(120, dtype=np.uint8) % 4
    images = (60 * labels[:, None, None] + RNG.integers(0, 60, (120, 28, 28))).astype(np.uint8)
    return Examples(images, labels)


def train_network(examples: Any, threads: int = 1) -> Any:
    recipe = Recipe(layers=LAYERS, hidden=(), epochs=8, batch_size=20)
    network = resolve(recipe, 4).build_network()
    with use_threads(threads):
        for _ in Trainer(network, examples, resolve(recipe), positions=np.arange(len(examples))).run():
            pass
    return network


def test_every_channel_of_a_batch_has_mean_0_and_deviation_1_afterwards() -> None:
    x = RNG.normal(5, 3, (50, 4, 4, 3)).astype(np.float32)
    y, _ = BatchNorm().forward(x, parameters_for(BatchNorm(), x.shape[1:]), training=True, rng=RNG)
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_inference_uses_the_running_statistics_and_does_not_change_them() -> None:
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


def test_a_batch_of_one_gives_the_shift_and_no_input_gradient() -> None:
    parameters = parameters_for(BatchNorm(), (3,))
    parameters["shift"][:] = [1, 2, 3]
    y, backward = BatchNorm().forward(np.array([[4, 5, 6]], np.float32), parameters, training=True, rng=RNG)
    input_gradient = backward(np.ones_like(y), {name: np.empty(3, np.float32) for name in ("scale", "shift")})
    np.testing.assert_array_equal(y, [[1, 2, 3]])
    np.testing.assert_array_equal(input_gradient, [[0, 0, 0]])


def test_a_trained_network_gives_the_same_outputs_after_it_was_saved_and_loaded(examples: Any, tmp_path: Path) -> None:
    trained = train_network(examples)
    model_file.save(model_file.Model(trained, losses.CrossEntropy(), tuple("0123")), tmp_path / "m.safetensors")
    loaded = model_file.load(tmp_path / "m.safetensors").network
    np.testing.assert_array_equal(loaded.outputs(examples.images), trained.outputs(examples.images))
    assert np.abs(loaded.parameters[1]["mean"]).max() > 0


def test_threads_keep_the_mean_of_their_running_statistics(examples: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handwriting.training.data_parallel.FEWEST_IN_STATISTICS", 40)
    recipe = Recipe(layers=("flatten", "batch-norm"), hidden=())
    network = resolve(recipe, 4).build_network()
    with use_threads(2):
        step = make_step(network, resolve(recipe, 4), 80, RNG)
        step.backpropagate(examples, np.arange(80))
    inputs = examples.images[:80].reshape(80, 784) / 255
    halves = inputs[:40].var(axis=0, ddof=1) + inputs[40:].var(axis=0, ddof=1)
    np.testing.assert_allclose(network.parameters[1]["mean"], 0.1 * inputs.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(network.parameters[1]["variance"], 0.9 + 0.1 * halves / 2, rtol=1e-4)


@pytest.mark.parametrize(("batch", "shards"), [(40, 1), (127, 1), (128, 2), (200, 3), (1000, 5)])
def test_no_shard_is_too_small_for_statistics(batch: int, shards: int) -> None:
    network = resolve(Recipe(layers=("flatten", "batch-norm"), hidden=()), 4).build_network()
    with use_threads(5):
        assert shard_count(network, batch) == shards


def test_two_threads_train_as_well_as_one_and_reproducibly(examples: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handwriting.training.data_parallel.FEWEST_IN_STATISTICS", 10)
    alone, shared = train_network(examples), train_network(examples, threads=2)
    for network in (alone, shared):
        assert np.mean(network.outputs(examples.images).argmax(axis=1) == examples.labels) > 0.9
    np.testing.assert_array_equal(shared.vector, train_network(examples, threads=2).vector)


@given(st.integers(0, 1000), st.sampled_from(["conv2d:3", "conv2d:2,stride=2", "flatten dense:5"]))
def test_folded_into_the_layer_before_it_gives_the_same_outputs(seed: int, before: Any) -> None:
    rng = np.random.default_rng(seed)
    names = [*before.split(), "batch-norm", "relu", "batch-norm", "flatten", "dense:3"]
    network = Network.build([as_layer(specs.make(("layer", "activation"), name)) for name in names], rng)
    network.vector[:] = rng.uniform(0.1, 1, len(network.vector)) * rng.choice([-1, 1], len(network.vector))
    for parameters in network.parameters:
        if "variance" in parameters:
            np.abs(parameters["variance"], out=parameters["variance"])
    images = rng.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    smaller = folded(network)
    assert len(smaller.stages) == len(network.stages) - 1  # the other one has relu before it
    np.testing.assert_allclose(smaller.outputs(images), network.outputs(images), rtol=1e-3, atol=1e-2)


def test_a_network_without_batch_norm_is_not_changed_by_folding() -> None:
    network = Network.build([specs.make("layer", "flatten"), specs.make("layer", "dense:3")], RNG)
    assert folded(network) is network


@pytest.mark.parametrize("settings", [{"decay": 1.0}, {"decay": -0.1}, {"epsilon": 0.0}, {"epsilon": float("inf")}])
def test_settings_out_of_range_are_refused(settings: Any) -> None:
    with pytest.raises(SettingError):
        BatchNorm(**settings)
