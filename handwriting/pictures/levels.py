"""The two levels of a tight crop, paper and ink: a digit cut out of a scan so that it reaches its sides, or some.

In the data flow: images -> **levels** -> polarity -> ink. There is no margin then to tell the paper by, there may be
hardly any paper (a narrow 1), and strokes may be as wide as what lies between them; but where one of the two levels
varies far less than they differ, both show.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.percentiles import median, percentiles
from handwriting.pictures.regions import sides

EVEN, UNEVEN = 0.1, 0.4
"""So much, where their contrast is 1, one of two levels varies at most (paper), and so much the other (ink)."""
STRIP, EVEN_IN_STRIP = 3.0, 0.25
"""A crop so much higher than wide shows a 1 and soft edges: one level varies by at most this, the other at will."""
REACHED = 0.3
"""A side that ink reaches varies by so much; the last pixels of a stroke are but its soft edge."""
DEVIATIONS = 1.645 - 0.253
"""So many standard deviations, in a normal distribution, the ranges span: from the 60th percentile to the 95th."""

_LEVELS = np.arange(64)


@dataclass(frozen=True)
class Levels:
    """Of the darker pixels and of the lighter ones, what is typical, and by how much most of them vary."""

    dark: float
    light: float
    dark_range: float
    light_range: float

    @property
    def paper_is_even(self) -> bool:
        """Whether the lighter one is as even as paper."""
        return self.light_range <= EVEN * (self.light - self.dark)

    @property
    def paper(self) -> float:
        """The level of the lighter one as paper: where that is uneven, hardly any is there but soft edges of ink."""
        return self.light if self.paper_is_even else self.light + self.light_range

    @property
    def noise(self) -> float:
        """The picture's noise, a standard deviation: the more even one has no other reason to vary."""
        return min(self.dark_range, self.light_range) / DEVIATIONS

    @property
    def inverted(self) -> "Levels":
        """The levels of the negative, whose lightness is that of this one below 0."""
        return Levels(-self.light, -self.dark, self.light_range, self.dark_range)


def levels_of_tight_crop(grey: Floats) -> Levels | None:
    """Return the levels of `grey` (height, width), or None where it is anything but two levels that reach a side."""
    cut = otsu(grey)
    is_dark = grey <= cut
    if is_dark.all():
        return None
    # The pixels of an edge, between the levels, are left out of both ranges.
    (least, dark_end), (light_end, most) = percentiles(grey[is_dark], 5, 40), percentiles(grey[~is_dark], 60, 95)
    found = Levels(median(grey[is_dark]), median(grey[~is_dark]), dark_end - least, most - light_end)
    contrast = found.light - found.dark
    more_even, less_even = sorted((found.dark_range, found.light_range))
    even, uneven = (EVEN_IN_STRIP, np.inf) if grey.shape[0] >= STRIP * grey.shape[1] else (EVEN, UNEVEN)
    are_two = more_even <= even * contrast and less_even <= uneven * contrast
    return found if are_two and _reaches_sides(grey, cut, REACHED * contrast) else None


def _reaches_sides(grey: Floats, cut: float, least: float) -> bool:
    """Tell whether something reaches a side, and all others are on one side of `cut`: else one of them is a table's."""
    free = [side.mean() > cut for side in sides(grey) if np.ptp(side) < least]
    return len(free) < 4 and len(set(free)) <= 1


def otsu(values: NDArray[Any]) -> float:
    """Return the level that best divides `values` (at least one) into low and high.

    Source: Otsu, A threshold selection method from gray-level histograms, 1979; on 64 levels.
    """
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-6:
        return low
    steps = 64 / (high - low)
    bins = np.minimum((values - low) * steps, 63).astype(np.intp)
    counts = np.bincount(bins.ravel(), minlength=64).astype(np.float64)
    below = np.cumsum(counts)[:-1]
    sums = np.cumsum(counts * _LEVELS)
    # The variance between the two classes, for each cut; its first and last level are never empty.
    between = (sums[-1] * below / values.size - sums[:-1]) ** 2 / (below * (values.size - below))
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return low + (int(best.sum()) / best.size + 1) / steps  # an empty stretch between the classes is cut in its middle
