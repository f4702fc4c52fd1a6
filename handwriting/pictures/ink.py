"""From a grey picture to its ink: is it darker or lighter than what it lies on, and how much of it is where.

In the data flow: images -> levels -> polarity -> **ink** -> segmentation -> preparation -> network.
The background is never one number: paper is lit unevenly, and shadows and tables reach into photographs. A grey-scale
closing (dilation, then erosion: Serra, Image Analysis and Mathematical Morphology, 1982) wipes away everything dark
that is narrower than its window and keeps every slope and edge of what is wider. What it wiped away is the ink.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.levels import levels_of_tight_crop, otsu
from handwriting.pictures.percentiles import median, percentiles
from handwriting.pictures.polarity import SMALL_SIDE, is_light_on_dark
from handwriting.pictures.regions import border, inner
from handwriting.pictures.resampling import resize, shrink

Invert: TypeAlias = Literal["auto", "yes", "no"]
"""Is the ink lighter than the background? "auto" finds out."""

WORKING_SIDE = 640
"""Pixels of the longer side at which a picture is analysed."""
BACKGROUND_SIDE = 96
"""Pixels of the longer side at which its background is estimated."""
LEVELS_SIDE = 160
"""Pixels of the longer side at which the levels of a tight crop are looked for."""
WIDEST_STROKE = 0.25
"""Window of the closing, as a share of the longer side."""
WIDEST_SMALL_STROKE = 0.45
"""The same for a small picture."""
FLAT = 0.04
"""So little the picture's border varies where the background is one even surface."""
FAINTEST = 0.03
"""The weakest contrast (of 1) that counts as ink."""
CLEAREST_NOISE = 4.5
"""So many times its noise the ink must differ from the background."""


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
    depth, noise = _depth(working, invert)
    full = _full_ink(depth, noise)
    if full is None:
        return None
    floor = min(2 * noise, 0.35 * full)
    amount = np.clip((depth - floor) / (full - floor), 0, 1).astype(np.float32)
    return Ink(amount, scale, noise / full)


def _depth(grey: Floats, invert: Invert) -> tuple[Floats, float]:
    """Return by how much each pixel differs from the background, towards the ink, and the background's noise."""
    depth = _depth_of_even(grey, invert)
    if depth is not None:
        return _levelled(depth)
    tight = levels_of_tight_crop(shrink(grey, LEVELS_SIDE)[0])
    if invert == "yes" or (invert == "auto" and is_light_on_dark(grey, tight)):
        grey, tight = -grey, tight and tight.inverted
    if tight:
        return np.maximum(tight.paper - grey, 0), tight.noise
    return _levelled(_background(grey) - grey)


def _depth_of_even(grey: Floats, invert: Invert) -> Floats | None:
    """Return the depth below or above an even border; None where it is uneven, or is not what the ink lies on."""
    low, middle, high = percentiles(border(grey), 10, 50, 90)
    if high - low >= FLAT:
        return None
    depth = middle - grey
    if invert == "yes" or (invert == "auto" and depth.sum() < 0):
        depth = -depth
    # Ink over more than half of it would be no ink: a white sheet on a black table.
    is_ink = max(grey.shape) <= SMALL_SIDE or (inner(depth) > 0.5 * depth.max()).mean() < 0.5
    return depth if is_ink else None


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


def _levelled(depth: Floats) -> tuple[Floats, float]:
    """Return `depth` from where most of the background lies, 0 or more, and the background's noise.

    The noise is a standard deviation. Both are taken from the 10th and the 30th percentile, which are background even
    where half of the picture is ink; in a normal distribution they lie 1.282 and 0.524 of them below the middle.
    """
    low, high = map(float, percentiles(depth, 10, 30))
    noise = (high - low) / (1.282 - 0.524)
    return np.maximum(depth - (high + 0.524 * noise), 0), noise


def _full_ink(depth: Floats, noise: float) -> float | None:
    """Return the depth of a solid stroke, or None where nothing is clear enough to be one."""
    clear = max(4 * noise, FAINTEST)
    for region in (inner(depth, 0.15), depth):  # the middle first: tables and shadows reach in from outside
        strong = region[region > clear]
        if strong.size:
            full = median(strong[strong >= otsu(strong)])
            return full if full >= CLEAREST_NOISE * noise else None
    return None
