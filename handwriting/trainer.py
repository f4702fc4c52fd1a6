"""The trainer: walks the examples, batch by batch, and yields what happened; it prints nothing.

for event in train(network, examples, recipe, positions=..., validation=...):
    ...                                      # a `Step` after every batch, an `Epoch` after every walk
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting import architecture
from handwriting import network as networks
from handwriting.errors import DataError, DivergedError
from handwriting.evaluation import accuracy
from handwriting.interfaces import Examples, Optimizer
from handwriting.losses import Loss
from handwriting.network import Network
from handwriting.schedules import Schedule


@dataclass(frozen=True)
class Recipe:
    """How to train; with the same recipe, examples, machine and number of threads the result is the same."""

    loss: Loss
    optimizer: Optimizer
    schedule: Schedule
    learning_rate: float
    epochs: int
    batch_size: int | None
    """Examples a step; None is all of them."""
    seed: int


@dataclass(frozen=True)
class Step:
    """A batch was learnt: so many of the epoch's examples are done, at this mean cost up to now."""

    epoch: int
    done: int
    total: int
    cost: float


@dataclass(frozen=True)
class Epoch:
    """All examples were learnt once more; `number` counts from 1, `cost` is the mean over the epoch.

    `accuracy` is the share of the validation examples read right, None where none are held out.
    """

    number: int
    cost: float
    accuracy: float | None
    learning_rate: float
    seconds: float


def streams(seed: int) -> list[np.random.Generator]:
    """Return independent generators for: initial weights, held-out examples, order of examples, layers."""
    return [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)]


def hold_out(count: int, share: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of the examples to learn from and of the share that is held out, drawn by `seed`.

    Raises `DataError` where either would be empty (a share of 0 holds nothing out).
    """
    order = streams(seed)[1].permutation(count)
    held = round(count * share)
    if held == count or (share > 0 and held == 0):
        raise DataError(
            f"--validation {share} of {count} training pictures leaves nothing to learn from or to check with"
        )
    return np.sort(order[held:]), np.sort(order[:held])


def train(
    network: Network,
    examples: Examples,
    recipe: Recipe,
    *,
    positions: NDArray[np.intp],
    validation: Examples | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Step | Epoch]:
    """Train `network` in place on the examples at `positions`, until the last epoch or until `stopped()` says so.

    Raises `DivergedError` when the cost is no longer finite; the network then holds the weights of the last good epoch.
    """
    _, _, order_rng, layer_rng = streams(recipe.seed)
    gradient = np.empty_like(network.trained)
    gradients = architecture.views(network.stages, gradient)
    state = recipe.optimizer.start(len(network.trained))
    total = len(positions)
    batch_size = min(recipe.batch_size or total, total)
    last_good = network.vector.copy()

    for epoch in range(1, recipe.epochs + 1):
        started, cost_sum, rate = time.perf_counter(), 0.0, 0.0
        order = order_rng.permutation(positions)
        for start in range(0, total, batch_size):
            batch = examples[order[start : start + batch_size]]
            outputs, ways_back = network.forward(networks.inputs(batch.images), training=True, rng=layer_rng)
            cost, output_gradient = recipe.loss.cost(outputs, batch.labels)
            if not math.isfinite(cost):
                network.vector[:] = last_good
                raise DivergedError(_advice(epoch, recipe))
            network.backward(output_gradient, ways_back, gradients)
            rate = recipe.learning_rate * recipe.schedule((epoch - 1 + start / total) / recipe.epochs)
            recipe.optimizer.step(network.trained, gradient, state, rate)

            done = start + len(batch)
            cost_sum += cost * len(batch)
            yield Step(epoch, done, total, cost_sum / done)
            if stopped():
                return
        last_good[:] = network.vector
        right = accuracy(network.outputs(validation.images), validation.labels) if validation else None
        yield Epoch(epoch, cost_sum / total, right, rate, time.perf_counter() - started)


def _advice(epoch: int, recipe: Recipe) -> str:
    return (
        f"the cost became infinite in epoch {epoch}; try a smaller --learning-rate than {recipe.learning_rate:g} "
        "or --schedule one-cycle"
    )
