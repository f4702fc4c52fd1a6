"""The network that reaches 99 % on MNIST in 0.76 s on a GPU, with PyTorch on a CPU.

    python -m tests.benchmarks.workers.pytorch_to_99 FOLDER SEED THREADS COUNT

FOLDER holds MNIST's four IDX files; the first COUNT images are trained on. It writes one line of JSON. Network and
recipe are those of https://github.com/tuomaso/train_mnist_fast, "8_Final_00s76", which reports a mean of 99.04 % over
30 seeds: one epoch in batches of 256, Adam with shorter decays, one-cycle. As there, images are normalized and
shuffled before the clock starts, and it stops when the test set has been classified.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from handwriting.interfaces import Images

from .accuracies import accuracies
from .pytorch import load

BATCH_SIZE, LEARNING_RATE, DECAYS = 256, 0.01, (0.7, 0.9)
MEAN, DEVIATION = 0.1307, 0.3081
"""Of MNIST's pixels, 0 to 1."""
CHUNK = 2000
"""Test images that are classified together."""


def normalized(images: torch.Tensor) -> torch.Tensor:
    """Return images (n, 784), 0 to 1, as (n, 1, 28, 28) with mean 0 and deviation 1."""
    return ((images - MEAN) / DEVIATION).view(-1, 1, 28, 28)


def build() -> nn.Sequential:
    """Return the network: 215,194 parameters, initialized as PyTorch does."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10),
    )  # fmt: skip


def train(images: torch.Tensor, labels: torch.Tensor) -> nn.Sequential:
    """Return a network that was trained on each example once, in the given order."""
    network = build()
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, betas=DECAYS)
    steps = -(-len(labels) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps, cycle_momentum=False)
    for start in range(0, len(labels), BATCH_SIZE):
        batch = slice(start, start + BATCH_SIZE)
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()
    return network


def read(network: nn.Sequential, images: torch.Tensor) -> torch.Tensor:
    """Return the digits (n,) that the network reads."""
    with torch.no_grad():
        return torch.cat([network(chunk).argmax(1) for chunk in images.split(CHUNK)])


def shuffled(folder: Path, seed: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the first `count` training images, normalized, and their labels, in a random order."""
    torch.manual_seed(seed)
    images, labels = (array[:count] for array in load(folder, "train"))
    order = torch.randperm(len(labels))
    return normalized(images)[order], labels[order]


class Reader:
    """The network after its one epoch."""

    def __init__(self, folder: str, threads: int, count: int, seed: int = 0) -> None:
        torch.set_num_threads(threads)
        self.network = train(*shuffled(Path(folder), seed, count))

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the accuracy on each file of images in `folder`."""
        return accuracies(folder, self._read)

    def _read(self, images: Images) -> Any:
        return read(self.network, normalized(torch.from_numpy(images).float() / 255)).numpy()


def main(folder: str, seed: str, threads: str, count: str) -> None:
    """Train, test, and print how long that took."""
    torch.set_num_threads(int(threads))
    images, labels = shuffled(Path(folder), int(seed), int(count))
    test_images, test_labels = load(Path(folder), "t10k")
    test_images = normalized(test_images)
    started = time.perf_counter()
    network = train(images, labels)
    right = read(network, test_images) == test_labels
    seconds = time.perf_counter() - started
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(json.dumps({"seconds": seconds, "accuracy": right.float().mean().item(), "parameters": parameters}))


if __name__ == "__main__":
    main(*sys.argv[1:])
