"""The gradient check: a gradient that a layer computes is compared with central differences of the loss."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats

STEP = 1e-7
"""Distance from the point to either side in a central difference, in float64. So small a step hardly ever meets a kink,
such as that of relu at 0, in any of thousands of elements."""
TOLERANCE = 1e-4
"""Largest error of the slope along a random direction, as a fraction of the gradient's length, or absolute if that is
below 1."""
DIRECTIONS = 2
"""Random directions along which the slope of the loss is compared."""

Loss: TypeAlias = Callable[[Floats], float]


def largest_error(what: str, gradient: Floats, loss: Loss, at: Floats) -> float:
    """Compare `gradient` with central differences of `loss` along random directions from the point `at`.

    A direction changes all elements at once, so that an error in any of them shows. Returns the largest error, as
    `TOLERANCE` measures it; raises `AssertionError`, which names the element at fault, if that is exceeded.
    """
    rng = np.random.default_rng(2)
    length = max(1.0, float(np.linalg.norm(gradient)))
    errors = [0.0]
    for _ in range(DIRECTIONS if at.size else 0):
        direction = rng.normal(size=at.shape)
        error = abs(_error(gradient, loss, at, direction)) / length
        if not error <= TOLERANCE:  # or NaN
            raise AssertionError(_fault(what, gradient, loss, at, direction))
        errors.append(error)
    return max(errors)


def _error(gradient: Floats, loss: Loss, at: Floats, direction: Floats) -> float:
    """Return the slope along a direction by `gradient`, minus that by finite differences."""
    return float(np.sum(gradient * direction)) - _slope(loss, at, direction)


def _slope(loss: Loss, at: Floats, direction: Floats) -> float:
    return (loss(at + STEP * direction) - loss(at - STEP * direction)) / (2 * STEP)


def _fault(what: str, gradient: Floats, loss: Loss, at: Floats, direction: Floats) -> str:
    """Say where a gradient is wrong: of all elements, the half with the larger error is taken until one is left."""
    places: NDArray[np.intp] = np.arange(at.size)
    while len(places) > 1:
        halves = np.array_split(places, 2)
        errors = [abs(_error(gradient, loss, at, _only(half, direction))) for half in halves]
        places = halves[int(np.argmax(errors))]  # of NaN, if there is one
    place = int(places[0])
    expected = _slope(loss, at, _only(places, np.ones_like(at)))
    position = tuple(map(int, np.unravel_index(place, at.shape)))
    return (
        f"the gradient of {what} at {position}, for the value {at.flat[place]:.3g}, is {gradient.flat[place]:.6g}, "
        f"by finite differences {expected:.6g}"
    )


def _only(places: NDArray[np.intp], direction: Floats) -> Floats:
    """Return a direction without the elements at all other places."""
    chosen = np.zeros_like(direction)
    chosen.flat[places] = direction.flat[places]
    return chosen
