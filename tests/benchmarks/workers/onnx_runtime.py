"""Inference with onnxruntime: the same weights, the same uint8 images."""

import time
from pathlib import Path

import numpy as np
import onnxruntime

from .onnx_format import classifier

CHUNK = 1000


class Outputs:
    """A session and its images; all at once or in chunks, whichever is faster."""

    def __init__(self, folder: str, weights: str, threads: int, count: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        with np.load(weights) as arrays:
            model = classifier(arrays[name] for name in arrays.files)
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        pixels = np.fromfile(Path(folder) / "t10k-images-idx3-ubyte", np.uint8, offset=16)
        self.images = pixels.reshape(-1, 28, 28)[:count]
        self.chunk = min((CHUNK, count), key=self._seconds)

    def run(self, times: int) -> float:
        """Return the mean seconds of a pass over the images, of `times`."""
        started = time.perf_counter()
        for _ in range(times):
            self._outputs()
        return (time.perf_counter() - started) / times

    def difference(self, outputs: str) -> float:
        """Return the largest difference from the outputs in a .npy file."""
        return float(np.abs(self._outputs() - np.load(outputs)).max())

    def images_per_call(self) -> int:
        return self.chunk

    def _seconds(self, chunk: int) -> float:
        self.chunk = chunk
        return min(self.run(1) for _ in range(6))

    def _outputs(self) -> np.ndarray:
        chunks = [
            self.session.run(None, {"images": self.images[start : start + self.chunk]})[0]
            for start in range(0, len(self.images), self.chunk)
        ]
        return chunks[0] if len(chunks) == 1 else np.concatenate(chunks)
