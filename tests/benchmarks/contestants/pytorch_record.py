"""The network that reads 99 % of MNIST after 0.76 s on a GPU, with PyTorch on a CPU.

    python -m tests.benchmarks.contestants.pytorch_record FOLDER SEED THREADS COUNT

FOLDER holds MNIST's four IDX files; the first COUNT pictures are learnt. It writes one line of JSON. Network and recipe
are those of https://github.com/tuomaso/train_mnist_fast, "8_Final_00s76", which reports a mean of 99.04 % of 30 seeds:
one epoch in batches of 256, Adam with both of its memories shortened, one-cycle. As there, pictures are normalised and
shuffled before the clock starts, and it stops when the test set is read.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from handwriting.interfaces import Images

from .pytorch_script import load
from .reading import accuracies

BATCH, RATE, MEMORY = 256, 0.01, (0.7, 0.9)
MEAN, DEVIATION = 0.1307, 0.3081
"""Of MNIST's pixels, 0 to 1."""
CHUNK = 2000
"""Test pictures read at once."""


def normalised(images: torch.Tensor) -> torch.Tensor:
    """Return images (n, 784), 0 to 1, as (n, 1, 28, 28) with mean 0 and deviation 1."""
    return ((images - MEAN) / DEVIATION).view(-1, 1, 28, 28)


def build() -> nn.Sequential:
    """Return the network: 215,194 parameters, drawn as PyTorch draws them."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(24, 32, 3), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10),
    )  # fmt: skip


def train(images: torch.Tensor, labels: torch.Tensor) -> nn.Sequential:
    """Return a network that saw each example once, in their order."""
    network = build()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, betas=MEMORY)
    steps = -(-len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, cycle_momentum=False)
    for start in range(0, len(labels), BATCH):
        batch = slice(start, start + BATCH)
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
        optimizer.step()
        schedule.step()
    return network


def read(network: nn.Sequential, images: torch.Tensor) -> torch.Tensor:
    """Return the digits (n,) that the network sees."""
    with torch.no_grad():
        return torch.cat([network(chunk).argmax(1) for chunk in images.split(CHUNK)])


def shuffled(folder: Path, seed: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the first `count` training pictures, normalised, and their labels in an order that the seed decides."""
    torch.manual_seed(seed)
    images, labels = (part[:count] for part in load(folder, "train"))
    order = torch.randperm(len(labels))
    return normalised(images)[order], labels[order]


class Reading:
    """The network after its one epoch."""

    def __init__(self, folder: str, threads: int, count: int, seed: int = 0) -> None:
        torch.set_num_threads(threads)
        self.network = train(*shuffled(Path(folder), seed, count))

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the share that is read right of each set of pictures in `folder`."""
        return accuracies(folder, self._read)

    def _read(self, images: Images) -> Any:
        return read(self.network, normalised(torch.from_numpy(images).float() / 255)).numpy()


def main(folder: str, seed: str, threads: str, count: str) -> None:
    """Train, test, and say how long that took."""
    torch.set_num_threads(int(threads))
    images, labels = shuffled(Path(folder), int(seed), int(count))
    test_images, test_labels = load(Path(folder), "t10k")
    test_images = normalised(test_images)
    started = time.perf_counter()
    network = train(images, labels)
    right = read(network, test_images) == test_labels
    seconds = time.perf_counter() - started
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(json.dumps({"seconds": seconds, "accuracy": right.float().mean().item(), "parameters": parameters}))


if __name__ == "__main__":
    main(*sys.argv[1:])
