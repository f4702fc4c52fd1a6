"""The trainer: that it learns what can be learnt, nothing else, and always the same."""

import json
from dataclasses import replace

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
from handwriting.training.trainer import Trainer, train

QUICK = Recipe(hidden=(32,), epochs=3, batch_size=50, validation=0.2)


def blobs(count, seed=0):
    """Pictures with one bright square each, whose place is the label: easy, but noisy."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 4)
        image[row * 9 : row * 9 + 7, column * 7 : column * 7 + 7] += 150
    return Examples(images, labels)


def run(recipe, examples, **options):
    setup = resolve(recipe)
    network = setup.build_network()
    positions, held = hold_out(len(examples), recipe)
    return network, list(train(network, examples, setup, positions=positions, held_out=held, **options))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"optimizer": "sgd"},
        {"optimizer": "momentum", "schedule": "cosine"},
        {"loss": "mse", "activation": "sigmoid", "learning_rate": 0.01},
        {"layers": ("dropout:0.1",), "hidden": (32, 16), "activation": "gelu", "schedule": "linear"},
        {"batch_size": None, "epochs": 30, "schedule": "constant", "learning_rate": 0.005},
    ],
    ids=str,
)
def test_learns_what_can_be_learnt(change):
    recipe = replace(QUICK, **change)
    network, events = run(recipe, blobs(2000))
    test = blobs(500, seed=1)
    assert accuracy(network.outputs(test.images), test.labels) > 0.97
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [epoch.number for epoch in epochs] == list(range(1, recipe.epochs + 1))
    assert epochs[-1].cost < epochs[0].cost
    assert epochs[-1].accuracy > 0.97


def test_learns_a_hundred_pictures_by_heart_also_with_labels_at_random():
    noise = np.random.default_rng(0)
    examples = Examples(
        noise.integers(0, 256, (100, 28, 28)).astype(np.uint8), noise.integers(0, 10, 100).astype(np.uint8)
    )
    network, _ = run(replace(QUICK, epochs=60, batch_size=20, validation=0.0), examples)
    assert accuracy(network.outputs(examples.images), examples.labels) == 1


def test_labels_at_random_teach_nothing():
    examples = blobs(2000)
    shuffled = Examples(examples.images, np.random.default_rng(5).permutation(examples.labels))
    network, _ = run(QUICK, shuffled)
    test = blobs(1000, seed=1)
    assert accuracy(network.outputs(test.images), test.labels) < 0.25


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    recipe = replace(QUICK, layers=("dropout:0.2",))
    examples = blobs(600)
    first, again, other = (run(replace(recipe, seed=seed), examples)[0].vector for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_every_example_is_learnt_once_an_epoch_and_held_out_ones_never():
    recipe = replace(QUICK, epochs=1, batch_size=7)
    examples = blobs(103)
    positions, held = hold_out(103, recipe)
    assert sorted([*positions, *held]) == list(range(103))
    assert len(held) == 21
    steps = [event for event in run(recipe, examples)[1] if isinstance(event, Step)]
    assert steps[-1].done == steps[-1].total == 82
    assert len(steps) == 12  # 11 full batches and one of 5


def test_what_is_held_out_does_not_change_what_is_learnt():
    examples = blobs(400)
    recipe = replace(QUICK, epochs=1)
    _, held = hold_out(400, recipe)
    changed = Examples(examples.images.copy(), examples.labels.copy())
    changed.images[held] = 0
    assert np.array_equal(run(recipe, examples)[0].vector, run(recipe, changed)[0].vector)


def test_a_cost_that_goes_to_infinity_stops_and_leaves_the_last_good_weights():
    recipe = replace(QUICK, optimizer="sgd", learning_rate=1e30, schedule="constant", validation=0.0)
    network = resolve(recipe).build_network()
    start = network.vector.copy()
    with pytest.raises(DivergedError, match="epoch 1.*--learning-rate"), np.errstate(all="ignore"):
        list(train(network, blobs(500), resolve(recipe), positions=np.arange(500)))
    assert np.array_equal(network.vector, start)


def test_divergence_in_a_later_epoch_keeps_what_was_learnt_before():
    examples = blobs(200)
    recipe = replace(QUICK, optimizer="sgd", learning_rate=0.1, schedule="constant", validation=0.0)
    network = resolve(recipe).build_network()
    with pytest.raises(DivergedError, match="epoch 2"):
        for event in train(network, examples, resolve(recipe), positions=np.arange(200)):
            if isinstance(event, Epoch):
                good = network.vector.copy()
                network.parameters[1]["weights"][...] = np.nan
    assert np.array_equal(network.vector, good)


def test_stops_after_the_batch_when_asked_to():
    _, events = run(QUICK, blobs(600), stopped=iter([False, False, True]).__next__)
    assert len(events) == 3


def test_schedules_and_optimizers_own_rates_are_used():
    _, events = run(replace(QUICK, optimizer="sgd", schedule="constant"), blobs(200))
    assert {event.learning_rate for event in events if isinstance(event, Epoch)} == {0.5}
    _, events = run(replace(QUICK, schedule="linear", learning_rate=0.3), blobs(200))
    rates = [event.learning_rate for event in events if isinstance(event, Epoch)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 0.05


@pytest.mark.parametrize(("count", "share"), [(1, 0.5), (3, 0.1), (10, 0.99)])
def test_a_share_that_leaves_nothing_is_refused(count, share):
    with pytest.raises(DataError, match="--validation"):
        hold_out(count, replace(QUICK, validation=share))


def test_an_unknown_schedule_names_those_there_are():
    with pytest.raises(SettingError, match="one-cycle"):
        Recipe(schedule="weekly")


def test_the_last_weights_that_are_best_but_for_chance_are_kept():
    examples, outputs = blobs(400), []
    recipe = replace(QUICK, epochs=8, schedule="constant", optimizer="sgd", learning_rate=1.5)
    positions, held = hold_out(400, recipe)
    network = resolve(recipe).build_network()
    epochs = []
    for event in train(network, examples, resolve(recipe), positions=positions, held_out=held):
        if isinstance(event, Epoch):
            epochs.append(event)
            outputs.append(network.outputs(examples.images))
    best = max(epoch.accuracy for epoch in epochs)
    chance = np.sqrt(best * (1 - best) / len(held))
    kept = max(epoch.number for epoch in epochs if epoch.accuracy >= best - chance)
    assert [epoch.number for epoch in epochs if epoch.kept][-1] == kept
    assert min(epoch.accuracy for epoch in epochs) < best - chance
    assert np.array_equal(network.outputs(examples.images), outputs[kept - 1])


def test_patience_ends_what_gets_no_better():
    examples = blobs(300)
    noise = Examples(examples.images, np.random.default_rng(0).permutation(examples.labels))
    _, events = run(replace(QUICK, epochs=100, patience=2), noise)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert len(epochs) < 100
    assert [epoch.best for epoch in epochs[-3:]] == [True, False, False]


def test_patience_needs_pictures_to_check_with():
    with pytest.raises(SettingError, match="--validation"):
        Recipe(patience=3, validation=0.0)


def test_a_time_limit_ends_training_and_its_schedule(monkeypatch):
    clock = iter(range(10**6))
    monkeypatch.setattr("handwriting.training.trainer.time.perf_counter", lambda: next(clock))
    _, events = run(replace(QUICK, epochs=1000, time_limit=200.0, schedule="linear"), blobs(300))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert 1 < len(epochs) < 30
    assert epochs[-1].learning_rate < 0.1 * epochs[0].learning_rate


def test_weight_decay_shrinks_weights_and_leaves_biases_alone():
    examples = blobs(300)
    plain, _ = run(QUICK, examples)
    decayed, _ = run(replace(QUICK, weight_decay=1.0), examples)
    weights = [network.parameters[1]["weights"] for network in (decayed, plain)]
    assert np.linalg.norm(weights[0]) < 0.98 * np.linalg.norm(weights[1])
    images, labels = examples.images, examples.labels
    assert accuracy(decayed.outputs(images), labels) > 0.95


def test_averaged_weights_are_smoother_and_are_the_ones_kept():
    recipe = replace(QUICK, average=0.9, validation=0.2, schedule="constant", learning_rate=0.01)
    examples = blobs(600)
    setup = resolve(recipe)
    trainer = Trainer(setup.build_network(), examples, setup, positions=np.arange(500), held_out=np.arange(500, 600))
    *_, last = trainer.run()
    assert last.accuracy == accuracy(trainer.average.network.outputs(examples.images[500:]), examples.labels[500:])
    assert last.accuracy > 0.9
    assert np.array_equal(trainer.network.vector, trainer.kept)


def test_augmentation_gets_weaker_from_batch_to_batch_where_it_is_annealed(monkeypatch):
    recipe = replace(QUICK, augment="rotation=20,annealing=0.75", epochs=2, batch_size=100)
    trainer = Trainer(resolve(recipe).build_network(), blobs(400), resolve(recipe), positions=np.arange(400))
    learn, rotations = trainer.step.backpropagate, []

    def spy(examples, batch, augment):
        rotations.append(augment.rotation)
        return learn(examples, batch, augment)

    monkeypatch.setattr(trainer.step, "backpropagate", spy)
    list(trainer.run())
    assert rotations == pytest.approx([20 * (1 - 0.75 * batch / 8) for batch in range(8)])


EVERYTHING = {
    "layers": ("flatten", "dense:20", "batch-norm", "relu", "dropout:0.1"), "augment": "annealing=0.5", "average": 0.9,
    "weight_decay": 0.01, "label_smoothing": 0.1, "epochs": 5,
}  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd"])
def test_training_goes_on_from_its_state_as_if_never_interrupted(optimizer, threads, monkeypatch):
    monkeypatch.setattr("handwriting.training.data_parallel.SMALLEST_SHARD", 1)
    recipe, examples = replace(QUICK, optimizer=optimizer, **EVERYTHING), blobs(300)

    def trainer():
        network = resolve(recipe).build_network()
        return Trainer(network, examples, resolve(recipe), positions=np.arange(250), held_out=np.arange(250, 300))

    with use_threads(threads):
        whole = trainer()
        for event in whole.run():
            if isinstance(event, Epoch) and event.number == 3:
                arrays, values = whole.state()
                saved = {name: array.copy() for name, array in arrays.items()}, json.loads(json.dumps(values))
        resumed = trainer()
        resumed.restore(*saved)
        epochs = [event for event in resumed.run() if isinstance(event, Epoch)]
    assert [epoch.number for epoch in epochs] == [4, 5]
    assert np.array_equal(resumed.network.vector, whole.network.vector)
    assert [(e.cost, e.accuracy) for e in resumed.history] == [(e.cost, e.accuracy) for e in whole.history]
