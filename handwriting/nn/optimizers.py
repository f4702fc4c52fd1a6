"""Optimizers: how the parameters follow the gradient, from simple to elaborate.

Each works in place on the network's one flat vector of parameters, so it is a few lines of vector arithmetic and knows
nothing of layers.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Floats, Optimizer
from handwriting.registry.ranges import check_at_least, check_fraction


@final
@dataclass(frozen=True)
class Sgd(Optimizer):
    """Stochastic gradient descent: parameters -= learning_rate * gradient."""

    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.5

    def start(self, size: int) -> dict[str, Floats]:
        """Return an empty state."""
        return {}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update the parameters."""
        gradient *= learning_rate
        parameters -= gradient


@final
@dataclass(frozen=True)
class Momentum(Optimizer):
    """A heavy ball that rolls downhill and keeps its velocity (Polyak 1964).

        velocity = decay * velocity + gradient        parameters -= learning_rate * velocity
    """  # fmt: skip

    decay: float = 0.9
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.1

    def __post_init__(self) -> None:
        check_fraction("decay", self.decay)

    def start(self, size: int) -> dict[str, Floats]:
        """Return a velocity of 0."""
        return {"velocity": np.zeros(size, np.float32)}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update the velocity and the parameters."""
        velocity = state["velocity"]
        velocity *= self.decay
        velocity += gradient
        parameters -= learning_rate * velocity


@final
@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps of about the same size for all parameters: the mean gradient over its typical size (Kingma and Ba 2014).

    With g the gradient, b1 = `mean_decay`, b2 = `square_decay` and t the number of steps, 1 at the first:

        m = b1 m + (1 - b1) g                moving average of the gradient
        v = b2 v + (1 - b2) g^2              moving average of its square
        m' = m / (1 - b1^t)                  corrected for the start at 0
        v' = v / (1 - b2^t)
        parameters -= learning_rate * m' / (sqrt(v') + epsilon)
    """

    mean_decay: float = 0.9
    square_decay: float = 0.999
    epsilon: float = 1e-8
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.008

    def __post_init__(self) -> None:
        check_fraction("mean_decay", self.mean_decay)
        check_fraction("square_decay", self.square_decay)
        check_at_least("epsilon", self.epsilon, 0)

    def start(self, size: int) -> dict[str, Floats]:
        """Return sums of 0 and a step count of 0."""
        return {
            "sum": np.zeros(size, np.float32),
            "square_sum": np.zeros(size, np.float32),
            "steps": np.zeros(1, np.float32),
        }

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update the state and the parameters.

        The state holds m / (1 - b1) and v / (1 - b2), which are decaying sums. The factors that turn them into m' and
        v' are numbers, not vectors, and are applied once at the end: every pass over a vector takes time.
        """
        total, square_total = state["sum"], state["square_sum"]
        state["steps"] += 1
        t = max(float(state["steps"][0]), 1.0)  # a damaged checkpoint may say any number
        total *= self.mean_decay
        total += gradient
        gradient *= gradient
        square_total *= self.square_decay
        square_total += gradient
        mean_factor = (1 - self.mean_decay) / (1 - self.mean_decay**t)
        deviation_factor = ((1 - self.square_decay) / (1 - self.square_decay**t)) ** 0.5
        deviation = np.sqrt(square_total, out=gradient)
        deviation += self.epsilon / deviation_factor
        update = np.divide(total, deviation, out=deviation)
        update *= learning_rate * mean_factor / deviation_factor
        parameters -= update
