"""Axes: where a number stands in a drawing, and which numbers are written beside it."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """Numbers from `low` to `high`, drawn from `start` to `end`; evenly, or with `logarithmic` by their logarithm.

    On an axis for `whole` numbers nothing is written between them.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False
    whole: bool = False

    def __call__(self, value: float) -> float:
        """Return where `value` is drawn."""
        low, high, value = (math.log10(v) if self.logarithmic else v for v in (self.low, self.high, value))
        share = (value - low) / (high - low) if high > low else 0.5
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """Return round numbers from low to high: steps of 1, 2 or 5 times a power of ten, or those powers."""
        if self.logarithmic:
            return _decades(self.low, self.high)
        if self.high <= self.low:
            return [self.low]
        rough = max((self.high - self.low) / most, 1.0 if self.whole else 0.0)
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [i * step for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


def spread(values: list[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds the values with a little air above and below them."""
    low, high = min(values), max(values)
    air = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return low - air, high + air


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1,) if len(powers) > 3 else (1, 3)
    return [factor * 10.0**power for power in powers for factor in factors if low <= factor * 10.0**power <= high]
