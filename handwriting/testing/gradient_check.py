"""The gradient check: a gradient that a layer computes is compared with central differences of the loss."""

from collections.abc import Callable

import numpy as np

from handwriting.interfaces import Floats

STEP = 1e-5
"""Distance from the point to either side in a central difference, in float64."""
TOLERANCE = 1e-4
"""Largest error of a gradient, as a fraction of its largest element, or absolute if that is below 1."""
SAMPLES = 40
"""Elements of an array whose gradient is compared."""


def largest_error(what: str, gradient: Floats, loss: Callable[[Floats], float], at: Floats) -> float:
    """Compare sampled elements of `gradient` with central differences of `loss` around the point `at`.

    Returns the largest error, as `TOLERANCE` measures it; raises `AssertionError` if that is exceeded.
    """
    places = np.random.default_rng(2).permutation(at.size)[:SAMPLES]
    expected = np.array([_central_difference(loss, at, place) for place in places])
    found = gradient.ravel()[places]
    errors = np.abs(found - expected) / max(1.0, float(np.abs(expected).max(initial=0)))
    if not np.all(errors <= TOLERANCE):
        i = np.argmax(errors)  # of NaN, if there is one
        place = tuple(map(int, np.unravel_index(places[i], at.shape)))
        raise AssertionError(
            f"the gradient of {what} at {place} is {found[i]:.6g}, by finite differences {expected[i]:.6g}"
        )
    return float(errors.max(initial=0))


def _central_difference(loss: Callable[[Floats], float], at: Floats, place: int) -> float:
    step = np.zeros_like(at)
    step.flat[place] = STEP
    return (loss(at + step) - loss(at - step)) / (2 * STEP)
