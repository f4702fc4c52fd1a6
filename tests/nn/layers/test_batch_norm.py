"""Batch normalisation: in training by the batch, in use by what it saw; shared out among threads; folded away."""

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
from handwriting.training.trainer import make_step, train

RNG = np.random.default_rng(7)
LAYERS = ("conv2d:4,stride=2", "batch-norm", "relu", "flatten", "dense:16", "batch-norm:0.8", "relu")


def parameters_for(layer, shape):
    stages = architecture.plan([layer], shape)
    vector = np.empty(architecture.size(stages), np.float32)
    initialize(stages, vector, RNG)
    return architecture.views(stages, vector)[0]


@pytest.fixture
def examples():
    labels = np.arange(120, dtype=np.uint8) % 4
    images = (60 * labels[:, None, None] + RNG.integers(0, 60, (120, 28, 28))).astype(np.uint8)
    return Examples(images, labels)


def taught(examples, threads=1):
    recipe = Recipe(layers=LAYERS, hidden=(), epochs=8, batch_size=20)
    network = resolve(recipe, 4).build_network()
    with use_threads(threads):
        for _ in train(network, examples, resolve(recipe), positions=np.arange(len(examples))):
            pass
    return network


def test_a_batch_comes_out_centred_and_of_size_one_in_every_channel():
    x = RNG.normal(5, 3, (50, 4, 4, 3)).astype(np.float32)
    y, _ = BatchNorm().forward(x, parameters_for(BatchNorm(), x.shape[1:]), training=True, rng=RNG)
    np.testing.assert_allclose(y.mean(axis=(0, 1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(0, 1, 2)), 1, atol=1e-4)


def test_in_use_it_goes_by_what_it_saw_in_training_and_learns_no_more():
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


def test_a_batch_of_one_is_the_shift_and_passes_no_gradient_back():
    parameters = parameters_for(BatchNorm(), (3,))
    parameters["shift"][:] = [1, 2, 3]
    y, backward = BatchNorm().forward(np.array([[4, 5, 6]], np.float32), parameters, training=True, rng=RNG)
    passed = backward(np.ones_like(y), {name: np.empty(3, np.float32) for name in ("scale", "shift")})
    np.testing.assert_array_equal(y, [[1, 2, 3]])
    np.testing.assert_array_equal(passed, [[0, 0, 0]])


def test_a_trained_network_answers_the_same_after_it_was_saved_and_loaded(examples, tmp_path):
    trained = taught(examples)
    model_file.save(model_file.Model(trained, losses.CrossEntropy(), tuple("0123")), tmp_path / "m.safetensors")
    loaded = model_file.load(tmp_path / "m.safetensors").network
    np.testing.assert_array_equal(loaded.outputs(examples.images), trained.outputs(examples.images))
    assert np.abs(loaded.parameters[1]["mean"]).max() > 0


def test_threads_keep_the_mean_of_what_each_saw(examples, monkeypatch):
    monkeypatch.setattr("handwriting.training.data_parallel.SMALLEST_SHARD", 1)
    monkeypatch.setattr("handwriting.training.data_parallel.FEWEST_IN_STATISTICS", 40)
    recipe = Recipe(layers=("flatten", "batch-norm"), hidden=())
    network = resolve(recipe, 4).build_network()
    with use_threads(2):
        step = make_step(network, resolve(recipe, 4), 80, RNG)
        step.backpropagate(examples, np.arange(80))
    seen = examples.images[:80].reshape(80, 784) / 255
    halves = seen[:40].var(axis=0, ddof=1) + seen[40:].var(axis=0, ddof=1)
    np.testing.assert_allclose(network.parameters[1]["mean"], 0.1 * seen.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(network.parameters[1]["variance"], 0.9 + 0.1 * halves / 2, rtol=1e-4)


@pytest.mark.parametrize(("batch", "shares"), [(40, 1), (127, 1), (128, 2), (200, 3), (1000, 5)])
def test_no_share_is_too_small_for_statistics_however_many_threads_there_are(monkeypatch, batch, shares):
    monkeypatch.setattr("handwriting.training.data_parallel.SMALLEST_SHARD", 1)
    network = resolve(Recipe(layers=("flatten", "batch-norm"), hidden=()), 4).build_network()
    with use_threads(5):
        assert shard_count(network, batch, augmented=False) == shares


def test_two_threads_read_as_well_as_one_and_always_the_same(examples, monkeypatch):
    monkeypatch.setattr("handwriting.training.data_parallel.SMALLEST_SHARD", 1)
    monkeypatch.setattr("handwriting.training.data_parallel.FEWEST_IN_STATISTICS", 10)
    alone, shared = taught(examples), taught(examples, threads=2)
    for network in (alone, shared):
        assert np.mean(network.outputs(examples.images).argmax(axis=1) == examples.labels) > 0.9
    np.testing.assert_array_equal(shared.vector, taught(examples, threads=2).vector)


@given(st.integers(0, 1000), st.sampled_from(["conv2d:3", "conv2d:2,stride=2", "flatten dense:5"]))
def test_folded_into_the_layer_before_it_gives_the_same_outputs(seed, before):
    rng = np.random.default_rng(seed)
    names = [*before.split(), "batch-norm", "relu", "batch-norm", "flatten", "dense:3"]
    network = Network.build([as_layer(specs.make(("layer", "activation"), name)) for name in names], rng)
    network.vector[:] = rng.uniform(0.1, 1, len(network.vector)) * rng.choice([-1, 1], len(network.vector))
    for parameters in network.parameters:
        if "variance" in parameters:
            np.abs(parameters["variance"], out=parameters["variance"])
    images = rng.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    lighter = folded(network)
    assert len(lighter.stages) == len(network.stages) - 1  # the other one has relu before it
    np.testing.assert_allclose(lighter.outputs(images), network.outputs(images), rtol=1e-3, atol=1e-2)


def test_nothing_to_fold_changes_nothing():
    network = Network.build([specs.make("layer", "flatten"), specs.make("layer", "dense:3")], RNG)
    assert folded(network) is network


@pytest.mark.parametrize("settings", [{"decay": 1.0}, {"decay": -0.1}, {"epsilon": 0.0}, {"epsilon": float("inf")}])
def test_refuses_settings_that_make_no_sense(settings):
    with pytest.raises(SettingError):
        BatchNorm(**settings)
