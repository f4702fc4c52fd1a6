"""Pictures that nobody learnt from: the 15 corruptions of MNIST-C, read by hwr, scikit-learn and PyTorch."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import click

from ..comparison import CannotRun, Table
from ..conditions import Conditions
from ..processes import hwr, run
from ..worker import Worker, needs
from .presets import QUICK

USUAL = ("fast",)
"""Presets that are trained for this where none is named."""

COUNT, FEW = 10_000, 200
"""Test pictures; how many where it need only be seen that it runs."""
LEARNT, FEW_LEARNT = 60_000, 1_000
"""Training pictures of the peers, likewise."""

AUGMENTED = ", augmented"

REMARKS = (
    "change: what augmentation did, in points; both trained from seed 0",
    "in the box: the model that comes with hwr; MLPClassifier: scikit-learn's, as in its benchmarks/bench_mnist.py; "
    "PyTorch: the network of time-to-99",
)

Accuracies: TypeAlias = Mapping[str, float]
"""Shares read right, 0 to 1, by the name of the set of pictures."""

Reader: TypeAlias = Callable[[], Worker]
"""Starts, and before that trains, somebody who reads; raises `CannotRun` where that is not here."""


def corruptions(conditions: Conditions) -> Iterator[Table]:
    """Everybody reads the same arrays: the test pictures as they are, and with each of the corruptions."""
    folder, names = conditions.material.corrupted(FEW if conditions.quick else COUNT)
    readings: dict[str, Accuracies] = {}
    absent = []
    for name, reader in _readers(conditions).items():
        click.echo(f"  {name} ...", err=True)
        try:
            with reader() as worker:
                readings[name] = worker.ask("accuracies", folder=str(folder))
        except CannotRun as error:
            absent.append(f"{name}: not run: {error}")
    header, lines = arranged(names, readings)
    yield Table(
        "MNIST-C (Mu and Gilmer 2019), made anew: share of the test pictures that is read right",
        header, lines, (*REMARKS, *absent), details={"accuracies": readings},
    )  # fmt: skip


def arranged(
    names: Sequence[str], readings: Mapping[str, Accuracies]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the columns' names, and a line for each set of pictures and one for the mean of all but the first.

    Behind each column of an augmented network stands what changed from the one before.
    """
    columns = [("test pictures", [*names, "mean of the corrupted"])]
    for reader, shares in readings.items():
        columns.append((reader, [f"{share:.2%}" for share in _with_mean(names, shares)]))
        plain = readings.get(reader.removesuffix(AUGMENTED))
        if plain is not None and plain is not shares:
            both = zip(_with_mean(names, shares), _with_mean(names, plain), strict=True)
            columns.append(("change", [f"{100 * (after - before):+.2f}" for after, before in both]))
    return tuple(name for name, _ in columns), tuple(zip(*(cells for _, cells in columns), strict=True))


def _with_mean(names: Sequence[str], shares: Accuracies) -> list[float]:
    values = [shares[name] for name in names]
    return [*values, statistics.mean(values[1:])]


def _readers(conditions: Conditions) -> dict[str, Reader]:
    """Return who reads: networks of the presets, models that were named, the model in the box, and the peers."""
    threads, count = conditions.threads, FEW_LEARNT if conditions.quick else LEARNT
    readers: dict[str, Reader] = {}
    for preset in conditions.presets or USUAL:
        for name in (preset, preset + AUGMENTED):
            readers[name] = partial(_preset, preset, name != preset, conditions)
    for model in (*conditions.models, None):
        name = model.name if model else "in the box"
        readers[name] = partial(Worker, "hwr_reading:Reading", threads=threads, model=model and str(model))
    mnist = str(conditions.material.mnist)
    epochs = 1 if conditions.quick else 400
    settings = {"folder": mnist, "count": count}
    return readers | {
        "MLPClassifier": _peer("sklearn", "scikit_learn:Reading", limit=threads, epochs=epochs, **settings),
        "PyTorch": _peer("torch", "pytorch_record:Reading", threads=threads, **settings),
    }


def _peer(module: str, contestant: str, **settings: Any) -> Reader:
    def start() -> Worker:
        needs(module)
        return Worker(contestant, **settings)

    return start


def _preset(preset: str, augmented: bool, conditions: Conditions) -> Worker:
    """Train a preset with or without augmentation: its own where it has one, else that of `--augment`."""
    material, threads = conditions.material, ("--threads", str(conditions.threads))
    material.check_preset(preset)
    printed = run([*hwr(), "train", "--preset", preset, "--print-config"], material.hwr_environment).output
    place = material.folder / f"{preset}-{'augmented' if augmented else 'plain'}"
    recipe, model = place.with_suffix(".toml"), place.with_suffix(".safetensors")
    recipe.write_text(recipe_with(printed, augmented), "utf-8")
    limits = QUICK if conditions.quick else ()
    run([*hwr(), "train", "--config", recipe, *threads, *limits, "-o", model], material.hwr_environment)
    return Worker("hwr_reading:Reading", threads=conditions.threads, model=str(model))


def recipe_with(printed: str, augmented: bool) -> str:
    """Return a recipe, as `--print-config` writes it, with or without augmentation."""
    lines = printed.splitlines()
    plain = [line for line in lines if not line.startswith("augment =")]
    if augmented and plain == lines:
        return "\n".join([*lines, 'augment = ""', ""])
    return "\n".join([*(lines if augmented else plain), ""])
