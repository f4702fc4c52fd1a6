"""hwr as a reader of pictures, with a trained model or with the one that comes with it."""

import time
from pathlib import Path

from .hwr import use_threads


class Outputs:
    """`Network.outputs` on pictures as they come from files: uint8 (n, 28, 28)."""

    def __init__(self, folder: str, model: str, threads: int, count: int) -> None:
        use_threads(threads)
        from handwriting.datasets.mnist import Mnist
        from handwriting.models import model_file

        self.network = model_file.load(Path(model)).network
        self.images = Mnist().load(Path(folder)).test.images[:count].copy()

    def run(self, times: int) -> float:
        """Return the seconds of one walk through the pictures, out of `times`."""
        started = time.perf_counter()
        for _ in range(times):
            self.network.outputs(self.images)
        return (time.perf_counter() - started) / times

    def save_outputs(self, path: str) -> None:
        import numpy as np

        np.save(path, self.network.outputs(self.images))

    def save_weights(self, path: str) -> None:
        """Write the weights as (inputs, units) and the biases, layer by layer, for a peer to use."""
        import numpy as np

        arrays = [array for layer in self.network.parameters for array in layer.values()]
        np.savez(path, *arrays)


class Reading:
    """Reads as `hwr evaluate` does: pictures go to the network as they are."""

    def __init__(self, threads: int, model: str | None = None) -> None:
        """Load a model file; without one, the model in the box."""
        use_threads(threads)
        from handwriting.models import model_file, user_models

        self.model = model_file.load(Path(model) if model else user_models.BUNDLED)

    def accuracies(self, folder: str) -> dict[str, float]:
        """Return the share that is read right of each set of pictures in `folder`."""
        from .reading import accuracies

        return accuracies(folder, lambda images: self.model.confidences(images).argmax(axis=1))
