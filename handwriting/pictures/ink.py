"""Ink: how much of it is where in a grey picture."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.background import background, full_contrast, without_background
from handwriting.pictures.enclosures import without_enclosures
from handwriting.pictures.grains import without_grains
from handwriting.pictures.levels import levels_of_tight_crop
from handwriting.pictures.percentiles import percentiles
from handwriting.pictures.polarity import SMALL_SIDE, ink_lightness, is_doubtful
from handwriting.pictures.regions import border, inner
from handwriting.pictures.resampling import shrink
from handwriting.pictures.sheet import find_sheet
from handwriting.pictures.uneven_light import contrast_in_even_light

Invert: TypeAlias = Literal["auto", "yes", "no"]
"""Whether the ink is lighter than its background; "auto" finds out."""

WORKING_SIDE = 640
"""Pixels on the longer side at which a picture is analysed, unless it is a strip."""
WORKING_AREA = 640 * 480
"""Pixels of a strip, such as the scan of one line, at which it is analysed."""
LEVELS_SIDE = 160
"""Pixels on the longer side at which the levels of a tight crop are measured."""
EVEN_RANGE = 0.04
"""Largest range of grey levels, from 0 to 1, along the border of a picture whose background is one even surface."""


@dataclass(frozen=True)
class Ink:
    """`amount` (height, width) float32 from 0 background to 1 full ink, each pixel `scale` pixels of the picture.

    If it is in doubt whether the ink is lighter than its background, `other` is what `invert` says of the other case.
    """

    amount: Floats
    scale: float
    other: Invert | None = None


def find_ink(grey: Floats, invert: Invert = "auto", resolution: float = 1) -> Ink | None:
    """Return the ink in `grey` (height, width), from 0 dark to 1 light, or None if there is none.

    A large picture is shrunk to `WORKING_SIDE` or, if it is a strip, to `WORKING_AREA`; with a higher `resolution`, to
    sides that are longer by this factor.
    """
    height, width = grey.shape
    strip_side = round((WORKING_AREA * max(height, width) / min(height, width)) ** 0.5)
    working, scale = shrink(grey, round(resolution * max(WORKING_SIDE, strip_side)))
    sheet = find_sheet(working)
    amount, other = _amount(sheet.cut_out(working) if sheet else working, invert)
    if amount is None:
        return find_ink(grey, other, resolution) if other else None
    amount = without_grains(amount)
    if sheet:
        within, amount = amount, np.zeros_like(working, np.float32)
        amount[sheet.box] = np.where(sheet.covered, within, 0)
    return Ink(without_enclosures(amount), scale, other)


def _amount(grey: Floats, invert: Invert) -> tuple[Floats | None, Invert | None]:
    """Return the amount of ink in each pixel, from 0 to 1, None if there is none; and `Ink.other`."""
    contrast = _contrast_to_border(grey, invert)
    if contrast is not None:
        return _amount_by_contrast(*without_background(contrast)), None
    tight = levels_of_tight_crop(shrink(grey, LEVELS_SIDE)[0])
    other: Invert | None = None
    if invert == "auto":
        lightness = ink_lightness(grey, tight)
        invert = "yes" if lightness > 0 else "no"
        if is_doubtful(lightness, tight):
            other = "no" if invert == "yes" else "yes"
    if invert == "yes":
        grey, tight = -grey, tight and tight.inverted
    if tight:
        surface, contrast, noise = None, np.maximum(tight.paper - grey, 0), tight.noise
    else:
        surface = background(grey)
        contrast, noise = without_background(surface - grey)
    amount = _amount_by_contrast(contrast, noise)
    if amount is not None and invert == "no" and (in_even_light := contrast_in_even_light(grey, surface, amount)):
        amount = _amount_by_contrast(*in_even_light)
    return amount, other


def _amount_by_contrast(contrast: Floats, noise: float) -> Floats | None:
    """Return the amount of ink, given each pixel's contrast to the background, 0 or more, and the noise of that."""
    full = full_contrast(contrast, noise)
    if full is None:
        return None
    floor = min(2 * noise, 0.35 * full)
    return np.clip((contrast - floor) / (full - floor), 0, 1).astype(np.float32)


def _contrast_to_border(grey: Floats, invert: Invert) -> Floats | None:
    """Return the contrast to an even border; None if the border is uneven, or not the background of the ink."""
    low, middle, high = percentiles(border(grey), 10, 50, 90)
    if high - low >= EVEN_RANGE:
        return None
    contrast = middle - grey
    if invert == "yes" or (invert == "auto" and contrast.sum() < 0):
        contrast = -contrast
    # What covers more than half of the picture is not ink, but a white sheet on a black table.
    is_ink = max(grey.shape) <= SMALL_SIDE or (inner(contrast) > 0.5 * contrast.max()).mean() < 0.5
    return contrast if is_ink else None
