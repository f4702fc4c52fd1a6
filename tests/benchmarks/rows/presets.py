"""The presets of `hwr train` on MNIST as whole processes: how well they read, mean and worst, and how long it takes."""

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click

from ..comparison import CannotRun, Row, Table, Target, UnequalWork
from ..conditions import Conditions
from ..processes import hwr, run
from ..timing import seconds


@dataclass(frozen=True)
class Goal:
    """What a preset is held to: the mean `accuracy` (0 to 1) of so many `seeds`, and the median of the `seconds`."""

    seeds: int
    accuracy: float
    seconds: float


GOALS = {
    "fast": Goal(seeds=5, accuracy=0.982, seconds=3),
    "dense": Goal(seeds=3, accuracy=0.994, seconds=15 * 60),
    "balanced": Goal(seeds=5, accuracy=0.994, seconds=60),
    "best": Goal(seeds=3, accuracy=0.997, seconds=45 * 60),
}

SEEDS = 3
"""Trainings of a preset that has no goal."""

TEST = 10_000
"""Pictures of MNIST's test set."""

QUICK = ("--epochs", "1", "--time-limit", "0.5")

COLUMNS = ("preset", "seeds", "mean", "worst", "target", "", "time", "longest", "target", "")


def presets(conditions: Conditions) -> Iterator[Row | Table]:
    """A line for each preset: those with goals first, then others that the package has."""
    material = conditions.material
    assert material.mnist
    for name in conditions.presets or [*GOALS, *(name for name in material.presets if name not in GOALS)]:
        try:
            yield measured(name, conditions)
        except CannotRun as error:  # the others are worth measuring
            yield Row(f"preset {name}", problem="not run", reason=str(error))


def measured(preset: str, conditions: Conditions) -> Table:
    """Train it from one seed after the other, and hold what came out against its goal."""
    conditions.material.check_preset(preset)
    goal = GOALS.get(preset)
    trainings = []
    for seed in range(conditions.trainings(goal.seeds if goal else SEEDS)):
        trainings.append(trained(preset, seed, conditions))
        words = f"  {preset}, seed {seed}: {trainings[-1]['accuracy']:.2%} in {seconds([trainings[-1]['whole']])}"
        click.echo(words, err=True)
    return Table(
        f"Presets of hwr train: accuracy on MNIST's {TEST:,} test pictures, time of the whole process", COLUMNS,
        (line(preset, [each["accuracy"] for each in trainings], [each["whole"] for each in trainings], goal),),
        (f"{preset}: {trainings[0]['network']}",), details={"preset": preset, "trainings": trainings},
    )  # fmt: skip


def trained(preset: str, seed: int, conditions: Conditions) -> dict[str, Any]:
    """Run `hwr train --preset`; return what it says as JSON, with the seconds of the `whole` process.

    Raises `UnequalWork` where the accuracy is not that of MNIST's test set.
    """
    model = conditions.material.folder / "preset.safetensors"
    options = [*("--preset", preset), *("--seed", str(seed)), *("--threads", str(conditions.threads))]
    limits = QUICK if conditions.quick else ()
    command = [*hwr(), "train", *options, *limits, "--format", "json", "--output", str(model), "--force"]
    ended = run(command, conditions.material.hwr_environment)
    told: dict[str, Any] = json.loads(ended.output)
    if told["count"] != TEST:
        raise UnequalWork(f"preset {preset} was tested on {told['count']:,} pictures, MNIST has {TEST:,}")
    return told | {"seed": seed, "whole": ended.seconds}


def line(preset: str, accuracies: Sequence[float], times: Sequence[float], goal: Goal | None) -> tuple[str, ...]:
    """Return the cells of a preset's line."""
    mean, median = statistics.mean(accuracies), statistics.median(times)
    well = Target(100 * goal.accuracy, "at least") if goal else None
    soon = Target(goal.seconds) if goal else None
    return (
        preset, str(len(accuracies)), f"{mean:.2%}", f"{min(accuracies):.2%}", *_held(well, 100 * mean, "%"),
        seconds(times), seconds([max(times)]), *_held(soon, median, "s"),
    )  # fmt: skip


def _held(target: Target | None, value: float, unit: str) -> tuple[str, str]:
    """Return the target in words, and whether the value met it."""
    if not target:
        return "", ""
    return f"{target} {unit}", "met" if target.met(value) else "missed"
