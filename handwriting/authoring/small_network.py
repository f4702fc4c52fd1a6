"""Parts in use: in a small network that is trained, saved and loaded again, and against the clock."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from handwriting import datasets
from handwriting.authoring.checked_part import Subject
from handwriting.datasets.strokes import Strokes
from handwriting.errors import ShapeError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Layer, Optimizer, Shape, Splits
from handwriting.models import model_file
from handwriting.models.model_file import Model
from handwriting.nn.architecture import plan, size, views
from handwriting.nn.initialization import initialize
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import Network
from handwriting.registry import specs
from handwriting.testing.findings import expect
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import train

EXAMPLES = 2000
"""So many examples are learnt, in so many epochs: a tenth of a second."""
EPOCHS = 3
SMALL = Recipe(hidden=(32,), epochs=EPOCHS, batch_size=32, validation=0)
ENOUGH = 0.6
"""Share of the digits of `strokes` that is to be read right in the end; with the built-in parts it is 0.72 and more."""
BETTER_THAN_GUESSING = 0.2
"""Share of what guessing leaves that is to be read right on a new dataset: a network that small learns some slowly."""
BATCH = 128
PARAMETERS = 100_000
REPEATS = 7


def learns(subject: Subject, scratch: Path) -> str:
    """A small network with the part learns the digits that `strokes` draws."""
    strokes = datasets.load(Strokes(EXAMPLES, 500), scratch / "strokes")
    _, right = _trained(_recipe(subject), strokes)
    expect(right >= ENOUGH, f"a small network reads {right:.0%} of `strokes` after {EPOCHS} epochs, not {ENOUGH:.0%}")
    return f"{right:.0%} of `strokes`"


def is_learnt(subject: Subject) -> str:
    """A small network learns something from the dataset."""
    splits = datasets.load(subject.part, subject.folder)
    _, right = _trained(SMALL, splits)
    guessed = np.bincount(splits.test.labels).max() / len(splits.test)
    enough = guessed + BETTER_THAN_GUESSING * (1 - guessed)
    expect(right >= enough, f"a small network reads {right:.0%}, and guessing would get {guessed:.0%}")
    return f"{right:.0%} read, {guessed:.0%} by guessing"


def survives_saving(subject: Subject, scratch: Path) -> str:
    """A network with the part, saved and loaded again, gives the same outputs, bit for bit."""
    network = resolve(_recipe(subject)).build_network()
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    path = scratch / "model.safetensors"
    model_file.save(Model(network, CrossEntropy(), tuple("0123456789")), path)
    again = model_file.load(path).network
    expect(
        np.array_equal(network.outputs(images), again.outputs(images), equal_nan=True),
        "the outputs differ after loading",
    )
    return "same outputs, bit for bit"


def layer_speed(subject: Subject) -> str:
    """Both ways of a layer, beside a built-in one: information, whatever it is."""
    shape = _picture_shape(subject)
    rival = "relu" if subject.kind == "activation" else "dense:32"
    rival_layer = as_layer(specs.make(("activation", "layer"), rival))
    own, other = _layer_time(subject.layer, shape), _layer_time(rival_layer, (784,))
    return f"{own:.2g} ns an input ({rival}: {other:.2g})"


def optimizer_speed(optimizer: Optimizer) -> str:
    """A step of an optimizer, beside adam's: information, too."""
    own, other = _step_time(optimizer), _step_time(specs.make("optimizer", "adam"))
    return f"{own:.2g} ns a parameter (adam: {other:.2g})"


def _recipe(subject: Subject) -> Recipe:
    """Return a small network with the part in its place."""
    if subject.kind == "optimizer":
        return replace(SMALL, optimizer=subject.spec)
    if subject.kind == "activation":
        return replace(SMALL, activation=subject.spec)
    flat = () if len(_picture_shape(subject)) > 1 else ("flatten",)
    return replace(SMALL, layers=(*flat, subject.spec))


def _picture_shape(subject: Subject) -> Shape:
    """Return the shape in which a layer takes a picture: as it is or, where it takes no such shape, in a row."""
    try:
        subject.layer.build((28, 28, 1))
    except ShapeError:
        return (784,)
    return (28, 28, 1)


def _trained(recipe: Recipe, splits: Splits) -> tuple[Network, float]:
    """Return a network trained on some of the examples, and the share of the test that it reads right."""
    some = splits.train[:: max(1, len(splits.train) // EXAMPLES)]  # evenly spaced: files are often sorted by class
    setup = resolve(recipe, len(splits.class_names))
    network = setup.build_network()
    for _ in train(network, some, setup, positions=hold_out(len(some), recipe)[0]):
        pass
    return network, accuracy(network.outputs(splits.test.images), splits.test.labels)


def _layer_time(layer: Layer, shape: Shape) -> float:
    """Return nanoseconds an input for both ways of a batch."""
    rng = np.random.default_rng(0)
    stages = plan([layer], shape)
    vector = np.empty(size(stages), np.float32)
    initialize(stages, vector, rng)
    (parameters,), (gradients,) = views(stages, vector), views(stages, np.zeros_like(vector))
    x = rng.random((BATCH, *shape), dtype=np.float32)
    upstream = rng.random((BATCH, *stages[0].output_shape), dtype=np.float32)

    def both_ways() -> None:
        passed = layer.forward(x, parameters, training=True, rng=rng)[1](upstream, gradients)
        _ = passed() if callable(passed) else passed

    return _nanoseconds(both_ways) / x.size


def _step_time(optimizer: Optimizer) -> float:
    """Return nanoseconds a parameter for one step."""
    parameters, gradient = np.zeros(PARAMETERS, np.float32), np.ones(PARAMETERS, np.float32)
    state = optimizer.start(PARAMETERS)
    return _nanoseconds(lambda: optimizer.step(parameters, gradient, state, 0.001)) / PARAMETERS


def _nanoseconds(work: Callable[[], None]) -> float:
    """Return the shortest of some times: the others were disturbed."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - started)
    return float(min(times))
