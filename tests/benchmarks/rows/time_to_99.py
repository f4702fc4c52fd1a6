"""How long it takes to read 99 % of MNIST's test set, against a network that was made to be the fastest there.

Each side follows the recipe that suits it: ours is in time_to_99.toml, the peer's is published (see
contestants/pytorch_record.py). What is held against the target is the time in which a network is built, trained and
tested, as each process takes it itself once the pictures are in memory. That leaves out imports, in which PyTorch takes
longer: they are seen in the second row, that of the whole processes.
"""

import json
import statistics
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..comparison import Row, Target, UnequalWork
from ..conditions import Conditions
from ..material import python
from ..processes import environment, hwr, run
from ..timing import ratios, seconds, turns
from ..worker import needs
from .presets import QUICK

ENOUGH = 0.99
RECIPE = Path(__file__).with_suffix(".toml")
COUNT, FEW = 60_000, 2_560
"""Training pictures; how many where it need only be seen that it runs."""


class _Side:
    """One side, called once a turn; the first seed twice, as the first turn is not kept."""

    def __init__(self, seeds: int, command: Callable[[int], list[str]], environment: Mapping[str, str]) -> None:
        self._seeds, self._command, self._environment = iter([0, *range(seeds)]), command, environment
        self._whole: list[float] = []
        self._told: list[dict[str, Any]] = []

    def __call__(self) -> float:
        """Run a whole training; return the seconds that the process counted."""
        ended = run(self._command(next(self._seeds)), self._environment)
        self._whole.append(ended.seconds)
        self._told.append(json.loads(ended.output))
        return float(self._told[-1]["seconds"])

    @property
    def whole(self) -> list[float]:
        """Seconds of the whole processes."""
        return self._whole[1:]

    @property
    def accuracies(self) -> list[float]:
        """Shares of the test set that were read right."""
        return [told["accuracy"] for told in self._told[1:]]


def time_to_99(conditions: Conditions) -> Iterator[Row]:
    """Both in turns, from the same seeds; the times count only where both means reach 99 %."""
    needs("torch")
    seeds = conditions.trainings(5)
    ours, peer = _hwr(seeds, conditions), _pytorch(seeds, conditions)
    mine, other = turns([ours, peer], seeds)
    sides = {"hwr": ours.accuracies, "PyTorch": peer.accuracies}
    if not conditions.quick:
        reached(sides)
    yield Row(
        "time to 99 %, PyTorch network of train_mnist_fast", seconds(mine), seconds(other), ratios(mine, other),
        target=Target(0.5), details={"ours": mine, "peer": other},
        remarks=(f"to build, train and test; {conditions.threads} threads for each",),
    )  # fmt: skip
    yield Row(
        "the same as whole processes", seconds(ours.whole), seconds(peer.whole), ratios(ours.whole, peer.whole),
        details={"ours": ours.whole, "peer": peer.whole},
    )  # fmt: skip
    means = {name: statistics.mean(accuracies) for name, accuracies in sides.items()}
    for name, accuracies in sides.items():
        yield Row(
            f"mean accuracy of {seeds} seeds, {name}", f"{means['hwr']:.2%}", f"{means['PyTorch']:.2%}",
            [100 * means[name]], "%", Target(100 * ENOUGH, "at least"), details={"accuracies": accuracies},
            remarks=(f"the worst of them {min(accuracies):.2%}",),
        )  # fmt: skip


def reached(sides: Mapping[str, list[float]]) -> None:
    """Raises `UnequalWork` where the mean accuracy of a side is below 99 %."""
    for name, accuracies in sides.items():
        mean = statistics.mean(accuracies)
        if mean < ENOUGH:
            raise UnequalWork(f"accuracy: {name} reads {mean:.2%} on the mean of {len(accuracies)} seeds, not 99 %")


def _hwr(seeds: int, conditions: Conditions) -> _Side:
    output = ["--format", "json", "--output", str(conditions.material.folder / "time-to-99.safetensors"), "--force"]
    options = ["--config", str(RECIPE), "--threads", str(conditions.threads), *output]
    limits = QUICK if conditions.quick else ()

    def command(seed: int) -> list[str]:
        return [*hwr(), "train", *options, *limits, "--seed", str(seed)]

    return _Side(seeds, command, conditions.material.hwr_environment)


def _pytorch(seeds: int, conditions: Conditions) -> _Side:
    count = FEW if conditions.quick else COUNT

    def command(seed: int) -> list[str]:
        arguments = (conditions.material.mnist, seed, conditions.threads, count)
        return python("-m", "tests.benchmarks.contestants.pytorch_record", *map(str, arguments))

    return _Side(seeds, command, environment())
