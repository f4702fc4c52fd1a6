"""How long it takes to read 99 % of MNIST's test set, compared with a network that was made to be fast at it.

Each side follows its own recipe: ours is in time_to_99.toml, the peer's is published (see workers/pytorch_to_99.py).
The target is for the time in which a network is built, trained and tested, as measured by each process itself once the
images are in memory. That leaves out the imports, which take longer in PyTorch; the second row includes them.
"""

import json
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..conditions import Conditions
from ..processes import Completed, environment, hwr, python, run
from ..results import Row, Target, UnequalWork, compare, mean_accuracies
from ..timing import trainings
from ..worker import needs
from .presets import QUICK

ACCURACY = 0.99
RECIPE = Path(__file__).with_suffix(".toml")
COUNT, FEW = 60_000, 2_560
"""Training images, and how many with --quick."""


def time_to_99(conditions: Conditions) -> Iterator[Row]:
    """Both in turns, from the same seeds; refused unless both mean accuracies reach 99 %."""
    needs("torch")
    workspace, threads = conditions.workspace, conditions.threads
    output = ("--format", "json", "--output", workspace.folder / "time-to-99.safetensors", "--force")
    limits, count = (QUICK, FEW) if conditions.quick else ((), COUNT)

    def train_hwr(seed: int) -> dict[str, float]:
        command = hwr("train", "--config", RECIPE, "--threads", threads, *output, *limits, "--seed", seed)
        return _figures(run(command, workspace.environment))

    def train_pytorch(seed: int) -> dict[str, float]:
        script = ("-m", "tests.benchmarks.workers.pytorch_to_99")
        return _figures(run(python(*script, workspace.mnist, seed, threads, count), environment()))

    ours, peer = trainings([train_hwr, train_pytorch], conditions.trainings(5))
    accuracies = {"hwr": _each(ours, "accuracy"), "PyTorch": _each(peer, "accuracy")}
    if not conditions.quick:
        check_reached(accuracies)
    yield compare(
        "time to 99 %, PyTorch network of train_mnist_fast", _each(ours, "seconds"), _each(peer, "seconds"),
        Target(0.5), (f"to build, train and test; {threads} threads for each",),
    )  # fmt: skip
    yield compare("the same as whole processes", _each(ours, "whole"), _each(peer, "whole"))
    yield from mean_accuracies(accuracies, least=100 * ACCURACY)


def check_reached(accuracies: Mapping[str, list[float]]) -> None:
    """Raise `UnequalWork` if the mean accuracy of a side is below 99 %."""
    for name, values in accuracies.items():
        if (mean := statistics.mean(values)) < ACCURACY:
            raise UnequalWork(f"accuracy: {name} reads {mean:.2%} on the mean of {len(values)} seeds, not 99 %")


def _figures(completed: Completed) -> dict[str, float]:
    """Return what the process wrote: its `seconds` and `accuracy`; and the seconds of the `whole` process."""
    return json.loads(completed.output) | {"whole": completed.seconds}


def _each(figures: list[dict[str, float]], name: str) -> list[float]:
    return [each[name] for each in figures]
