"""What `hwr train` does, as one would write it with PyTorch: load, train, check, test, save.

    python pytorch_script.py FOLDER RECIPE.json SEED THREADS MODEL.pt

FOLDER holds MNIST's four IDX files; RECIPE.json is hwr's recipe as `Recipe` names it. Eager mode, tensors in memory,
no loader in between: the fastest of the usual ways at this size. It writes one line of JSON.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from handwriting.nn.schedules import SCHEDULES  # the formula of the learning rate; imports nothing but math


def load(folder: Path, part: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images (n, 784) as float32 from 0 to 1, and labels (n,), of "train" or "t10k"."""
    images = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(images).float().mul_(1 / 255), torch.from_numpy(labels).long()


def build(hidden: int) -> nn.Sequential:
    """Return 784-hidden-relu-10 with weights drawn as hwr draws them: He's rule, Glorot's for the outputs."""
    network = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    nn.init.normal_(network[0].weight, std=math.sqrt(2 / 784))
    nn.init.normal_(network[2].weight, std=math.sqrt(2 / (hidden + 10)))
    nn.init.zeros_(network[0].bias)
    nn.init.zeros_(network[2].bias)
    return network


class Walk:
    """A training that goes on epoch by epoch."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, recipe: dict[str, Any], fused: bool = False) -> None:
        """`fused` is PyTorch's Adam in one kernel; by default it picks its own."""
        self.images, self.labels, self.recipe = images, labels, recipe
        self.network = build(*recipe["hidden"])
        self.optimizer = torch.optim.Adam(
            self.network.parameters(), lr=recipe["learning_rate"], fused=True if fused else None
        )
        self.epochs, self.seen = 0, 0

    def epoch(self) -> float:
        """Learn all examples once more, and return the mean cost."""
        total, size, rate = len(self.labels), self.recipe["batch_size"], self.recipe["learning_rate"]
        schedule, cost_sum = SCHEDULES[self.recipe["schedule"]], 0.0
        order = torch.randperm(total)
        for start in range(0, total, size):
            batch = order[start : start + size]
            cost = nn.functional.cross_entropy(self.network(self.images[batch]), self.labels[batch])
            self.optimizer.zero_grad()
            cost.backward()
            done = (self.epochs + start / total) / self.recipe["epochs"]
            self.optimizer.param_groups[0]["lr"] = rate * schedule(done)
            self.optimizer.step()
            cost_sum += cost.item() * len(batch)
            self.seen += len(batch)
        self.epochs += 1
        return cost_sum / total

    def work(self, images: torch.Tensor, labels: torch.Tensor) -> dict[str, Any]:
        """Say what was done up to now, and how well these pictures are read."""
        return {
            "parameters": sum(parameter.numel() for parameter in self.network.parameters()),
            "epochs": self.epochs,
            "batch_size": self.recipe["batch_size"],
            "examples": self.seen,
            "recipe": f"adam {self.recipe['learning_rate']:g} {self.recipe['schedule']}",
            "accuracy": accuracy(self.network, images, labels),
        }


def accuracy(network: nn.Sequential, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of pictures that are read right."""
    with torch.no_grad():
        return (network(images).argmax(1) == labels).float().mean().item()


def main(folder: str, recipe_file: str, seed: str, threads: str, model: str) -> None:
    """Train, check after each epoch as hwr does, test, save, and say what was done."""
    torch.set_num_threads(int(threads))
    torch.manual_seed(int(seed))
    recipe = json.loads(Path(recipe_file).read_text())
    images, labels = load(Path(folder), "train")
    test_images, test_labels = load(Path(folder), "t10k")
    order = torch.randperm(len(labels))
    held = round(len(labels) * recipe["validation"])
    validation = images[order[:held]], labels[order[:held]]
    walk = Walk(images[order[held:]], labels[order[held:]], recipe)
    for number in range(1, recipe["epochs"] + 1):
        cost = walk.epoch()
        checked = accuracy(walk.network, *validation) if held else math.nan
        print(f"epoch {number}/{recipe['epochs']}  cost {cost:.4f}  validation {checked:.2%}", file=sys.stderr)
    torch.save(walk.network.state_dict(), model)
    print(json.dumps(walk.work(test_images, test_labels)))


if __name__ == "__main__":
    main(*sys.argv[1:])
