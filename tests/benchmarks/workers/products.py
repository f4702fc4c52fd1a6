"""The matrix products of an epoch: the least that training a network with this BLAS takes."""

import math
import time
from functools import partial

import numpy as np

from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.system.thread_pool import thread_pool
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve

from .hwr import Hwr

SIDE = 1024
"""Of square matrices with which BLAS is at its best."""


class Products(Hwr):
    """The five products of each batch of a network with one hidden layer, in float32, into the same buffers."""

    def __init__(self, count: int, batch_size: int, hidden: int) -> None:
        super().__init__(threads=1)
        draw = np.random.default_rng(0).standard_normal
        self.count = count
        self.x = draw((batch_size, 784), dtype=np.float32)
        self.w1, self.w2 = draw((784, hidden), dtype=np.float32), draw((hidden, 10), dtype=np.float32)
        self.z1, self.g1 = np.empty((batch_size, hidden), np.float32), np.empty((batch_size, hidden), np.float32)
        self.z2, self.g2 = np.empty((batch_size, 10), np.float32), draw((batch_size, 10), dtype=np.float32)
        self.dw1, self.dw2 = np.empty_like(self.w1), np.empty_like(self.w2)

    def epoch(self) -> float:
        """Return the seconds of the products of an epoch, with the smaller last batch."""
        started = time.perf_counter()
        for start in range(0, self.count, len(self.x)):
            self._batch(min(len(self.x), self.count - start))
        return time.perf_counter() - started

    def _batch(self, size: int) -> None:
        x, z1, g1, z2, g2 = self.x[:size], self.z1[:size], self.g1[:size], self.z2[:size], self.g2[:size]
        np.matmul(x, self.w1, out=z1)
        np.matmul(z1, self.w2, out=z2)
        np.matmul(z1.T, g2, out=self.dw2)
        np.matmul(g2, self.w2.T, out=g1)
        np.matmul(x.T, g1, out=self.dw1)


class LargeProducts(Hwr):
    """As many multiplications as the products of an epoch of a network of convolutions, at the best speed of BLAS."""

    def __init__(self, threads: int, count: int, layers: list[str]) -> None:
        super().__init__(threads)
        stages = architecture.plan(resolve(Recipe(layers=tuple(layers), hidden=())).layers)
        self.repeats = math.ceil(count * _multiplications(stages) / (threads * SIDE**3))
        self.left, self.right = np.random.default_rng(0).standard_normal((2, SIDE, SIDE), dtype=np.float32)
        self.results = np.empty((threads, SIDE, SIDE), np.float32)

    def epoch(self) -> float:
        """Return the seconds, with an equal part in each thread."""
        started = time.perf_counter()
        thread_pool().run([partial(self._multiply, result) for result in self.results])
        return time.perf_counter() - started

    def _multiply(self, result: np.ndarray) -> None:
        for _ in range(self.repeats):
            np.matmul(self.left, self.right, out=result)


def _multiplications(stages: tuple[Stage, ...]) -> int:
    """Return how many an image takes: for outputs and gradients, without that of the image itself."""
    each = [
        math.prod(stage.output_shape[:-1]) * math.prod(stage.parameters["weights"].shape)
        for stage in stages
        if "weights" in stage.parameters
    ]
    return 3 * sum(each) - each[0]
