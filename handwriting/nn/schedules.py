"""Learning rate schedules: the learning rate during training, as a fraction of the highest.

Each is a function of the fraction of the training that is done, from 0 to 1.
"""

import math
from dataclasses import dataclass
from typing import final

from handwriting.interfaces import Schedule
from handwriting.registry.ranges import check_fraction


@final
class Constant(Schedule):
    """Keep the same rate."""

    def factor(self, done: float) -> float:
        """Return 1."""
        return 1.0


@final
class Linear(Schedule):
    """Fall in a straight line to 0."""

    def factor(self, done: float) -> float:
        """Return 1 - done."""
        return 1.0 - done


@final
class Cosine(Schedule):
    """Fall to 0 along half a cosine: slowly at both ends, fast in the middle (Loshchilov and Hutter 2016)."""

    def factor(self, done: float) -> float:
        """Return (1 + cos(pi done)) / 2."""
        return half_cosine(done)


@final
@dataclass(frozen=True)
class OneCycle(Schedule):
    """Rise from 1/25 to the full rate, then fall along half a cosine to 0 (Smith and Topin 2017).

    `warm_up` is the fraction of the training in which the rate rises.
    """

    warm_up: float = 0.25

    def __post_init__(self) -> None:
        check_fraction("warm_up", self.warm_up)

    def factor(self, done: float) -> float:
        """Return the factor on the straight line up, or on the half cosine down."""
        if done < self.warm_up:
            return 0.04 + 0.96 * done / self.warm_up
        return half_cosine((done - self.warm_up) / (1.0 - self.warm_up))


def half_cosine(done: float) -> float:
    """Return (1 + cos(pi done)) / 2, which falls from 1 to 0."""
    return 0.5 * (1.0 + math.cos(math.pi * done))
