"""The trainer: it learns, it is reproducible, and it never trains on the validation set."""

import json
from dataclasses import replace
from itertools import chain, count
from typing import Any

import numpy as np
import pytest

from handwriting.errors import DataError, DivergedError, SettingError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples
from handwriting.system.thread_pool import use_threads
from handwriting.training.events import Epoch, Step
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

QUICK = Recipe(hidden=(32,), epochs=3, batch_size=50, validation=0.2)


def blobs(number: int, seed: int = 0) -> Any:
    """Return noisy images with one bright square each, whose position is the label."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, number).astype(np.uint8)
    images = rng.integers(0, 60, (number, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 4)
        image[row * 9 : row * 9 + 7, column * 7 : column * 7 + 7] += 150
    return Examples(images, labels)


def run(recipe: Any, examples: Any, **options: Any) -> Any:
    setup = resolve(recipe)
    network = setup.build_network()
    positions, held = hold_out(len(examples), recipe)
    return network, list(Trainer(network, examples, setup, positions=positions, held_out=held).run(**options))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"optimizer": "sgd"},
        {"optimizer": "momentum", "schedule": "cosine"},
        {"loss": "mse", "activation": "sigmoid", "learning_rate": 0.01},
        {"layers": ("dropout:0.1",), "hidden": (32, 16), "activation": "gelu", "schedule": "linear"},
        {"batch_size": "full", "epochs": 30, "schedule": "constant", "learning_rate": 0.005},
    ],
    ids=str,
)
def test_learns_to_classify(change: Any) -> None:
    recipe = replace(QUICK, **change)
    network, events = run(recipe, blobs(2000))
    test = blobs(500, seed=1)
    assert accuracy(network.outputs(test.images), test.labels) > 0.97
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [epoch.number for epoch in epochs] == list(range(1, recipe.epochs + 1))
    assert epochs[-1].cost < epochs[0].cost
    assert epochs[-1].accuracy is not None
    assert epochs[-1].accuracy > 0.97


def test_overfits_a_hundred_images_with_random_labels() -> None:
    noise = np.random.default_rng(0)
    examples = Examples(
        noise.integers(0, 256, (100, 28, 28)).astype(np.uint8), noise.integers(0, 10, 100).astype(np.uint8)
    )
    network, _ = run(replace(QUICK, epochs=60, batch_size=20, validation=0.0), examples)
    assert accuracy(network.outputs(examples.images), examples.labels) == 1


def test_random_labels_do_not_generalize() -> None:
    examples = blobs(2000)
    shuffled = Examples(examples.images, np.random.default_rng(5).permutation(examples.labels))
    network, _ = run(QUICK, shuffled)
    test = blobs(1000, seed=1)
    assert accuracy(network.outputs(test.images), test.labels) < 0.25


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    recipe = replace(QUICK, layers=("dropout:0.2",))
    examples = blobs(600)
    first, again, other = (run(replace(recipe, seed=seed), examples)[0].vector for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_epoch_trains_on_every_example_once_except_the_validation_set() -> None:
    recipe = replace(QUICK, epochs=1, batch_size=7)
    examples = blobs(103)
    positions, held = hold_out(103, recipe)
    assert sorted([*positions, *held]) == list(range(103))
    assert len(held) == 21
    steps = [event for event in run(recipe, examples)[1] if isinstance(event, Step)]
    assert steps[-1].done == steps[-1].total == 82
    assert len(steps) == 12  # 11 full batches and one of 5


def test_the_validation_set_does_not_change_the_weights() -> None:
    examples = blobs(400)
    recipe = replace(QUICK, epochs=1)
    _, held = hold_out(400, recipe)
    changed = Examples(examples.images.copy(), examples.labels.copy())
    changed.images[held] = 0
    assert np.array_equal(run(recipe, examples)[0].vector, run(recipe, changed)[0].vector)


def test_divergence_ends_the_training_with_the_last_good_weights() -> None:
    recipe = replace(QUICK, optimizer="sgd", learning_rate=1e18, schedule="constant", validation=0.0)
    network = resolve(recipe).build_network()
    start = network.vector.copy()
    with pytest.raises(DivergedError, match="epoch 1.*--learning-rate"), np.errstate(all="ignore"):
        list(Trainer(network, blobs(500), resolve(recipe), positions=np.arange(500)).run())
    assert np.array_equal(network.vector, start)


def test_divergence_in_a_later_epoch_keeps_the_weights_of_the_one_before() -> None:
    examples = blobs(200)
    recipe = replace(QUICK, optimizer="sgd", learning_rate=0.1, schedule="constant", validation=0.0)
    network = resolve(recipe).build_network()
    with pytest.raises(DivergedError, match="epoch 2"):
        for event in Trainer(network, examples, resolve(recipe), positions=np.arange(200)).run():
            if isinstance(event, Epoch):
                good = network.vector.copy()
                network.parameters[1]["weights"][...] = np.nan
    assert np.array_equal(network.vector, good)


def test_stops_after_the_batch_when_asked_to() -> None:
    _, events = run(QUICK, blobs(600), stopped=iter([False, False, True]).__next__)
    assert len(events) == 3


def test_the_schedule_and_the_default_rate_of_the_optimizer_are_used() -> None:
    _, events = run(replace(QUICK, optimizer="sgd", schedule="constant"), blobs(200))
    assert {event.learning_rate for event in events if isinstance(event, Epoch)} == {0.5}
    _, events = run(replace(QUICK, schedule="linear", learning_rate=0.3), blobs(200))
    rates = [event.learning_rate for event in events if isinstance(event, Epoch)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.05


@pytest.mark.parametrize(("count", "validation"), [(1, 0.5), (3, 0.1), (10, 0.99)])
def test_a_validation_fraction_that_leaves_nothing_is_refused(count: int, validation: float) -> None:
    with pytest.raises(DataError, match="--validation"):
        hold_out(count, replace(QUICK, validation=validation))


def test_an_unknown_schedule_lists_the_known_ones() -> None:
    with pytest.raises(SettingError, match="one-cycle"):
        resolve(Recipe(schedule="weekly"))


def test_the_last_weights_within_the_standard_error_of_the_best_are_kept() -> None:
    examples, outputs = blobs(400), []
    recipe = replace(QUICK, epochs=8, schedule="constant", optimizer="sgd", learning_rate=1.5)
    positions, held = hold_out(400, recipe)
    network = resolve(recipe).build_network()
    epochs = []
    for event in Trainer(network, examples, resolve(recipe), positions=positions, held_out=held).run():
        if isinstance(event, Epoch):
            epochs.append(event)
            outputs.append(network.outputs(examples.images))
    accuracies = [epoch.accuracy or 0.0 for epoch in epochs]
    best = max(accuracies)
    standard_error = np.sqrt(best * (1 - best) / len(held))
    kept = max(epoch.number for epoch, right in zip(epochs, accuracies, strict=True) if right >= best - standard_error)
    assert [epoch.number for epoch in epochs if epoch.kept][-1] == kept
    assert min(accuracies) < best - standard_error
    assert np.array_equal(network.outputs(examples.images), outputs[kept - 1])


def test_patience_ends_a_training_that_does_not_improve() -> None:
    examples = blobs(300)
    noise = Examples(examples.images, np.random.default_rng(0).permutation(examples.labels))
    _, events = run(replace(QUICK, epochs=100, patience=2), noise)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert len(epochs) < 100
    assert [epoch.best for epoch in epochs[-3:]] == [True, False, False]


def test_patience_needs_a_validation_set() -> None:
    with pytest.raises(SettingError, match="--validation"):
        Recipe(patience=3, validation=0.0)


def test_a_time_limit_ends_training_and_its_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr("handwriting.training.trainer.time.perf_counter", lambda: next(clock))
    _, events = run(replace(QUICK, epochs=1000, time_limit=200.0, schedule="linear"), blobs(300))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert 1 < len(epochs) < 30
    assert epochs[-1].learning_rate < 0.1 * epochs[0].learning_rate


def test_a_time_limit_that_is_not_reached_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the first step, which is slow, since it loads libraries."""
    free, _ = run(QUICK, blobs(300))
    readings = chain([0.0, 5.0], count(5.0, 0.01))
    monkeypatch.setattr("handwriting.training.trainer.time.perf_counter", lambda: next(readings))
    recipe = replace(QUICK, time_limit=1000.0)
    trainer = Trainer(resolve(recipe).build_network(), blobs(300), resolve(recipe), positions=np.arange(300))
    limited, _ = run(recipe, blobs(300))
    assert np.array_equal(free.vector, limited.vector)
    list(trainer.run())
    assert not trainer.is_hurried
    trainer.time_limit = 0.001
    trainer.history.clear()
    list(trainer.run())
    assert trainer.is_hurried


def test_weight_decay_makes_the_weights_smaller() -> None:
    examples = blobs(300)
    plain, _ = run(QUICK, examples)
    decayed, _ = run(replace(QUICK, weight_decay=1.0), examples)
    weights = [network.parameters[1]["weights"] for network in (decayed, plain)]
    assert np.linalg.norm(weights[0]) < 0.98 * np.linalg.norm(weights[1])
    images, labels = examples.images, examples.labels
    assert accuracy(decayed.outputs(images), labels) > 0.95


def test_averaged_weights_are_evaluated_and_kept() -> None:
    recipe = replace(QUICK, average=0.9, validation=0.2, schedule="constant", learning_rate=0.01)
    examples = blobs(600)
    setup = resolve(recipe)
    trainer = Trainer(setup.build_network(), examples, setup, positions=np.arange(500), held_out=np.arange(500, 600))
    list(trainer.run())
    assert trainer.average is not None
    right = accuracy(trainer.average.network.outputs(examples.images[500:]), examples.labels[500:])
    assert trainer.history[-1].accuracy == right
    assert right > 0.9
    assert np.array_equal(trainer.network.vector, trainer.kept)


def test_annealed_augmentation_gets_weaker_from_batch_to_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(QUICK, augment="rotation=20,annealing=0.75", epochs=2, batch_size=100)
    trainer = Trainer(resolve(recipe).build_network(), blobs(400), resolve(recipe), positions=np.arange(400))
    backpropagate, rotations = trainer.step.backpropagate, []

    def spy(examples: Any, batch: Any, augment: Any) -> Any:
        rotations.append(augment.rotation)
        return backpropagate(examples, batch, augment)

    monkeypatch.setattr(trainer.step, "backpropagate", spy)
    list(trainer.run())
    assert rotations == pytest.approx([20 * (1 - 0.75 * batch / 8) for batch in range(8)])


EVERYTHING: dict[str, Any] = {
    "layers": ("flatten", "dense:20", "batch-norm", "relu", "dropout:0.1"), "augment": "annealing=0.5", "average": 0.9,
    "weight_decay": 0.01, "label_smoothing": 0.1, "epochs": 5,
}  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd"])
def test_a_resumed_training_gives_the_same_bits_as_an_uninterrupted_one(optimizer: str, threads: int) -> None:
    recipe, examples = replace(QUICK, optimizer=optimizer, **EVERYTHING), blobs(300)

    def trainer() -> Any:
        network = resolve(recipe).build_network()
        return Trainer(network, examples, resolve(recipe), positions=np.arange(250), held_out=np.arange(250, 300))

    with use_threads(threads):
        uninterrupted = trainer()
        for event in uninterrupted.run():
            if isinstance(event, Epoch) and event.number == 3:
                arrays, values = uninterrupted.state()
                saved = {name: array.copy() for name, array in arrays.items()}, json.loads(json.dumps(values))
        resumed = trainer()
        resumed.restore(*saved)
        epochs = [event for event in resumed.run() if isinstance(event, Epoch)]
    assert [epoch.number for epoch in epochs] == [4, 5]
    assert np.array_equal(resumed.network.vector, uninterrupted.network.vector)
    assert [(e.cost, e.accuracy) for e in resumed.history] == [(e.cost, e.accuracy) for e in uninterrupted.history]
