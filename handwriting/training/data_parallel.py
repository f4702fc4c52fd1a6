"""Data parallelism: the training step, with each batch divided among threads.

    batch -> shards -> forward, cost, backward -> one gradient for each shard     (each thread: its shard of the batch)
    gradients -> sum -> optimizer -> parameters                                   (each thread: its slice of the vector)

Sums are taken in the order of the shards, so the same number of threads gives the same bits.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Examples, Floats
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.residual import leaves
from handwriting.nn.network import Network
from handwriting.system.thread_pool import slices, thread_pool, usable_processors
from handwriting.training.augmentation.augmenter import Augmenter
from handwriting.training.resolve import Setup

if TYPE_CHECKING:
    from handwriting.training.trainer import TrainingStep

SMALLEST_SHARD = 500_000
"""Activations of all layers for a shard, below which waking another thread takes longer than it saves.

It decides where the number of threads is not given.
"""

WEIGHT_COST = 1 / 200
"""Multiplying by a weight, forward and backward, takes as long as computing this fraction of an activation."""

AUGMENTATION_COST = 12_000
"""Augmenting an image takes as long as computing this many activations."""

FEWEST_IN_STATISTICS = 64
"""Examples in a shard, at least, where a layer takes statistics of it: those of fewer would be too noisy."""


class DataParallelStep:
    """A training step like `trainer.TrainingStep`, of which each of its replicas takes a shard of every batch.

    A replica has a network of its own, which shares the trained parameters but not the layers' state.
    """

    def __init__(self, network: Network, replicas: "Sequence[TrainingStep]") -> None:
        self.network, self.replicas, self.optimizer = network, replicas, replicas[0].optimizer
        self.slices = slices(len(network.trained), len(replicas) if self.optimizer.elementwise else 1)
        self.states = [self.optimizer.start(len(network.trained[part])) for part in self.slices]

    def backpropagate(self, examples: Examples, batch: NDArray[np.intp], augment: Augmenter | None = None) -> float:
        """Compute a gradient for each shard of the examples at the positions `batch`; return the mean cost of all."""
        shards = np.array_split(batch, len(self.replicas))
        for replica in self.replicas:
            replica.network.state[:] = self.network.state
        work = [
            partial(_backpropagate_shard, replica, examples, shard, augment, len(shard) / len(batch))
            for replica, shard in zip(self.replicas, shards, strict=True)
        ]
        cost = sum(thread_pool().run(work))
        states = sum(replica.network.state for replica in self.replicas)
        self.network.state[:] = states / np.float32(len(self.replicas))
        return cost

    def update(self, learning_rate: float) -> None:
        """Change the parameters by one step of the optimizer, against the sum of the shards' gradients."""
        thread_pool().run([
            partial(self._update_slice, part, state, learning_rate)
            for part, state in zip(self.slices, self.states, strict=True)
        ])  # fmt: skip

    def _update_slice(self, part: slice, state: dict[str, Floats], learning_rate: float) -> None:
        gradient, *others = [replica.gradient[part] for replica in self.replicas]
        for other in others:
            gradient += other
        self.optimizer.step(self.network.trained[part], gradient, state, learning_rate)

    @property
    def optimizer_state(self) -> dict[str, Floats]:
        """The optimizer's state of each slice, arrays by "SLICE.NAME"."""
        return {f"{number}.{name}": array for number, state in enumerate(self.states) for name, array in state.items()}

    @property
    def generators(self) -> list[np.random.Generator]:
        """The generators that the replicas draw from."""
        return [replica.rng for replica in self.replicas]


def shard_count(network: Network, batch_size: int) -> int:
    """Return into how many shards a batch is divided: one for each thread of the pool, as far as the layers allow."""
    return min(thread_pool().size, _most_shards(network.stages, batch_size))


def suitable_threads(setup: Setup, examples: Examples) -> int:
    """Return how many threads pay for a training: one for a small network, at most one for each processor."""
    stages = architecture.plan(setup.layers, (*examples.images.shape[1:], 1))
    batch_size = setup.recipe.examples_per_step(len(examples))
    layers = [stage for _, _, stage in leaves(stages)]
    activations = sum(math.prod(stage.output_shape) + WEIGHT_COST * stage.trained_size for stage in layers)
    work = batch_size * (activations + AUGMENTATION_COST * (setup.augmenter is not None))
    return min(usable_processors(), _most_shards(stages, batch_size), max(1, int(work / SMALLEST_SHARD)))


def _most_shards(stages: Sequence[Stage], batch_size: int) -> int:
    """Return into how many shards the layers allow a batch to be divided."""
    layers = [stage.layer for stage in stages]
    if not all(layer.independent or layer.divisible for layer in layers):
        return 1
    fewest = 1 if all(layer.independent for layer in layers) else FEWEST_IN_STATISTICS
    return max(1, batch_size // fewest)


def _backpropagate_shard(
    replica: "TrainingStep", examples: Examples, shard: NDArray[np.intp], augment: Augmenter | None, weight: float
) -> float:
    if not len(shard):  # the last batch of an epoch may be smaller than the number of shards
        replica.gradient[:] = 0
        return 0.0
    return replica.backpropagate(examples, shard, augment, weight)
