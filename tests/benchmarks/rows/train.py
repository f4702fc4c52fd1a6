"""The default training as a whole process (import, load, train, validate, test, save), beside a PyTorch script."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import results
from ..conditions import Conditions
from ..processes import Completed, environment, hwr, python, run
from ..results import Row, Target, Work
from ..timing import mebibytes, trainings
from ..worker import needs

COMMAND = ("train", "--hidden", "128", "--activation", "relu")
COUNT = 60_000
"""Images in MNIST's training set."""
SCRIPT = Path(__file__).parents[1] / "workers" / "pytorch.py"


def train(conditions: Conditions) -> Iterator[Row]:
    """Time, mean accuracy and peak memory of both, from the same seeds."""
    needs("torch")
    workspace, threads = conditions.workspace, conditions.threads
    epochs = conditions.epochs if conditions.quick else workspace.recipe["epochs"]
    model, recipe = workspace.folder / "trained.safetensors", workspace.folder / "recipe.json"
    recipe.write_text(json.dumps(workspace.recipe | {"epochs": epochs}))

    def train_hwr(seed: int) -> tuple[Completed, Work]:
        options = ("--seed", seed, "--threads", threads, "--epochs", epochs, "--output", model, "--force")
        completed = run(hwr(*COMMAND, *options), workspace.environment)
        described = run(hwr("info", model, "--format", "json"), workspace.environment)
        return completed, work_of(json.loads(described.output), workspace.recipe["learning_rate"])

    def train_pytorch(seed: int) -> tuple[Completed, Work]:
        arguments = (workspace.mnist, recipe, seed, threads, workspace.folder / "model.pt")
        completed = run(python(SCRIPT, *arguments), environment())
        return completed, Work(**json.loads(completed.output))

    ours, peer = trainings([train_hwr, train_pytorch], conditions.trainings(5))
    for (_, mine), (_, other) in zip(ours, peer, strict=True):
        results.check_same_recipe(mine, other)
    sides = {"hwr train": ours, "PyTorch script": peer}
    accuracies = {name: [work.accuracy for _, work in side] for name, side in sides.items()}
    results.check_same_accuracy(*accuracies.values())
    what = f"hwr {' '.join(COMMAND)}, PyTorch script"
    yield results.compare(what, [done.seconds for done, _ in ours], [done.seconds for done, _ in peer], Target(0.4))
    yield from results.mean_accuracies(accuracies, least=98.0)
    peaks = [done.peak for done, _ in ours], [done.peak for done, _ in peer]
    yield results.compare("peak memory of these processes", *peaks, in_words=mebibytes)


def work_of(described: dict[str, Any], usual_rate: float) -> Work:
    """Return what a training did, as `hwr info --format json` describes its model.

    `usual_rate` is the learning rate where the recipe gives none.
    """
    training, recipe = described["training"], described["training"]["recipe"]
    epochs, rate = len(training["history"]), recipe["learning_rate"] or usual_rate
    return Work(
        described["parameters"], epochs, recipe["batch_size"], epochs * (COUNT - round(COUNT * recipe["validation"])),
        f"{recipe['optimizer']} {rate:g} {recipe['schedule']}", training["test"]["accuracy"],
    )  # fmt: skip
