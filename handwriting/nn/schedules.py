"""Learning rate schedules: the learning rate during training, as a factor of the rate that was asked for.

Each is a function of the fraction of the training that is done, from 0 to 1.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

from handwriting.errors import SettingError
from handwriting.registry.suggestions import unknown

Schedule: TypeAlias = Callable[[float], float]

WARM_UP = 0.25
"""The fraction of one-cycle in which the rate rises."""


def constant(done: float) -> float:
    """Keep the same rate."""
    return 1.0


def linear(done: float) -> float:
    """Fall in a straight line to 0."""
    return 1.0 - done


def cosine(done: float) -> float:
    """Fall to 0 along half a cosine: slowly at both ends, fast in the middle (Loshchilov and Hutter 2016)."""
    return 0.5 * (1.0 + math.cos(math.pi * done))


def one_cycle(done: float) -> float:
    """Rise from 1/25 to the full rate, then fall along half a cosine to 0 (Smith and Topin 2017)."""
    if done < WARM_UP:
        return 0.04 + 0.96 * done / WARM_UP
    return cosine((done - WARM_UP) / (1.0 - WARM_UP))


SCHEDULES: dict[str, Schedule] = {"constant": constant, "linear": linear, "cosine": cosine, "one-cycle": one_cycle}


def find_schedule(name: str) -> Schedule:
    """Return the schedule called `name`; raises `SettingError` if there is none."""
    if name not in SCHEDULES:
        raise SettingError(unknown("schedule", name, SCHEDULES))
    return SCHEDULES[name]
