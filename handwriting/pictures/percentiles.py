"""Percentiles and the median of some hundred numbers, for which NumPy's own functions take ten times as long.

The results are NumPy's to the last bit. `values` has any shape, at least one number, and no NaN.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def percentiles(values: NDArray[Any], *percents: float) -> list[Any]:
    """Return `np.percentile(values, percents)`: float64 numbers, for `percents` from 0 to 100."""
    positions = [percent / 100 * (values.size - 1) for percent in percents]
    ordered = np.partition(values, [rank for position in positions for rank in _ranks(position)], axis=None)
    return [_interpolated(ordered, position, np.float64(position % 1)) for position in positions]


def percentile(values: NDArray[Any], percent: float) -> Any:
    """Return `np.percentile(values, percent)`: a number of the type of `values`."""
    position = percent / 100 * (values.size - 1)
    return _interpolated(np.partition(values, _ranks(position), axis=None), position, position % 1)


def median(values: NDArray[Any]) -> float:
    """Return `np.median(values)`."""
    ranks = [(values.size - 1) // 2, values.size // 2]
    below, above = np.partition(values, ranks, axis=None)[ranks]
    return float((below + above) / 2)


def weighted_median(values: NDArray[Any], weights: NDArray[Any]) -> float:
    """Return the value below which half of the weights lie, both (n,); 0 if there are none."""
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulative, cumulative[-1] / 2)])


def _ranks(position: float) -> list[int]:
    return [math.floor(position), math.ceil(position)]


def _interpolated(ordered: NDArray[Any], position: float, fraction: Any) -> Any:
    """Interpolate between the neighbours of `position`, from the nearer one; `fraction` decides the type."""
    below, above = ordered[_ranks(position)]
    return below + (above - below) * fraction if fraction < 0.5 else above - (above - below) * (1 - fraction)
