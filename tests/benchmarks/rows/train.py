"""The default training as a whole process (import, load, train, validate, test, save), beside a PyTorch script."""

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .. import results
from ..conditions import Conditions
from ..cpu_load import busy_processes
from ..processes import Completed, environment, hwr, python, run
from ..results import Row, Target
from ..timing import mebibytes, trainings
from ..worker import needs

COMMAND = ("train", "--hidden", "128", "--activation", "relu")
SCRIPT = "tests.benchmarks.workers.pytorch"
PYTORCH: dict[str, Any] = {
    "hidden": [128], "epochs": 8, "batch_size": 128, "learning_rate": 0.004, "schedule": "one-cycle",
    "decays": [0.9, 0.999], "label_smoothing": 0.1, "fused": True, "validation": 0.05,
}  # fmt: skip
"""The peer's recipe: one-cycle and fused Adam, at the learning rate that gave the best accuracy on held-out digits."""
BUSY = 2
"""Busy processes beside each side in the row `busy`."""

Training = tuple[Completed, dict[str, Any]]
"""A process, and what its training did: epochs, accuracy (0 to 1), recipe in words, threads."""


def train(conditions: Conditions) -> Iterator[Row]:
    """Time, mean accuracy and peak memory of both, from the same seeds."""
    ours, peer = _both(conditions)
    yield _times(f"hwr {' '.join(COMMAND)}, PyTorch script", ours, peer, Target(0.35))
    accuracies = {"hwr train": _accuracies(ours), "PyTorch script": _accuracies(peer)}
    yield from results.mean_accuracies(accuracies, least=98.2)
    peaks = [done.peak for done, _ in ours], [done.peak for done, _ in peer]
    yield results.compare("peak memory of these processes", *peaks, in_words=mebibytes)


def busy(conditions: Conditions) -> Iterator[Row]:
    """The times again, beside other processes that want the processors as well."""
    with busy_processes(BUSY):
        ours, peer = _both(conditions)
    yield _times(f"the same beside {BUSY} busy processes", ours, peer, Target(0.2))


def _both(conditions: Conditions) -> list[list[Training]]:
    """Train both sides in turns. Raises `UnequalWork` if hwr reads less well than PyTorch."""
    needs("torch")
    trained = trainings(_sides(conditions), conditions.trainings(5))
    results.check_as_accurate(*map(_accuracies, trained))
    return trained


def _sides(conditions: Conditions) -> list[Callable[[int], Training]]:
    """Return functions that train with hwr and with PyTorch from a seed."""
    workspace = conditions.workspace
    model, recipe = workspace.folder / "trained.safetensors", workspace.folder / "recipe.json"
    recipe.write_text(json.dumps(PYTORCH))

    def train_hwr(seed: int) -> Training:
        completed = run(hwr(*COMMAND, "--seed", seed, "--output", model, "--force"), workspace.environment)
        described = run(hwr("info", model, "--format", "json"), workspace.environment)
        return completed, work_of(json.loads(described.output)["training"])

    def train_pytorch(seed: int) -> Training:
        arguments = (workspace.mnist, recipe, seed, conditions.threads, workspace.folder / "model.pt")
        completed = run(python("-m", SCRIPT, *arguments), environment())
        return completed, json.loads(completed.output) | {"threads": conditions.threads}

    return [train_hwr, train_pytorch]


def work_of(training: dict[str, Any]) -> dict[str, Any]:
    """Return what a training did, as `hwr info --format json` describes it."""
    recipe = training["recipe"]
    return {
        "epochs": len(training["history"]),
        "accuracy": training["test"]["accuracy"],
        "recipe": f"{recipe['optimizer']} {recipe['schedule']}, batch {recipe['batch_size']}",
        "threads": training["threads"],
    }


def _times(what: str, ours: Sequence[Training], peer: Sequence[Training], target: Target) -> Row:
    """Return the row of the whole processes' times; each side has its own recipe, which is told."""
    remarks = [
        f"{name}: {work['epochs']} epochs of {work['recipe']}, threads: {work['threads']}; mean accuracy of "
        f"{len(side)} seeds {statistics.mean(_accuracies(side)):.2%}"
        for name, side in (("hwr", ours), ("PyTorch", peer))
        for work in [side[0][1]]
    ]
    return results.compare(
        what, [done.seconds for done, _ in ours], [done.seconds for done, _ in peer], target, tuple(remarks),
        work=[[work for _, work in side] for side in (ours, peer)],
    )  # fmt: skip


def _accuracies(side: Sequence[Training]) -> list[float]:
    return [work["accuracy"] for _, work in side]
