"""PyTorch in eager mode, on float32 tensors that are in memory before the clock starts."""

import time
from pathlib import Path
from typing import Any

import torch

from .pytorch_script import Walk, load


class Training:
    """The recipe of hwr's trainer on MNIST's files."""

    def __init__(self, folder: str, threads: int, seed: int, fused: bool = False, **recipe: Any) -> None:
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.test = load(Path(folder), "t10k")
        self.walk = Walk(*load(Path(folder), "train"), recipe, fused)

    def epoch(self) -> float:
        """Walk through the examples once and return the seconds."""
        started = time.perf_counter()
        self.walk.epoch()
        return time.perf_counter() - started

    def work(self) -> dict[str, Any]:
        """Say what was done up to now, and how well the test set is read."""
        return self.walk.work(*self.test)
