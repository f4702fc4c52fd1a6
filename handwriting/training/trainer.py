"""The training step and the training loop.

    trainer = Trainer(network, examples, setup, positions=positions, held_out=held_out)
    for event in trainer.run():
        ...                                  # a `Step` after every batch, an `Epoch` after every pass

The loop prints nothing: whoever runs it shows the events.
"""

import math
import time
from collections.abc import Callable, Generator, Iterator
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import DivergedError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Examples, Floats, Labels, Part
from handwriting.nn import architecture
from handwriting.nn.by_array import for_arrays
from handwriting.nn.guarded import found_at_fault, guarded
from handwriting.nn.network import Network, as_inputs
from handwriting.training.augmentation.augmenter import Augmenter
from handwriting.training.averaging import Average
from handwriting.training.data_parallel import DataParallelStep, shard_count
from handwriting.training.diagnosis import unsuitable_settings
from handwriting.training.events import Epoch, Step
from handwriting.training.randomness import streams
from handwriting.training.resolve import Setup

NONE: NDArray[np.intp] = np.empty(0, np.intp)
HEAD_START = 0.01
"""Fraction of the time limit in which the clock does not count: the first steps are slow, and would seem too late."""
VALIDATION_CHUNK = 10_000
"""Validation images that are in memory at a time."""


class TrainingStep:
    """One step of gradient descent on a batch, in one thread: forward, cost, backward, then the optimizer's step."""

    def __init__(self, network: Network, setup: Setup, batch_size: int, rng: np.random.Generator) -> None:
        """Prepare for batches of up to `batch_size` examples; augmentation and layers like dropout draw from `rng`."""
        self.network, self.loss, self.rng = network, guarded(setup.training_loss), rng
        self.optimizer = for_arrays(guarded(setup.optimizer), architecture.trained_shapes(network.stages))
        self.inputs = np.empty((batch_size, *network.stages[0].input_shape), np.float32)
        self.gradient = np.empty_like(network.trained)
        self.gradients = architecture.views(network.stages, self.gradient)

    def backpropagate(
        self, examples: Examples, batch: NDArray[np.intp], augment: Augmenter | None = None, weight: float = 1.0
    ) -> float:
        """Return the mean cost of the examples at the positions `batch`, and leave its gradient in `self.gradient`.

        Where the batch is a shard of a larger one, `weight` is its fraction of that, and scales cost and gradient.
        """
        chosen = examples[batch]
        images = augment(chosen.images, self.rng) if augment else chosen.images
        x = as_inputs(images, self.inputs)
        propagate = partial(self._propagate, x, chosen.labels, weight)
        if self.network.is_guarded:
            return found_at_fault(propagate, self.gradient, self.network.state, self.rng)
        return propagate()

    def _propagate(self, x: Floats, labels: Labels, weight: float) -> float:
        outputs, backward_functions = self.network.forward(x, training=True, rng=self.rng)
        cost, output_gradient = self.loss.cost(outputs, labels)
        self.network.backward(output_gradient * weight, backward_functions, self.gradients)
        return float(cost) * weight

    def update(self, learning_rate: float) -> None:
        """Change the parameters by one step of the optimizer, against the gradient."""
        self.optimizer.step(self.network.trained, self.gradient, self.optimizer_state, learning_rate)

    @cached_property
    def optimizer_state(self) -> dict[str, Floats]:
        """The optimizer's state, arrays by name; created when needed, since a replica only computes gradients."""
        return self.optimizer.start(len(self.network.trained))

    @property
    def generators(self) -> list[np.random.Generator]:
        """The generators that the step draws from."""
        return [self.rng]


def make_step(
    network: Network, setup: Setup, batch_size: int, rng: np.random.Generator
) -> TrainingStep | DataParallelStep:
    """Return a training step: in one thread, or with replicas that each take a shard of the batch in a thread."""
    shards = shard_count(network, batch_size)
    if shards == 1:
        return TrainingStep(network, setup, batch_size, rng)
    size = math.ceil(batch_size / shards)
    replicas = [TrainingStep(network.replica(), setup, size, shard_rng) for shard_rng in rng.spawn(shards)]
    return DataParallelStep(network, replicas)


class Trainer:
    """Trains `network` in place on the examples at `positions`, with those at `held_out` as the validation set.

    In the end the network holds the weights of the latest epoch whose validation accuracy is within one standard error
    of the best: among epochs that differ by chance alone, the latest profits most from the falling learning rate
    (Breiman, Friedman, Olshen and Stone, "Classification and regression trees", 1984, section 3.4.3).
    """

    def __init__(
        self,
        network: Network,
        examples: Examples,
        setup: Setup,
        *,
        positions: NDArray[np.intp],
        held_out: NDArray[np.intp] = NONE,
    ) -> None:
        self.network, self.examples, self.setup, self.recipe = network, examples, setup, setup.recipe
        self.positions, self.held_out = positions, held_out
        self.schedule = guarded(setup.schedule)
        self.batch_size = self.recipe.examples_per_step(len(positions))
        self.random = streams(self.recipe.seed)
        self.step = make_step(network, setup, self.batch_size, self.random.layers)
        self.decayed_weights = [
            network.parameters[position][name]
            for position, name, parameter in architecture.parameters_of(network.stages)
            if parameter.trained and parameter.fans is not None
        ]
        self.average = Average(network, self.recipe.average) if self.recipe.average else None
        self.history: list[Epoch] = []
        self.kept = network.vector.copy()
        self.validation: tuple[Floats, Labels] | None = None
        """Outputs and labels of the validation set after the last epoch."""
        self.seconds_before = 0.0
        """Seconds of training before it was resumed."""
        self.time_limit = self.recipe.time_limit
        """Seconds after which `run` ends; less than the recipe's where other work has to fit into that as well."""
        self.is_hurried = False
        """Whether the time limit has changed the schedule, so that another run may end with other weights."""

    def run(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Step | Epoch]:
        """Train to the end of the recipe, or until `stopped()` returns true after a batch.

        Raises `DivergedError` when the cost is no longer finite; the network then holds the weights kept before.
        """
        self.started = time.perf_counter()
        completed = True
        while completed and not self._is_over():
            completed = yield from self._train_for_an_epoch(stopped)
        self.is_hurried |= self._is_time_up() and len(self.history) < self.recipe.epochs
        if self.history:
            self.network.vector[:] = self.kept

    def _train_for_an_epoch(self, stopped: Callable[[], bool]) -> Generator[Step | Epoch, None, bool]:
        """Pass over the training set once, batch by batch; return false if it was stopped before the end."""
        number, total, started = len(self.history) + 1, len(self.positions), time.perf_counter()
        order = self.random.order.permutation(self.positions)
        cost_sum, done, rate = 0.0, 0, self.setup.learning_rate
        while done < total and not self._is_time_up():
            batch, progress = order[done : done + self.batch_size], self._progress(done / total)
            augment = self.setup.augmenter and self.setup.augmenter.at(progress)
            cost = self.step.backpropagate(self.examples, batch, augment)
            if not math.isfinite(cost):
                self.network.vector[:] = self.kept
                raise DivergedError(_advice(number, self.setup))
            rate = self.setup.learning_rate * self.schedule.factor(progress)
            self._decay_weights(rate)
            self.step.update(rate)
            if self.average:
                self.average.follow()
            done += len(batch)
            cost_sum += cost * len(batch)
            yield Step(number, done, total, cost_sum / done)
            if stopped():
                return False
        self.is_hurried |= done < total
        yield self._validated_epoch(number, cost_sum / max(done, 1), rate, started)
        return True

    def _decay_weights(self, learning_rate: float) -> None:
        """Weight decay, apart from the gradient (Loshchilov and Hutter 2017); biases and the like are left alone."""
        if self.recipe.weight_decay:
            for weights in self.decayed_weights:
                weights *= 1 - learning_rate * self.recipe.weight_decay

    def _validated_epoch(self, number: int, cost: float, rate: float, started: float) -> Epoch:
        """Compute the validation accuracy after an epoch, and decide whether its weights are kept."""
        network = self.average.network if self.average else self.network
        outputs, labels = self.validation = self.validate(network)
        right = accuracy(outputs, labels) if len(labels) else None
        record = max((epoch.accuracy or 0.0 for epoch in self.history), default=0.0)
        best = right is None or right >= record
        kept = right is None or right >= record - math.sqrt(record * (1 - record) / len(labels))
        if kept:
            self.kept[:] = network.vector
        self.history.append(Epoch(number, cost, right, rate, time.perf_counter() - started, best, kept))
        return self.history[-1]

    def validate(self, network: Network | None = None) -> tuple[Floats, Labels]:
        """Return the outputs of `network` (default: the one in training) for the validation set, and its labels."""
        network = network or self.network
        chunks = (self.held_out[i : i + VALIDATION_CHUNK] for i in range(0, len(self.held_out), VALIDATION_CHUNK))
        outputs = [network.outputs(self.examples.images[chunk]) for chunk in chunks]
        none = np.empty((0, *network.stages[-1].output_shape), np.float32)
        return np.concatenate([none, *outputs]), self.examples.labels[self.held_out]

    def validation_of_kept(self) -> tuple[Floats, Labels]:
        """Return what `validate` does for the weights that are kept, computed before if they are the last epoch's."""
        is_last = self.history and self.kept_epoch == self.history[-1].number
        return self.validation if self.validation and is_last else self.validate()

    @property
    def parts(self) -> list[Part]:
        """Everything in the training that a plugin can provide, but the dataset."""
        return self.setup.parts(self.network.stages)

    @property
    def steps(self) -> int:
        """The number of gradient steps taken, counting an epoch that was cut short as a whole one."""
        return len(self.history) * math.ceil(len(self.positions) / self.batch_size)

    @property
    def kept_epoch(self) -> int:
        """The number of the epoch whose weights are kept, 0 before the first epoch has ended."""
        return next((epoch.number for epoch in reversed(self.history) if epoch.kept), 0)

    def _is_over(self) -> bool:
        done = len(self.history)
        best = next((epoch.number for epoch in reversed(self.history) if epoch.best), 0)
        out_of_patience = self.recipe.patience is not None and done > 0 and done - best >= self.recipe.patience
        return done >= self.recipe.epochs or out_of_patience or self._is_time_up()

    def _is_time_up(self) -> bool:
        return self.time_limit is not None and self._seconds() >= self.time_limit

    def _progress(self, fraction_of_epoch: float) -> float:
        """Return the fraction of the training that is done, 0 to 1: by epochs, or by time where that ends first."""
        by_epochs = (len(self.history) + fraction_of_epoch) / self.recipe.epochs
        time_used = self._seconds() / self.time_limit if self.time_limit else 0.0
        by_time = (time_used - HEAD_START) / (1 - HEAD_START)
        self.is_hurried |= by_time > by_epochs
        return min(1.0, max(by_epochs, by_time))

    def _seconds(self) -> float:
        return self.seconds_before + time.perf_counter() - self.started

    def state(self) -> tuple[dict[str, Floats], dict[str, Any]]:
        """Return all that decides how training continues after an epoch, as arrays and as JSON values."""
        arrays = {"vector": self.network.vector, "kept": self.kept}
        arrays |= {f"optimizer.{name}": array for name, array in self.step.optimizer_state.items()}
        if self.average:
            arrays |= {"average": self.average.network.vector}
        values = {
            "history": [vars(epoch) for epoch in self.history],
            "seconds": self._seconds(),
            "hurried": self.is_hurried,
            "steps": self.average.steps if self.average else 0,
            "order": self.random.order.bit_generator.state,
            "layers": [generator.bit_generator.state for generator in self.step.generators],
        }
        return arrays, values

    def restore(self, arrays: dict[str, Floats], values: dict[str, Any]) -> None:
        """Continue from what `state` returned, for a trainer with the same setup and as many threads.

        Raises `KeyError`, `ValueError` or `TypeError` if it is not of this setup.
        """
        _copy(arrays["vector"], self.network.vector)
        _copy(arrays["kept"], self.kept)
        for name, array in self.step.optimizer_state.items():
            _copy(arrays[f"optimizer.{name}"], array)
        if self.average:
            _copy(arrays["average"], self.average.network.vector)
            self.average.steps = values["steps"]
        self.history = [Epoch(**epoch) for epoch in values["history"]]
        self.seconds_before, self.is_hurried = values["seconds"], values["hurried"]
        self.random.order.bit_generator.state = values["order"]
        for generator, state in zip(self.step.generators, values["layers"], strict=True):
            generator.bit_generator.state = state


def _copy(saved: Floats, target: Floats) -> None:
    """Copy an array, which must have the same shape: NumPy would also stretch a single number."""
    if saved.shape != target.shape:
        raise ValueError(f"an array has the shape {saved.shape} instead of {target.shape}")
    target[...] = saved


def _advice(epoch: int, setup: Setup) -> str:
    gentler = f"try a smaller --learning-rate than {setup.learning_rate:g}, or --schedule one-cycle"
    cause = next(unsuitable_settings(setup), gentler)
    return f"the cost became infinite or NaN in epoch {epoch}: training diverged; {cause}"
