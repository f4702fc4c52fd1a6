"""hwr's inference, with a trained model or with the bundled one."""

import time
from pathlib import Path

import numpy as np

from handwriting.datasets.mnist import Mnist
from handwriting.models import model_file, user_models

from .accuracies import accuracies
from .hwr import Hwr


class Outputs(Hwr):
    """`Network.outputs` on images as they come from files: uint8 (n, 28, 28)."""

    def __init__(self, folder: str, model: str, threads: int, count: int) -> None:
        super().__init__(threads)
        self.network = model_file.load(Path(model)).network
        self.images = Mnist().load(Path(folder)).test.images[:count].copy()

    def run(self, times: int) -> float:
        """Return the mean seconds of a pass over the images, of `times`."""
        started = time.perf_counter()
        for _ in range(times):
            self.network.outputs(self.images)
        return (time.perf_counter() - started) / times

    def save(self, weights: str, outputs: str) -> None:
        """Write the weights (inputs, units) and biases (units,) of each layer as .npz, and the outputs as .npy."""
        np.savez(weights, *[array for layer in self.network.parameters for array in layer.values()])
        np.save(outputs, self.network.outputs(self.images))


class Reader(Hwr):
    """Classifies images as `hwr evaluate` does."""

    def __init__(self, threads: int, model: str | None = None) -> None:
        """Load a model file; None loads the bundled model."""
        super().__init__(threads)
        self.model = model_file.load(Path(model) if model else user_models.BUNDLED)

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the accuracy on each file of images in `folder`."""
        return accuracies(folder, lambda images: self.model.confidences(images).argmax(axis=1))
