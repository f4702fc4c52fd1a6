"""Training with PyTorch: epoch by epoch, and as a script that does what `hwr train` does.

    python -m tests.benchmarks.workers.pytorch FOLDER RECIPE.json SEED THREADS MODEL.pt

FOLDER holds MNIST's four IDX files; RECIPE.json the arguments of `Training`. Eager mode, float32 tensors in memory, no
data loader: the fastest of the usual ways at this size. The script writes one line of JSON.
"""

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from handwriting.registry import specs


def load(folder: Path, split: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images (n, 784) as float32 from 0 to 1, and labels (n,), of "train" or "t10k"."""
    images = np.fromfile(folder / f"{split}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    labels = np.fromfile(folder / f"{split}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(images).float().mul_(1 / 255), torch.from_numpy(labels).long()


def build(hidden: int) -> nn.Sequential:
    """Return 784-hidden-relu-10, initialized as hwr does: He's rule, Glorot's for the output layer."""
    network = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    nn.init.normal_(network[0].weight, std=math.sqrt(2 / 784))
    nn.init.normal_(network[2].weight, std=math.sqrt(2 / (hidden + 10)))
    nn.init.zeros_(network[0].bias)
    nn.init.zeros_(network[2].bias)
    return network


class Training:
    """A training by a recipe of hwr."""

    def __init__(
        self, folder: str, threads: int, seed: int, decays: tuple[float, float], fused: bool = False,
        validation: float = 0.0, **recipe: Any,
    ) -> None:  # fmt: skip
        """Load MNIST. `decays` are Adam's; `fused` is PyTorch's Adam in one kernel; by default PyTorch chooses."""
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.test, (images, labels) = load(Path(folder), "t10k"), load(Path(folder), "train")
        if held_out := round(len(labels) * validation):
            order = torch.randperm(len(labels))
            self.validation = images[order[:held_out]], labels[order[:held_out]]
            images, labels = images[order[held_out:]], labels[order[held_out:]]
        self.images, self.labels, self.recipe, self.decays = images, labels, recipe, tuple(decays)
        self.network = self.build(recipe)
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=recipe["learning_rate"], betas=self.decays, fused=True if fused else None
        )
        self.loss = nn.CrossEntropyLoss(label_smoothing=recipe["label_smoothing"])
        self.epochs, self.seen, self.cost = 0, 0, math.nan

    def build(self, recipe: dict[str, Any]) -> nn.Sequential:
        """Return the network of a recipe, with its initial weights."""
        return build(*recipe["hidden"])

    def epoch(self) -> float:
        """Train for an epoch and return the seconds."""
        started = time.perf_counter()
        total, size, rate = len(self.labels), self.recipe["batch_size"], self.recipe["learning_rate"]
        schedule, cost_sum = specs.make("schedule", self.recipe["schedule"]), 0.0
        order = torch.randperm(total)
        for start in range(0, total, size):
            batch = order[start : start + size]
            cost = self.loss(self.network(self.images[batch]), self.labels[batch])
            self.optimizer.zero_grad()
            cost.backward()
            done = (self.epochs + start / total) / self.recipe["epochs"]
            self.optimizer.param_groups[0]["lr"] = rate * schedule.factor(done)
            self.optimizer.step()
            cost_sum += cost.item() * len(batch)
            self.seen += len(batch)
        self.epochs += 1
        self.cost = cost_sum / total
        return time.perf_counter() - started

    def accuracy(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """Return the fraction of images that are classified correctly."""
        with torch.no_grad():
            return (self.network(images).argmax(1) == labels).float().mean().item()

    def work(self) -> dict[str, Any]:
        """Return what was done until now, with the accuracy on the test set."""
        return {
            "parameters": sum(parameter.numel() for parameter in self.network.parameters()),
            "epochs": self.epochs,
            "batch_size": self.recipe["batch_size"],
            "examples": self.seen,
            "recipe": self._recipe_in_words(),
            "accuracy": self.accuracy(*self.test),
        }

    def _recipe_in_words(self) -> str:
        rate = f"{self.recipe['learning_rate']:g} {self.recipe['schedule']}"
        smoothing = f"label smoothing {self.recipe['label_smoothing']:g}"
        return f"adam {self.decays[0]:g} {self.decays[1]:g}, {rate}, {smoothing}"


def main(folder: str, recipe_file: str, seed: str, threads: str, model: str) -> None:
    """Train, validate after each epoch as hwr does, test, save, and print what was done."""
    recipe = json.loads(Path(recipe_file).read_text()) | {"seed": int(seed)}
    training = Training(folder, int(threads), **recipe)
    for number in range(1, recipe["epochs"] + 1):
        training.epoch()
        validated = training.accuracy(*training.validation)
        words = f"epoch {number}/{recipe['epochs']}  cost {training.cost:.4f}  validation {validated:.2%}"
        print(words, file=sys.stderr)
    torch.save(training.network.state_dict(), model)
    print(json.dumps(training.work()))


if __name__ == "__main__":
    main(*sys.argv[1:])
