"""The learner: one batch through the network and back, and one step downhill, shared out among the threads.

    batch -> shares -> forward, cost, backward -> one gradient a share        (each thread: its share of the batch)
    gradients -> sum -> optimizer -> parameters                               (each thread: its part of the vector)

With one thread that is one share and one part: plain backpropagation. Sums are taken in the order of the shares, so
with the same number of threads the result is the same, bit for bit.
"""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Examples, Floats, Optimizer
from handwriting.nn import architecture
from handwriting.nn.losses import Loss
from handwriting.nn.network import Network, inputs
from handwriting.system.thread_pool import spans, team
from handwriting.training.augmentation import Augmentation

SMALLEST_SHARE = 500_000
"""Numbers that the layers give out for a share, together, from which waking another thread for it pays.

Measured with 784-128-relu-10 and batches of 128 (67,000 numbers a half) on two processors: 0.44 s an epoch in two
shares, 0.39 s in one share with one thread for its products, 0.31 s with two. What is won in the products is lost in
waking (50 microseconds each time) and in turns at Python's interpreter lock. Preparing the next share while the
optimizer is at work did not win it back.
"""

AUGMENTED = 12_000
"""Numbers that take as long as changing a picture does."""

FEWEST_IN_STATISTICS = 64
"""Examples in a share at least, where a layer takes statistics of it: fewer would say little of what is read later.

Measured with the network of `balanced`, 16 epochs, changes of `best`, the last 10,000 training pictures (by others)
held out: 41.5 of them are read wrong, in the mean over nine small moves and two seeds, after shares of 32 (of batches
of 64, at a rate of 0.01); 37.9 after shares of 64 (of these batches or of 128, at 0.014); 37.0 after shares of 128.
So many processors do not teach worse than two.
"""


class Learner:
    """Moves the parameters of `network` downhill, batch by batch."""

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        batch_size: int,
        rng: np.random.Generator,
        weight_decay: float = 0.0,
        augmented: bool = False,
    ) -> None:
        """Get ready for batches of up to `batch_size` examples; `augmented` says whether their pictures get changed.

        `rng` is for that, and for layers that draw, such as dropout.
        With `weight_decay` d a step at the learning rate r also takes the share r d from every weight (biases and the
        like are left alone), apart from the gradient (Loshchilov and Hutter 2017).
        """
        count = _shares(network, batch_size, augmented)
        generators = rng.spawn(count) if count > 1 else [rng]
        size = math.ceil(batch_size / count)
        self.network = network
        networks = [network.twin() for _ in generators] if count > 1 else [network]
        self.shares = [Share(*own, loss, size) for own in zip(networks, generators, strict=True)]
        stretches = spans(len(network.trained), count if optimizer.elementwise else 1)
        self.weight_decay = weight_decay
        self.decaying = [
            network.parameters[position][name]
            for position, name, parameter in architecture.parameters_of(network.stages)
            if parameter.trained and parameter.fans is not None
        ]
        self.parts = [Part(network, optimizer, stretch, self.shares) for stretch in stretches]

    def backpropagate(self, examples: Examples, batch: NDArray[np.intp], augment: Augmentation | None = None) -> float:
        """Compute the gradient for the examples at the positions `batch`, and return their mean cost.

        `augment` changes the pictures before they are learnt.
        """
        pieces = np.array_split(batch, len(self.shares)) if len(self.shares) > 1 else [batch]
        for share in self.shares:
            share.network.state[:] = self.network.state
        learnings = [
            partial(share.learn, examples, piece, len(piece) / len(batch), augment)
            for share, piece in zip(self.shares, pieces, strict=True)
        ]
        cost = sum(team().run(learnings))
        self.network.state[:] = sum(share.network.state for share in self.shares) / np.float32(len(self.shares))
        return cost

    def step(self, learning_rate: float) -> None:
        """Change the parameters, against the gradient."""
        if self.weight_decay:
            for weights in self.decaying:
                weights *= 1 - learning_rate * self.weight_decay
        team().run([partial(part.step, learning_rate) for part in self.parts])

    def state(self) -> dict[str, Floats]:
        """Return what the optimizer remembers, as arrays by name."""
        return {f"{number}.{name}": a for number, part in enumerate(self.parts) for name, a in part.state.items()}

    def restore(self, state: dict[str, Floats]) -> None:
        """Let the optimizer remember what `state` returned."""
        for name, array in self.state().items():
            array[...] = state[name]

    def random_states(self) -> list[Any]:
        """Return where the random numbers of the shares have come to, as values for JSON."""
        return [share.rng.bit_generator.state for share in self.shares]

    def restore_random_states(self, states: list[Any]) -> None:
        """Go on with random numbers from where `random_states` saw them."""
        for share, state in zip(self.shares, states, strict=True):
            share.rng.bit_generator.state = state


def _shares(network: Network, batch_size: int, augmented: bool) -> int:
    """Return into how many shares a batch is cut."""
    if not all(stage.layer.independent or stage.layer.divisible for stage in network.stages):
        return 1
    numbers = sum(math.prod(stage.output_shape) for stage in network.stages)
    work = batch_size * (numbers + AUGMENTED * augmented)
    fewest = 1 if all(stage.layer.independent for stage in network.stages) else FEWEST_IN_STATISTICS
    return min(team().size, max(1, batch_size // fewest), max(1, work // SMALLEST_SHARE))


class Share:
    """A thread's share of every batch, with a gradient of its own."""

    def __init__(self, network: Network, rng: np.random.Generator, loss: Loss, size: int) -> None:
        self.network, self.loss, self.rng = network, loss, rng
        self.inputs = np.empty((size, *network.stages[0].input_shape), np.float32)  # kept: to allocate it takes long
        self.gradient = np.empty_like(network.trained)
        self.gradients = architecture.views(network.stages, self.gradient)

    def learn(self, examples: Examples, piece: NDArray[np.intp], weight: float, augment: Augmentation | None) -> float:
        """Fill `gradient` for the examples at `piece`, changed by `augment`, and return their mean cost.

        Both count as `weight` of the batch, 0 to 1.
        """
        if not len(piece):  # the last batch of an epoch may be smaller than the number of shares
            self.gradient[:] = 0
            return 0.0
        some = examples[piece]
        images = augment(some.images, self.rng) if augment else some.images
        outputs, ways_back = self.network.forward(inputs(images, self.inputs), training=True, rng=self.rng)
        cost, output_gradient = self.loss.cost(outputs, some.labels)
        output_gradient *= weight
        self.network.backward(output_gradient, ways_back, self.gradients)
        return cost * weight


class Part:
    """A stretch of the vector of parameters, which one thread moves."""

    def __init__(self, network: Network, optimizer: Optimizer, stretch: slice, shares: list[Share]) -> None:
        self.parameters = network.trained[stretch]
        self.gradient, *self.others = [share.gradient[stretch] for share in shares]
        self.optimizer, self.state = optimizer, optimizer.start(len(self.parameters))

    def step(self, learning_rate: float) -> None:
        """Add up what the shares have found, and take the optimizer's step."""
        for other in self.others:
            self.gradient += other
        self.optimizer.step(self.parameters, self.gradient, self.state, learning_rate)
