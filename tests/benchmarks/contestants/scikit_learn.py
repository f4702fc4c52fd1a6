"""scikit-learn's MLPClassifier, an epoch at a time, or trained to its end as its makers do."""

import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from handwriting.interfaces import Floats, Images

from .reading import accuracies

FIRST = 128
"""Examples of the call that only lets it build its arrays, so that they can be drawn anew."""


class Training:
    """`partial_fit` on all examples is one epoch: shuffled, in batches, at a constant learning rate.

    It has no learning rate for each step, so here both sides keep theirs. Weights are drawn as hwr draws them; without
    a penalty (`alpha=0`). Threads are limited by the environment.
    """

    def __init__(
        self, folder: str, seed: int, hidden: list[int], batch_size: int, learning_rate: float, epochs: int,
        schedule: str,
    ) -> None:  # fmt: skip
        assert schedule == "constant", "scikit-learn has no schedule for Adam"
        self.images, self.labels = _load(Path(folder), "train")
        self.test = _load(Path(folder), "t10k")
        self.model = MLPClassifier(
            hidden, activation="relu", solver="adam", alpha=0.0, batch_size=batch_size,
            learning_rate_init=learning_rate, random_state=seed,
        )  # fmt: skip
        self.model.partial_fit(self.images[:FIRST], self.labels[:FIRST], classes=np.arange(10))
        rng = np.random.default_rng(seed)
        for weights, fans in zip(self.model.coefs_, (784, hidden[0] + 10), strict=True):
            weights[...] = (2 / fans) ** 0.5 * rng.standard_normal(weights.shape, dtype=np.float32)
        for biases in self.model.intercepts_:
            biases[...] = 0
        self.epochs, self.seen_before = 0, self.model.t_

    def epoch(self) -> float:
        """Walk through the examples once and return the seconds."""
        started = time.perf_counter()
        self.model.partial_fit(self.images, self.labels)
        self.epochs += 1
        return time.perf_counter() - started

    def work(self) -> dict[str, Any]:
        """Say what was done up to now, and how well the test set is read."""
        images, labels = self.test
        return {
            "parameters": sum(array.size for array in (*self.model.coefs_, *self.model.intercepts_)),
            "epochs": self.epochs,
            "batch_size": self.model.batch_size,
            "examples": int(self.model.t_ - self.seen_before),
            "recipe": f"{self.model.solver} {self.model.learning_rate_init:g} constant",
            "accuracy": float(np.mean(self.model.predict(images) == labels)),
        }


class Reading:
    """The network of scikit-learn's own benchmark, benchmarks/bench_mnist.py: "MLP-adam", until it gets no better."""

    def __init__(self, folder: str, count: int, epochs: int = 400, seed: int = 0) -> None:
        """Train it with the first `count` pictures, for at most so many epochs."""
        images, labels = _load(Path(folder), "train")
        self.model = MLPClassifier(
            (100, 100), max_iter=epochs, alpha=1e-4, solver="adam", learning_rate_init=0.001, tol=1e-4,
            random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # where `epochs` are few
            self.model.fit(images[:count], labels[:count])

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the share that is read right of each set of pictures in `folder`."""
        return accuracies(folder, lambda images: self.model.predict(_inputs(images)))


def _load(folder: Path, part: str) -> tuple[Any, Any]:
    images = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8, offset=8)
    return _inputs(images), labels


def _inputs(images: Images) -> Floats:
    """Return pictures uint8 (n, ...) as float32 (n, 784), 0 to 1."""
    return images.reshape(-1, 784).astype(np.float32) / np.float32(255)
