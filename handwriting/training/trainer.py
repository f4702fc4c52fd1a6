"""The trainer: walks the examples, batch by batch, and yields what happened; it prints nothing.

    trainer = Trainer(network, examples, recipe, positions=positions, held_out=held_out)
    for event in trainer.run():
        ...                                  # a `Step` after every batch, an `Epoch` after every walk

In the end the network holds the weights of the last epoch that read the held-out examples as well as any before it,
but for chance: of several that differ by less than one standard error the last one counts, as the schedule has come
furthest there (Breiman, Friedman, Olshen and Stone, "Classification and regression trees", 1984, section 3.4.3).
"""

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import DivergedError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples, Floats, Labels, Optimizer
from handwriting.nn import losses
from handwriting.nn.network import Network
from handwriting.nn.schedules import SCHEDULES
from handwriting.registry import specs
from handwriting.training.augmentation import augmentation
from handwriting.training.averaging import Average
from handwriting.training.data_parallel import Learner
from handwriting.training.recipe import Recipe, streams

NONE: NDArray[np.intp] = np.empty(0, np.intp)
AT_ONCE = 10_000
"""Held-out examples that are taken into memory at a time."""


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

    `accuracy` is the share of the held-out examples read right, None where none are held out; `seconds` is the time
    that the walk took; `best` says whether no epoch before had a higher accuracy, `kept` whether its weights are kept.
    """

    number: int
    cost: float
    accuracy: float | None
    learning_rate: float
    seconds: float
    best: bool
    kept: bool


class Trainer:
    """Trains `network` in place on the examples at `positions`, checking itself with those at `held_out`."""

    def __init__(
        self,
        network: Network,
        examples: Examples,
        recipe: Recipe,
        *,
        positions: NDArray[np.intp],
        held_out: NDArray[np.intp] = NONE,
        nothing: int | None = None,
    ) -> None:
        """Get ready; raises `PluginError` or `SettingError` where the recipe's optimizer can't be had.

        `nothing` is the class of pictures that show none of the others, None where there is no such class.
        """
        self.network, self.examples, self.recipe = network, examples, recipe
        self.positions, self.held_out = positions, held_out
        self.batch_size = min(recipe.batch_size or len(positions), len(positions))
        self.random = streams(recipe.seed)
        optimizer: Optimizer = specs.make("optimizer", recipe.optimizer)
        self.peak_rate = recipe.learning_rate or optimizer.learning_rate
        loss = losses.loss(recipe.loss, recipe.label_smoothing, nothing)
        self.augment = None if recipe.augment is None else augmentation(recipe.augment)
        self.learner = Learner(
            network, loss, optimizer, self.batch_size, self.random.layers, recipe.weight_decay, self.augment is not None
        )
        self.average = Average(network, recipe.average) if recipe.average else None
        self.history: list[Epoch] = []
        self.kept = network.vector.copy()
        self.checked: tuple[Floats, Labels] | None = None
        """The outputs and labels of the last epoch's check."""
        self.seconds_before = 0.0
        """Seconds that were trained before this trainer went on with it."""

    @property
    def kept_epoch(self) -> int:
        """The number of the epoch whose weights are kept, 0 before the first one's end."""
        return next((epoch.number for epoch in reversed(self.history) if epoch.kept), 0)

    @property
    def best_epoch(self) -> int:
        """The number of the last epoch that no one before it had surpassed, 0 before the first one's end."""
        return next((epoch.number for epoch in reversed(self.history) if epoch.best), 0)

    def run(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Step | Epoch]:
        """Train until the recipe's end, or until `stopped()` says so after a batch.

        Raises `DivergedError` when the cost is no longer finite; the network then holds the weights kept up to then.
        """
        self.started = time.perf_counter()
        went_through = True
        while went_through and not self._is_over():
            went_through = yield from self._walk(stopped)
        if self.history:
            self.network.vector[:] = self.kept

    def _walk(self, stopped: Callable[[], bool]) -> Generator[Step | Epoch, None, bool]:
        """Learn from every example once; return False where somebody stopped it on the way."""
        number, total, began = len(self.history) + 1, len(self.positions), time.perf_counter()
        order = self.random.order.permutation(self.positions)
        cost_sum, done, rate = 0.0, 0, self.peak_rate
        while done < total and not self._is_time_up():
            batch, share_done = order[done : done + self.batch_size], self._share_done(done / total)
            cost = self.learner.backpropagate(self.examples, batch, self.augment and self.augment.at(share_done))
            if not math.isfinite(cost):
                self.network.vector[:] = self.kept
                raise DivergedError(_advice(number, self.peak_rate))
            rate = self.peak_rate * SCHEDULES[self.recipe.schedule](share_done)
            self.learner.step(rate)
            if self.average:
                self.average.follow()
            done += len(batch)
            cost_sum += cost * len(batch)
            yield Step(number, done, total, cost_sum / done)
            if stopped():
                return False
        yield self._closed(number, cost_sum / max(done, 1), rate, began)
        return True

    def _closed(self, number: int, cost: float, rate: float, began: float) -> Epoch:
        """Check what was learnt in an epoch, and keep it if it is the best."""
        network = self.average.network if self.average else self.network
        outputs, labels = self.checked = self.check(network)
        right = accuracy(outputs, labels) if len(labels) else None
        record = max((epoch.accuracy or 0.0 for epoch in self.history), default=0.0)
        best = right is None or right >= record
        kept = right is None or right >= record - math.sqrt(record * (1 - record) / len(labels))
        if kept:
            self.kept[:] = network.vector
        self.history.append(Epoch(number, cost, right, rate, time.perf_counter() - began, best, kept))
        return self.history[-1]

    def check(self, network: Network | None = None) -> tuple[Floats, Labels]:
        """Return the outputs of `network` (by default the one that learns) for the held-out examples, and their labels.

        Some of the pictures are taken into memory at a time.
        """
        network = network or self.network
        parts = (self.held_out[start : start + AT_ONCE] for start in range(0, len(self.held_out), AT_ONCE))
        outputs = [network.outputs(self.examples.images[part]) for part in parts]
        nothing = np.empty((0, *network.stages[-1].output_shape), np.float32)
        return np.concatenate([nothing, *outputs]), self.examples.labels[self.held_out]

    def _is_over(self) -> bool:
        done = len(self.history)
        waited = self.recipe.patience is not None and done - self.best_epoch >= self.recipe.patience
        return done >= self.recipe.epochs or (done > 0 and waited) or self._is_time_up()

    def _is_time_up(self) -> bool:
        return self.recipe.time_limit is not None and self._seconds() >= self.recipe.time_limit

    def _share_done(self, share_of_epoch: float) -> float:
        """Return how much of the training is done, 0 to 1: by epochs, or by time where that ends first."""
        by_epochs = (len(self.history) + share_of_epoch) / self.recipe.epochs
        by_time = self._seconds() / self.recipe.time_limit if self.recipe.time_limit else 0.0
        return min(1.0, max(by_epochs, by_time))

    def _seconds(self) -> float:
        return self.seconds_before + time.perf_counter() - self.started

    def state(self) -> tuple[dict[str, Floats], dict[str, Any]]:
        """Return all that decides how it goes on, at the end of an epoch, as arrays and as values for JSON."""
        arrays = {"vector": self.network.vector, "kept": self.kept}
        arrays |= {f"optimizer.{name}": array for name, array in self.learner.state().items()}
        if self.average:
            arrays |= {"average": self.average.network.vector}
        values = {
            "history": [vars(epoch) for epoch in self.history],
            "seconds": self._seconds(),
            "steps": self.average.steps if self.average else 0,
            "order": self.random.order.bit_generator.state,
            "learner": self.learner.random_states(),
        }
        return arrays, values

    def restore(self, arrays: dict[str, Floats], values: dict[str, Any]) -> None:
        """Go on from what `state` returned, for a trainer made of the same things with as many threads."""
        self.network.vector[:] = arrays["vector"]
        self.kept[:] = arrays["kept"]
        prefix = "optimizer."
        self.learner.restore({name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)})
        if self.average:
            self.average.network.vector[:] = arrays["average"]
            self.average.steps = values["steps"]
        self.history = [Epoch(**epoch) for epoch in values["history"]]
        self.seconds_before = values["seconds"]
        self.random.order.bit_generator.state = values["order"]
        self.learner.restore_random_states(values["learner"])


def train(
    network: Network,
    examples: Examples,
    recipe: Recipe,
    *,
    positions: NDArray[np.intp],
    held_out: NDArray[np.intp] = NONE,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Step | Epoch]:
    """Train `network` in place by a `Trainer`; raises what that raises."""
    yield from Trainer(network, examples, recipe, positions=positions, held_out=held_out).run(stopped)


def _advice(epoch: int, rate: float) -> str:
    return (
        f"the cost became infinite or NaN in epoch {epoch}: training diverged; try a smaller --learning-rate than "
        f"{rate:g}, or --schedule one-cycle, which starts gently"
    )
