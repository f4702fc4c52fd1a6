"""The grey levels of paper and ink in a tight crop: a digit cut out of a scan so that it touches sides of the picture.

A tight crop has no margin that would show the paper, may have hardly any paper (a narrow 1), and its strokes may be as
wide as the space between them. It is recognized by two levels, one of which varies far less than they differ.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.percentiles import median, percentiles
from handwriting.pictures.regions import sides

EVEN, UNEVEN = 0.1, 0.4
"""Largest ranges of the more even and the other level, as fractions of the contrast between them."""
STRIP = 3.0
"""Ratio of height to width from which a crop is a strip: a 1 with only its soft edges beside it."""
EVEN_IN_STRIP = 0.25
"""Largest range of the more even level in a strip, as a fraction of the contrast; the other one has no limit."""
SIDE_WITH_INK = 0.3
"""Least range of grey levels along a side that ink reaches, as a fraction of the contrast: its edges may be soft."""
MOST_PARTS = 20
"""Most parts, dark and light together, into which a tight crop falls; a shadow over a page falls into more."""
DEVIATIONS = 1.645 - 0.253
"""Standard deviations of a normal distribution from its 60th to its 95th percentile."""

_BINS = 64


@dataclass(frozen=True)
class Levels:
    """The medians of the darker and of the lighter pixels, and the range over which most of each vary."""

    dark: float
    light: float
    dark_range: float
    light_range: float

    @property
    def paper(self) -> float:
        """The level of the paper, if it is the lighter one; if that is uneven, its pixels are mostly edges of ink."""
        is_even = self.light_range <= EVEN * (self.light - self.dark)
        return self.light if is_even else self.light + self.light_range

    @property
    def noise(self) -> float:
        """The standard deviation of the picture's noise: the more even level varies for no other reason."""
        return min(self.dark_range, self.light_range) / DEVIATIONS

    @property
    def inverted(self) -> "Levels":
        """The levels of the negative, -grey."""
        return Levels(-self.light, -self.dark, self.light_range, self.dark_range)


def levels_of_tight_crop(grey: Floats) -> Levels | None:
    """Return the levels of `grey` (height, width), or None if that is not a tight crop."""
    threshold = otsu_threshold(grey)
    is_dark = grey <= threshold
    if is_dark.all():
        return None
    dark, light = grey[is_dark], grey[~is_dark]
    # The ranges leave out the soft edges between ink and paper, whose pixels lie between the levels.
    dark_start, dark_end = percentiles(dark, 5, 40)
    light_start, light_end = percentiles(light, 60, 95)
    found = Levels(median(dark), median(light), dark_end - dark_start, light_end - light_start)
    contrast = found.light - found.dark
    more_even, less_even = sorted((found.dark_range, found.light_range))
    even, uneven = (EVEN_IN_STRIP, np.inf) if grey.shape[0] >= STRIP * grey.shape[1] else (EVEN, UNEVEN)
    are_two = more_even <= even * contrast and less_even <= uneven * contrast
    if not are_two or not _ink_reaches_sides(grey, threshold, SIDE_WITH_INK * contrast):
        return None
    parts = len(connected(is_dark)[1]) + len(connected(~is_dark)[1])
    return found if parts <= MOST_PARTS else None


def _ink_reaches_sides(grey: Floats, threshold: float, least_range: float) -> bool:
    """Tell whether ink reaches a side, and all sides without ink show the same paper, none of them a table."""
    free = [side.mean() > threshold for side in sides(grey) if np.ptp(side) < least_range]
    return len(free) < 4 and len(set(free)) <= 1


def otsu_threshold(values: NDArray[Any]) -> float:
    """Return the threshold between low and high `values` (at least one) that maximizes the variance between the two.

    Source: Otsu, "A threshold selection method from gray-level histograms", 1979; here with 64 bins.
    """
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-6:
        return low
    per_unit = _BINS / (high - low)
    bins = np.minimum((values - low) * per_unit, _BINS - 1).astype(np.intp)
    counts = np.bincount(bins.ravel(), minlength=_BINS).astype(np.float64)
    below = np.cumsum(counts)[:-1]
    sums = np.cumsum(counts * np.arange(_BINS))
    between = (sums[-1] * below / values.size - sums[:-1]) ** 2 / (below * (values.size - below))
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))  # several, if there are empty bins between the classes
    return low + (int(best.sum()) / best.size + 1) / per_unit
