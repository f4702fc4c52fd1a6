"""The main job as a whole process: import, load, train, check, test, save; hwr against a PyTorch script."""

import json
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..comparison import Row, Target, Work, same_accuracy, same_work
from ..conditions import Conditions
from ..material import python
from ..processes import Ended, environment, hwr, run
from ..timing import ratios, seconds, turns
from ..worker import needs

COMMAND = ("train", "--hidden", "128", "--activation", "relu")
COUNT = 60_000
SCRIPT = Path(__file__).parents[1] / "contestants" / "pytorch_script.py"


class _Side:
    """One side, called once a turn, with one seed after the other; the first seed twice, as the first turn is not kept.

    `start` runs a whole training with a seed, `work` finds out what was done.
    """

    def __init__(self, seeds: int, start: Callable[[int], Ended], work: Callable[[Ended], Work]) -> None:
        self._seeds, self._start, self._work = iter([0, *range(seeds)]), start, work
        self.runs: list[Ended] = []
        self.works: list[Work] = []

    def __call__(self) -> float:
        self.runs.append(self._start(next(self._seeds)))
        self.works.append(self._work(self.runs[-1]))
        return self.runs[-1].seconds

    @property
    def accuracies(self) -> list[float]:
        return [work.accuracy for work in self.works[1:]]


def _hwr(seeds: int, conditions: Conditions) -> _Side:
    def start(seed: int) -> Ended:
        options = ["--epochs", str(conditions.epochs)] if conditions.quick else []
        command = [*hwr(), *COMMAND, "--seed", str(seed), "--threads", str(conditions.threads), *options]
        return run(command, conditions.material.hwr_environment)

    def work(ended: Ended) -> Work:
        """What counts is what the model file says."""
        parameters, training = described(Path((conditions.material.data / "models" / "last").read_text()))
        recipe, epochs = training["recipe"], len(training["history"])
        rate = recipe["learning_rate"] or conditions.recipe["learning_rate"]
        return Work(
            parameters, epochs, recipe["batch_size"], epochs * (COUNT - round(COUNT * recipe["validation"])),
            f"{recipe['optimizer']} {rate:g} {recipe['schedule']}", training["test"]["accuracy"],
        )  # fmt: skip

    return _Side(seeds, start, work)


def _pytorch(seeds: int, conditions: Conditions) -> _Side:
    material = conditions.material
    recipe, model = material.folder / "recipe.json", material.folder / "model.pt"
    epochs = {"epochs": conditions.epochs} if conditions.quick else {}
    recipe.write_text(json.dumps(material.recipe | epochs))

    def start(seed: int) -> Ended:
        arguments = (SCRIPT, material.mnist, recipe, seed, conditions.threads, model)
        return run(python(*map(str, arguments)), environment())

    def work(ended: Ended) -> Work:
        return Work(**json.loads(ended.output))

    return _Side(seeds, start, work)


def train(conditions: Conditions) -> Iterator[Row]:
    """Seconds of both for the same seeds, and the mean accuracy of each."""
    needs("torch")
    seeds = conditions.trainings(5)
    ours, peer = _hwr(seeds, conditions), _pytorch(seeds, conditions)
    mine, other = turns([ours, peer], seeds)
    for one, another in zip(ours.works, peer.works, strict=True):
        same_work_but_for_chance(one, another)
    same_accuracy(ours.accuracies, peer.accuracies)
    yield Row(
        f"hwr {' '.join(COMMAND)}, PyTorch script", seconds(mine), seconds(other), ratios(mine, other),
        target=Target(0.4), details={"ours": mine, "peer": other},
    )  # fmt: skip
    means = statistics.mean(ours.accuracies), statistics.mean(peer.accuracies)
    for name, mean in zip(("hwr train", "PyTorch script"), means, strict=True):
        yield Row(
            f"mean accuracy of {seeds} seeds, {name}", f"{means[0]:.2%}", f"{means[1]:.2%}", [100 * mean],
            "%", Target(98.0, "at least"), details={"ours": ours.accuracies, "peer": peer.accuracies},
        )  # fmt: skip
    yield Row(
        "peak memory of these processes", f"{max(ended.peak for ended in ours.runs):.0f} MiB",
        f"{max(ended.peak for ended in peer.runs):.0f} MiB",
        ratios([ended.peak for ended in ours.runs], [ended.peak for ended in peer.runs]),
    )  # fmt: skip


def same_work_but_for_chance(ours: Work, peer: Work) -> None:
    """As `same_work`, but with accuracies left out: one seed is chance, their mean over all seeds is compared."""
    same_work(Work(**vars(ours) | {"accuracy": 0.0}), Work(**vars(peer) | {"accuracy": 0.0}))


def described(model: Path) -> tuple[int, dict[str, Any]]:
    """Return how many parameters a model file holds, and what it says of its training; without loading NumPy."""
    with model.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    written = json.loads(header.pop("__metadata__")["handwriting"])
    count = 0
    for tensor in header.values():
        start, end = tensor["data_offsets"]
        count += (end - start) // 4  # all are float32
    return count, written["training"]
