"""The default and the presets of `hwr train` on MNIST as whole processes: accuracy, mean and worst, and time."""

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import handwriting

from ..conditions import Conditions
from ..processes import hwr, run
from ..results import CannotRun, Row, Table, Target, UnequalWork
from ..timing import seconds


@dataclass(frozen=True)
class Goal:
    """Targets of a preset: the mean `accuracy` (0 to 1) over a number of `seeds`, and the median of the `seconds`."""

    seeds: int
    accuracy: float
    seconds: float


DEFAULT = "default"
"""The name, here, of `hwr train` without a preset."""

GOALS = {
    DEFAULT: Goal(seeds=5, accuracy=0.982, seconds=3),
    "dense": Goal(seeds=3, accuracy=0.994, seconds=15 * 60),
    "balanced": Goal(seeds=5, accuracy=0.994, seconds=40),
    "best": Goal(seeds=3, accuracy=0.997, seconds=20 * 60),
}

SEEDS = 3
"""Trainings of a preset without a goal."""

TEST_IMAGES = 10_000

QUICK = ("--epochs", "1", "--time-limit", "4")

COLUMNS = ("preset", "seeds", "mean", "worst", "target", "", "time", "longest", "target", "")


def presets(conditions: Conditions) -> Iterator[Row | Table]:
    """A line for each preset: those with goals first, then others that the package has."""
    assert conditions.workspace.mnist
    for name in conditions.presets or dict.fromkeys([*GOALS, *installed()]):
        try:
            yield measured(name, conditions)
        except CannotRun as error:  # the others can still be measured
            yield Row(f"preset {name}", problem="not run", reason=str(error))


def installed() -> list[str]:
    """Return the names of the presets, without importing NumPy."""
    return sorted(path.stem for path in Path(handwriting.__file__).parent.glob("training/presets/*.toml"))


def check_preset(name: str) -> None:
    """Raise `CannotRun` if there is no preset of that name."""
    if name not in (DEFAULT, *installed()):
        raise CannotRun(f"there is no preset {name}; there are: {', '.join(installed())}")


def option(preset: str) -> tuple[str, ...]:
    """Return the option of `hwr train` that chooses a preset."""
    return () if preset == DEFAULT else ("--preset", preset)


def measured(preset: str, conditions: Conditions) -> Table:
    """Train a preset from one seed after the other, and compare the results with its goal."""
    check_preset(preset)
    goal = GOALS.get(preset)
    trainings = []
    for seed in range(conditions.trainings(goal.seeds if goal else SEEDS)):
        trainings.append(train(preset, seed, conditions))
        words = f"  {preset}, seed {seed}: {trainings[-1]['accuracy']:.2%} in {seconds([trainings[-1]['whole']])}"
        click.echo(words, err=True)
    return Table(
        f"Presets of hwr train: accuracy on MNIST's {TEST_IMAGES:,} test images, time of the whole process", COLUMNS,
        (line(preset, [each["accuracy"] for each in trainings], [each["whole"] for each in trainings], goal),),
        (f"{preset}: {trainings[0]['network']}",), details={"preset": preset, "trainings": trainings},
    )  # fmt: skip


def train(preset: str, seed: int, conditions: Conditions) -> dict[str, Any]:
    """Run `hwr train`; return its JSON, with the seconds of the `whole` process.

    Raises `UnequalWork` if the accuracy is not that of MNIST's test set.
    """
    model = conditions.workspace.folder / "preset.safetensors"
    options = (*option(preset), "--seed", seed)
    limits = QUICK if conditions.quick else ()
    command = hwr("train", *options, *limits, "--format", "json", "--output", model, "--force")
    completed = run(command, conditions.workspace.environment)
    result: dict[str, Any] = json.loads(completed.output)
    if result["count"] != TEST_IMAGES:
        raise UnequalWork(f"preset {preset} was tested on {result['count']:,} images, MNIST has {TEST_IMAGES:,}")
    return result | {"seed": seed, "whole": completed.seconds}


def line(preset: str, accuracies: Sequence[float], times: Sequence[float], goal: Goal | None) -> tuple[str, ...]:
    """Return the cells of a preset's line."""
    mean = statistics.mean(accuracies)
    accuracy, time = (Target(100 * goal.accuracy, "at least"), Target(goal.seconds)) if goal else (None, None)
    return (
        preset, str(len(accuracies)), f"{mean:.2%}", f"{min(accuracies):.2%}", *_verdict(accuracy, 100 * mean, "%"),
        seconds(times), seconds([max(times)]), *_verdict(time, statistics.median(times), "s"),
    )  # fmt: skip


def _verdict(target: Target | None, value: float, unit: str) -> tuple[str, str]:
    """Return the target in words, and whether the value meets it."""
    return (f"{target} {unit}", "met" if target.met(value) else "missed") if target else ("", "")
