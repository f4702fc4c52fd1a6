"""The trainer: walks the examples, batch by batch, and yields what happened; it prints nothing.

for event in train(network, examples, recipe, positions=positions, validation=held_out):
    ...                                      # a `Step` after every batch, an `Epoch` after every walk
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting import losses, specs
from handwriting.errors import DivergedError
from handwriting.evaluation import accuracy
from handwriting.interfaces import Examples, Optimizer
from handwriting.learner import Learner
from handwriting.network import Network
from handwriting.recipe import Recipe, streams
from handwriting.schedules import SCHEDULES


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

    `accuracy` is the share of the validation examples read right, None where none are held out; `seconds` is the time
    that the walk took.
    """

    number: int
    cost: float
    accuracy: float | None
    learning_rate: float
    seconds: float


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
    loss = losses.loss(recipe.loss)
    optimizer: Optimizer = specs.make("optimizer", recipe.optimizer)
    peak_rate = recipe.learning_rate or optimizer.learning_rate
    random = streams(recipe.seed)
    total = len(positions)
    batch_size = min(recipe.batch_size or total, total)
    learner = Learner(network, loss, optimizer, batch_size, random.layers)
    last_good = network.vector.copy()

    for epoch in range(1, recipe.epochs + 1):
        started, cost_sum, rate = time.perf_counter(), 0.0, peak_rate
        order = random.order.permutation(positions)
        for start in range(0, total, batch_size):
            batch = order[start : start + batch_size]
            cost = learner.backpropagate(examples, batch)
            if not math.isfinite(cost):
                network.vector[:] = last_good
                raise DivergedError(_advice(epoch, peak_rate))
            rate = peak_rate * SCHEDULES[recipe.schedule]((epoch - 1 + start / total) / recipe.epochs)
            learner.step(rate)

            done = start + len(batch)
            cost_sum += cost * len(batch)
            yield Step(epoch, done, total, cost_sum / done)
            if stopped():
                return
        last_good[:] = network.vector
        right = accuracy(network.outputs(validation.images), validation.labels) if validation else None
        yield Epoch(epoch, cost_sum / total, right, rate, time.perf_counter() - started)


def _advice(epoch: int, rate: float) -> str:
    return (
        f"the cost became infinite or NaN in epoch {epoch}: training diverged; try a smaller --learning-rate than "
        f"{rate:g}, or --schedule one-cycle, which starts gently"
    )
