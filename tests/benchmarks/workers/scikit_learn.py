"""scikit-learn's MLPClassifier, an epoch at a time, or trained to its end as in scikit-learn's own benchmark."""

import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from handwriting.interfaces import Floats, Images

from .accuracies import accuracies

FIRST = 128
"""Examples of a first call, which only lets MLPClassifier allocate its weights; they are then initialized again."""


class Training:
    """`partial_fit` on all examples is one epoch: shuffled, in batches, at a constant learning rate.

    Weights are initialized as hwr does it; there is no penalty (`alpha=0`).
    """

    def __init__(
        self, folder: str, threads: int, seed: int, hidden: list[int], batch_size: int, learning_rate: float,
        decays: tuple[float, float], epochs: int, schedule: str, label_smoothing: float,
    ) -> None:  # fmt: skip
        assert schedule == "constant", "scikit-learn has no schedule for Adam"
        assert not label_smoothing, "scikit-learn has no label smoothing"
        threadpool_limits(threads)
        self.images, self.labels = _load(Path(folder), "train")
        self.test = _load(Path(folder), "t10k")
        self.model = MLPClassifier(
            hidden, activation="relu", solver="adam", alpha=0.0, batch_size=batch_size,
            learning_rate_init=learning_rate, beta_1=decays[0], beta_2=decays[1], random_state=seed,
        )  # fmt: skip
        self.model.partial_fit(self.images[:FIRST], self.labels[:FIRST], classes=np.arange(10))
        rng = np.random.default_rng(seed)
        for weights, fans in zip(self.model.coefs_, (784, hidden[0] + 10), strict=True):
            weights[...] = (2 / fans) ** 0.5 * rng.standard_normal(weights.shape, dtype=np.float32)
        for biases in self.model.intercepts_:
            biases[...] = 0
        self.epochs, self.seen_before = 0, self.model.t_

    def epoch(self) -> float:
        """Train for an epoch and return the seconds."""
        started = time.perf_counter()
        self.model.partial_fit(self.images, self.labels)
        self.epochs += 1
        return time.perf_counter() - started

    def work(self) -> dict[str, Any]:
        """Return what was done until now, with the accuracy on the test set."""
        images, labels = self.test
        return {
            "parameters": sum(array.size for array in (*self.model.coefs_, *self.model.intercepts_)),
            "epochs": self.epochs,
            "batch_size": self.model.batch_size,
            "examples": int(self.model.t_ - self.seen_before),
            "recipe": f"adam {self.model.beta_1:g} {self.model.beta_2:g}, {self.model.learning_rate_init:g} constant, "
            "label smoothing 0",
            "accuracy": float(np.mean(self.model.predict(images) == labels)),
        }


class Reader:
    """The network of scikit-learn's benchmarks/bench_mnist.py, "MLP-adam", trained until it stops improving."""

    def __init__(self, folder: str, threads: int, count: int, epochs: int = 400, seed: int = 0) -> None:
        """Train it on the first `count` images, for at most `epochs`."""
        threadpool_limits(threads)
        images, labels = _load(Path(folder), "train")
        self.model = MLPClassifier(
            (100, 100), max_iter=epochs, alpha=1e-4, solver="adam", learning_rate_init=0.001, tol=1e-4,
            random_state=seed,
        )  # fmt: skip
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # if `epochs` are few
            self.model.fit(images[:count], labels[:count])

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the accuracy on each file of images in `folder`."""
        return accuracies(folder, lambda images: self.model.predict(_inputs(images)))


def _load(folder: Path, split: str) -> tuple[Any, Any]:
    images = np.fromfile(folder / f"{split}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    labels = np.fromfile(folder / f"{split}-labels-idx1-ubyte", np.uint8, offset=8)
    return _inputs(images), labels


def _inputs(images: Images) -> Floats:
    """Return images uint8 (n, ...) as float32 (n, 784), 0 to 1."""
    return images.reshape(-1, 784).astype(np.float32) / np.float32(255)
