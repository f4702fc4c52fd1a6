"""From a grey picture to its ink: is it darker or lighter than what it lies on, and how much of it is where.

In the data flow: images -> **ink** -> segmentation -> preparation -> network.
The background is never one number: paper is lit unevenly, and shadows and tables reach into photographs. A grey-scale
closing (dilation, then erosion: Serra, Image Analysis and Mathematical Morphology, 1982) wipes away everything dark
that is narrower than its window and keeps every slope and edge of what is wider. What it wiped away is the ink.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.percentiles import median, percentiles
from handwriting.resampling import resize, shrink

Invert: TypeAlias = Literal["auto", "yes", "no"]
"""Is the ink lighter than the background? "auto" finds out."""

WORKING_SIDE = 640
"""Pixels of the longer side at which a picture is analysed."""
BACKGROUND_SIDE = 96
"""Pixels of the longer side at which its background is estimated."""
SMALL_SIDE = 48
"""Pixels of the longer side up to which a picture is one digit from edge to edge, its strokes wide for its size."""
WIDEST_STROKE = 0.25
"""Window of the closing, as a share of the longer side."""
WIDEST_SMALL_STROKE = 0.45
"""The same for a small picture."""
THIN = ((64, 0.08), (160, 0.04))
"""For wide strokes and for fine ones: the picture's longer side in pixels, and what share of it is thin."""
FLAT = 0.04
"""So little the picture's border varies where the background is one even surface."""
FAINTEST = 0.03
"""The weakest contrast (of 1) that counts as ink."""
CLEAREST_NOISE = 4.5
"""So many times its noise the ink must differ from the background."""

_LEVELS = np.arange(64)


@dataclass(frozen=True)
class Ink:
    """`amount` (height, width) float32: 0 background, 1 full ink. One of its pixels is `scale` pixels of the picture.

    `noise` is what the background varies by, where full ink is 1.
    """

    amount: Floats
    scale: float
    noise: float


def find_ink(grey: Floats, invert: Invert = "auto") -> Ink | None:
    """Return the ink in `grey` (height, width), 0 dark to 1 light, or None where nothing stands out."""
    working, scale = shrink(grey, WORKING_SIDE)
    depth = _depth(working, invert)
    level, noise = _background_level(depth)
    depth = np.maximum(depth - level, 0)
    full = _full_ink(depth, noise)
    if full is None:
        return None
    floor = min(2 * noise, 0.35 * full)
    amount = np.clip((depth - floor) / (full - floor), 0, 1).astype(np.float32)
    return Ink(amount, scale, noise / full)


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


def _depth(grey: Floats, invert: Invert) -> Floats:
    """Return by how much each pixel differs from the background, towards the ink."""
    low, middle, high = percentiles(_border(grey), 10, 50, 90)
    if high - low < FLAT:
        depth = middle - grey
        if invert == "yes" or (invert == "auto" and depth.sum() < 0):
            depth = -depth
        # Ink over more than half of it would be no ink: a white sheet on a black table.
        if max(grey.shape) <= SMALL_SIDE or (_inner(depth) > 0.5 * depth.max()).mean() < 0.5:
            return depth
    if invert == "yes" or (invert == "auto" and _is_light_on_dark(grey)):
        grey = -grey
    return _background(grey) - grey


def _background(grey: Floats) -> Floats:
    """Return the surface (height, width) on which dark ink lies."""
    from scipy import ndimage

    small, _ = shrink(grey, BACKGROUND_SIDE)
    side = max(small.shape)
    if side <= SMALL_SIDE:
        window = int(side * WIDEST_SMALL_STROKE) | 1
        return resize(ndimage.grey_closing(small, (window, window), mode="nearest"), *grey.shape)
    window = int(side * WIDEST_STROKE) | 1
    small = ndimage.gaussian_filter(small, side / 160)  # a closing follows the lightest pixels: first level the noise
    # Beyond the edges the light goes on as it came, or else the dark end of every slope would count as ink.
    wide = np.pad(small, window, mode="reflect", reflect_type="odd")
    surface = ndimage.grey_closing(wide, (window, window))[window:-window, window:-window]
    return resize(surface, *grey.shape)


def _is_light_on_dark(grey: Floats) -> bool:
    return lightness(grey) > 0


def lightness(grey: Floats) -> float:
    """Return how much speaks for ink lighter than its background: from -4 (it is darker) to 4; near 0 nothing does.

    Two signs are weighed: which way pixels leave the level around them, and whether thin things are dark or light,
    for wide strokes and for fine ones.
    """
    coarse, _ = shrink(grey, 32)
    leaving = _inner(coarse - _median_around(coarse, int(max(coarse.shape) * 0.625) | 1)) ** 3
    thin = sum(_thin_lightness(grey, side, share) for side, share in THIN)
    return _balance(leaving, np.abs(leaving)) + 1.5 * thin


def _thin_lightness(grey: Floats, side: int, share: float) -> float:
    """Return whether things thinner than `share` of the picture are light (1) or dark (-1), seen at `side` pixels."""
    from scipy import ndimage

    fine, _ = shrink(grey, side)
    if max(fine.shape) > SMALL_SIDE:
        fine = ndimage.gaussian_filter(fine, 0.7)
    window = max(3, int(max(fine.shape) * share) | 1)
    dark = _inner(ndimage.grey_closing(fine, (window, window), mode="nearest") - fine) ** 2
    light = _inner(fine - ndimage.grey_opening(fine, (window, window), mode="nearest")) ** 2
    return _balance(light - dark, light + dark)


def _median_around(picture: Floats, window: int) -> Floats:
    """Return the median of the `window` x `window` pixels (an odd number) around each; beyond the edges those go on.

    The same as SciPy's median_filter, which takes five times as long for so wide a window.
    """
    wide = np.pad(picture, window // 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(wide, (window, window)).reshape(*picture.shape, -1)
    middle = window * window // 2
    return np.partition(around, middle, axis=-1)[..., middle]


def _balance(signed: Floats, sizes: Floats) -> float:
    return float(signed.sum() / (sizes.sum() + 1e-12))


def _background_level(depth: Floats) -> tuple[float, float]:
    """Return where the background lies in `depth`, and its noise (a standard deviation).

    Taken from the 10th and the 30th percentile, which are background even where half of a tight crop is ink;
    in a normal distribution they lie 1.282 and 0.524 standard deviations below the middle.
    """
    low, high = map(float, percentiles(depth, 10, 30))
    noise = (high - low) / (1.282 - 0.524)
    return high + 0.524 * noise, noise


def _full_ink(depth: Floats, noise: float) -> float | None:
    """Return the depth of a solid stroke, or None where nothing is clear enough to be one."""
    clear = max(4 * noise, FAINTEST)
    for region in (_inner(depth, 0.15), depth):  # the middle first: tables and shadows reach in from outside
        strong = region[region > clear]
        if strong.size:
            full = median(strong[strong >= otsu(strong)])
            return full if full >= CLEAREST_NOISE * noise else None
    return None


def _inner(picture: Floats, margin: float = 0.1) -> Floats:
    rows, columns = (int(length * margin) for length in picture.shape)
    return picture[rows : picture.shape[0] - rows, columns : picture.shape[1] - columns]


def _border(picture: Floats) -> Floats:
    width = max(1, min(picture.shape) // 20)
    sides = (picture[:width], picture[-width:], picture[:, :width], picture[:, -width:])
    return np.concatenate([side.ravel() for side in sides])
