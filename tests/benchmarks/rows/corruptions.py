"""The 15 corruptions of MNIST-C, read by hwr, scikit-learn and PyTorch, none of which was trained on them."""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import click

from ..conditions import Conditions
from ..processes import hwr, run
from ..results import CannotRun, Table
from ..worker import Worker, needs
from .presets import DEFAULT, QUICK, check_preset, option

USUAL = (DEFAULT,)
"""Presets that are trained if none is named."""

COUNT, FEW = 10_000, 100
"""Test images, and how many with --quick."""
TRAINING_COUNT, TRAINING_FEW = 60_000, 1_000
"""Training images of the other libraries, and how many with --quick."""

AUGMENTED = ", augmented"

REMARKS = (
    "change: the effect of augmentation in points; both trained from seed 0",
    "bundled: the model that comes with hwr; MLPClassifier: scikit-learn's, as in its benchmarks/bench_mnist.py; "
    "PyTorch: the network of time-to-99",
)

Accuracies: TypeAlias = Mapping[str, float]
"""Accuracies, 0 to 1, by the name of the corruption."""


def corruptions(conditions: Conditions) -> Iterator[Table]:
    """Every model reads the same arrays: the test images clean, and with each of the corruptions."""
    folder, names = conditions.workspace.corrupted(FEW if conditions.quick else COUNT)
    found: dict[str, Accuracies] = {}
    missing = []
    for name, start_reader in _readers(conditions).items():
        click.echo(f"  {name} ...", err=True)
        try:
            with start_reader() as reader:
                found[name] = reader.call("accuracies", folder=str(folder))
        except CannotRun as error:
            missing.append(f"{name}: not run: {error}")
    header, lines = arranged(names, found)
    yield Table(
        "MNIST-C (Mu and Gilmer 2019), made anew: accuracy on the test images", header, lines, (*REMARKS, *missing),
        details={"accuracies": found},
    )  # fmt: skip


def arranged(
    names: Sequence[str], found: Mapping[str, Accuracies]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the columns' names, and a line for each set of images and one for the mean of all but the first.

    Behind each column of an augmented network is the difference from the one before.
    """
    columns = [("test images", [*names, "mean of the corrupted"])]
    for reader, accuracies in found.items():
        columns.append((reader, [f"{accuracy:.2%}" for accuracy in _with_mean(names, accuracies)]))
        plain = found.get(reader.removesuffix(AUGMENTED))
        if plain is not None and plain is not accuracies:
            both = zip(_with_mean(names, accuracies), _with_mean(names, plain), strict=True)
            columns.append(("change", [f"{100 * (after - before):+.2f}" for after, before in both]))
    return tuple(name for name, _ in columns), tuple(zip(*(cells for _, cells in columns), strict=True))


def _with_mean(names: Sequence[str], accuracies: Accuracies) -> list[float]:
    values = [accuracies[name] for name in names]
    return [*values, statistics.mean(values[1:])]


def _readers(conditions: Conditions) -> dict[str, Callable[[], Worker]]:
    """Return functions that start, and before that train, each reader; they raise `CannotRun` if it is not there."""
    readers: dict[str, Callable[[], Worker]] = {}
    for preset in conditions.presets or USUAL:
        for name in (preset, preset + AUGMENTED):
            readers[name] = partial(_preset, preset, name != preset, conditions)
    for model in conditions.models:
        readers[model.name] = partial(_hwr, conditions, str(model))
    count = TRAINING_FEW if conditions.quick else TRAINING_COUNT
    training = {"folder": str(conditions.workspace.mnist), "threads": conditions.threads, "count": count}
    epochs = 1 if conditions.quick else 400
    return readers | {
        "bundled": partial(_hwr, conditions),
        "MLPClassifier": partial(_peer, "sklearn", "scikit_learn:Reader", epochs=epochs, **training),
        "PyTorch": partial(_peer, "torch", "pytorch_to_99:Reader", **training),
    }


def _hwr(conditions: Conditions, model: str | None = None) -> Worker:
    return Worker("hwr_inference:Reader", threads=conditions.threads, model=model)


def _peer(module: str, reader: str, **settings: Any) -> Worker:
    needs(module)
    return Worker(reader, **settings)


def _preset(preset: str, augmented: bool, conditions: Conditions) -> Worker:
    """Train a preset with or without augmentation: its own if it has one, else that of `--augment`."""
    check_preset(preset)
    workspace = conditions.workspace
    printed = run(hwr("train", *option(preset), "--print-config"), workspace.environment).output
    recipe = workspace.folder / f"{preset}-{'augmented' if augmented else 'plain'}.toml"
    recipe.write_text(recipe_with(printed, augmented), "utf-8")
    options = QUICK if conditions.quick else ()
    model = recipe.with_suffix(".safetensors")
    run(hwr("train", "--config", recipe, *options, "-o", model), workspace.environment)
    return _hwr(conditions, str(model))


def recipe_with(printed: str, augmented: bool) -> str:
    """Return a recipe, as `--print-config` writes it, with or without augmentation."""
    lines = printed.splitlines()
    own = [line for line in lines if line.startswith("augment =")] or ['augment = ""']
    rest = [line for line in lines if not line.startswith("augment =")]
    return "\n".join([*rest, *(own if augmented else []), ""])
