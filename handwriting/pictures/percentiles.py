"""Percentiles and the median of some hundred numbers, for which NumPy's own functions take three times as long.

In the data flow: a helper of levels.py, ink.py and preparation.py. The results are NumPy's to the last bit. All take
`values` of any shape, at least one number and no NaN among them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def percentiles(values: NDArray[Any], *shares: float) -> list[Any]:
    """Return what `np.percentile(values, shares)` does: float64 numbers, for `shares` from 0 to 100."""
    places = [share / 100 * (values.size - 1) for share in shares]
    ordered = np.partition(values, sorted({rank for place in places for rank in _neighbours(place)}), axis=None)
    return [_at(ordered, place, np.float64(place % 1)) for place in places]


def percentile(values: NDArray[Any], share: float) -> Any:
    """Return what `np.percentile(values, share)` does: a number of the type of `values`."""
    place = share / 100 * (values.size - 1)
    return _at(np.partition(values, _neighbours(place), axis=None), place, place % 1)


def median(values: NDArray[Any]) -> float:
    """Return what `np.median(values)` does."""
    below, above = (values.size - 1) // 2, values.size // 2
    ordered = np.partition(values, (below, above), axis=None)
    return float((ordered[below] + ordered[above]) / 2)


def _neighbours(place: float) -> list[int]:
    """Return the ranks between which `place` lies, or the one on which it does."""
    return [int(place), int(place) + 1] if place % 1 else [int(place)]


def _at(ordered: NDArray[Any], place: float, way: Any) -> Any:
    """Interpolate between two neighbours; counted from the nearer one, as NumPy does. `way` decides the type."""
    low, high = ordered[_neighbours(place)[0]], ordered[_neighbours(place)[-1]]
    return low + (high - low) * way if way < 0.5 else high - (high - low) * (1 - way)
