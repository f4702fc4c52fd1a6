"""Optimizers: how one step goes downhill, in order of difficulty.

Each works in place on the network's one flat vector of parameters, so it is three lines of vector arithmetic and knows
nothing of layers.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Optimizer


@final
@dataclass(frozen=True)
class Sgd(Optimizer):
    """Stochastic gradient descent: one step against the gradient."""

    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.5

    def start(self, size: int) -> dict[str, Floats]:
        """There is nothing to remember."""
        return {}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """parameters -= learning_rate * gradient."""
        gradient *= learning_rate
        parameters -= gradient


@final
@dataclass(frozen=True)
class Momentum(Optimizer):
    """A heavy ball: the velocity keeps the share `decay` of itself and gains the gradient (Polyak 1964)."""

    decay: float = 0.9
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.1

    def __post_init__(self) -> None:
        _share("decay", self.decay)

    def start(self, size: int) -> dict[str, Floats]:
        """Remember the velocity."""
        return {"velocity": np.zeros(size, np.float32)}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """velocity = decay * velocity + gradient; parameters -= learning_rate * velocity."""
        velocity = state["velocity"]
        velocity *= self.decay
        velocity += gradient
        parameters -= learning_rate * velocity


@final
@dataclass(frozen=True)
class Adam(Optimizer):
    """Steps of a like size for all parameters: the mean gradient over its own typical size (Kingma and Ba 2014)."""

    mean_decay: float = 0.9
    square_decay: float = 0.999
    epsilon: float = 1e-8
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.008

    def __post_init__(self) -> None:
        _share("mean_decay", self.mean_decay)
        _share("square_decay", self.square_decay)

    def start(self, size: int) -> dict[str, Floats]:
        """Remember fading sums of the gradient and of its square, and the number of steps."""
        zeros = {"sum": size, "square_sum": size, "steps": 1}
        return {name: np.zeros(count, np.float32) for name, count in zeros.items()}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """parameters -= learning_rate * mean / (sqrt(mean square) + epsilon), both corrected for their start at 0.

        A mean is its fading sum times a number, which is left to the end: every walk over the vectors costs time.
        """
        total, square_total = state["sum"], state["square_sum"]
        state["steps"] += 1
        steps = float(state["steps"][0])
        total *= self.mean_decay
        total += gradient
        gradient *= gradient
        square_total *= self.square_decay
        square_total += gradient
        to_mean = (1 - self.mean_decay) / (1 - self.mean_decay**steps)
        to_deviation = ((1 - self.square_decay) / (1 - self.square_decay**steps)) ** 0.5
        deviation = np.sqrt(square_total, out=gradient)
        deviation += self.epsilon / to_deviation
        step = np.divide(total, deviation, out=deviation)
        step *= learning_rate * to_mean / to_deviation
        parameters -= step


def _share(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise SettingError(f"{name} is a share from 0 up to (not including) 1, not {value}")
