"""Data parallelism: a batch in shards, one for each thread, gives the same steps as the whole batch."""

from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Examples
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.network import Network
from handwriting.registry import loading, specs
from handwriting.system.thread_pool import use_threads
from handwriting.training import data_parallel
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import TrainingStep, make_step

LAYERS = ("flatten", "dense:20", "gelu", "dense:10")


def examples(count: int = 100) -> Any:
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (count, 28, 28)), rng.integers(0, 10, count)
    return Examples(images.astype(np.uint8), labels.astype(np.uint8))


def make(threads: Any, *layers: Any, optimizer: str = "adam") -> Any:
    """Return a training step and its network; with more than one thread, call it within `use_threads`."""
    parts = [as_layer(specs.make(("layer", "activation"), name)) for name in layers]
    network = Network.build(parts, np.random.default_rng(1))
    return make_step(network, resolve(Recipe(optimizer=optimizer)), 40, np.random.default_rng(2)), network


def train(
    threads: Any, *layers: Any, batches: Any = ((0, 40), (40, 80), (80, 81), (81, 100)), optimizer: str = "adam"
) -> Any:
    with use_threads(threads):
        step, network = make(threads, *layers, optimizer=optimizer)
        costs = []
        for start, end in batches:
            costs.append(step.backpropagate(examples(), np.arange(start, end)))
            step.update(0.01)
    return costs, network.vector


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("threads", [2, 3, 7])
def test_shards_give_the_same_steps_as_the_whole_batch(threads: int, optimizer: str) -> None:
    costs, vector = train(1, *LAYERS, optimizer=optimizer)
    shard_costs, shard_vector = train(threads, *LAYERS, optimizer=optimizer)
    np.testing.assert_allclose(shard_costs, costs, rtol=2e-4)
    np.testing.assert_allclose(shard_vector, vector, atol=3e-4)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_same_number_of_threads_gives_the_same_bits(threads: int) -> None:
    layers = ("dropout:0.2", *LAYERS)
    first, second = train(threads, *layers), train(threads, *layers)
    assert first[0] == second[0]
    assert np.array_equal(first[1], second[1])


def test_each_shard_has_its_own_random_numbers() -> None:
    with use_threads(2):
        step, _ = make(2, "dropout:0.2", *LAYERS)
    assert [rng.random() for rng in step.generators] != [step.generators[0].random()] * 2


def test_what_can_not_be_divided_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with use_threads(2):
        assert [len(make(2, *LAYERS)[0].replicas), len(make(2, *LAYERS)[0].slices)] == [2, 2]
        monkeypatch.setattr(loading.load("optimizer", "adam"), "elementwise", False)
        assert [len(make(2, *LAYERS)[0].replicas), len(make(2, *LAYERS)[0].slices)] == [2, 1]
        monkeypatch.setattr(loading.load("layer", "dropout"), "independent", False)
        assert isinstance(make(2, "dropout:0.2", *LAYERS)[0], TrainingStep)


@pytest.mark.parametrize(
    ("recipe", "images", "expected"),
    [
        (Recipe(), 60_000, 1),
        (Recipe(hidden=(1024, 512), batch_size=128), 60_000, 2),
        (Recipe(hidden=(1024, 512), batch_size=128, augment=""), 60_000, 5),
        (Recipe(batch_size="full"), 60_000, 16),
        (Recipe(batch_size="full"), 100, 1),
        (Recipe(layers=("conv2d:16", "relu"), batch_size=128), 60_000, 10),
        (Recipe(layers=("conv2d:16", "batch-norm", "relu"), batch_size=128), 60_000, 2),  # 64 in each shard
    ],
)
def test_large_work_is_given_more_threads(
    recipe: Recipe, images: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_parallel, "usable_processors", lambda: 16)
    nothing = Examples(np.zeros((images, 28, 28), np.uint8), np.zeros(images, np.uint8))
    assert data_parallel.suitable_threads(resolve(recipe), nothing) == expected
    monkeypatch.setattr(data_parallel, "usable_processors", lambda: 1)
    assert data_parallel.suitable_threads(resolve(recipe), nothing) == 1
