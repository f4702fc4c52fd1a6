"""Percentiles and the median of a few hundred numbers, where NumPy's own take ten times as long as the sorting does.

In the data flow: a helper of ink.py and preparation.py. The results are NumPy's to the last bit.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def percentiles(values: NDArray[Any], *shares: float) -> list[float]:
    """Return what `np.percentile(values, shares)` does, for `shares` from 0 to 100.

    `values` may have any shape; they hold one number at least, and no NaN.
    """
    places = [share / 100 * (values.size - 1) for share in shares]
    last = values.size - 1
    ordered = np.partition(values, sorted({rank for place in places for rank in _neighbours(place, last)}), axis=None)
    return [_between(*ordered[_neighbours(place, last)], place - int(place)) for place in places]


def median(values: NDArray[Any]) -> float:
    """Return what `np.median(values)` does; `values` may have any shape, and hold one number at least, and no NaN."""
    middle = [(values.size - 1) // 2, values.size // 2]
    return float(np.partition(values, middle, axis=None)[middle].mean())


def _neighbours(place: float, last: int) -> list[int]:
    return [int(place), min(int(place) + 1, last)]


def _between(low: Any, high: Any, way: float) -> float:
    """Interpolate; counted from the nearer end, as NumPy does."""
    step = float(high - low)
    return float(low) + step * way if way < 0.5 else float(high) - step * (1 - way)
