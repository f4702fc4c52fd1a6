"""Uneven light: shadows with an edge, and reflections of a lamp, in which strokes are fainter than elsewhere.

The usual background follows light that changes slowly, over more than the widest stroke that a picture may have. Where
that does not do, the background is found anew, beside strokes as wide as these are, and their contrast is measured by
that of the strokes around (as thresholds are in Sauvola and Pietikäinen, "Adaptive document image binarization", 2000).
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.background import (
    BACKGROUND_SIDE,
    WIDEST_STROKE,
    background,
    fine_background,
    full_contrast,
    without_background,
)
from handwriting.pictures.percentiles import percentiles
from handwriting.pictures.resampling import resize, shrink
from handwriting.pictures.stroke_width import median_stroke_width

EVEN = 0.7
"""Least level of an evenly lit background where it is dark, as a fraction of that where it is light."""
WIDE, WIDE_IN_PICTURE = 4.0, 0.07
"""Least width of what is no stroke: in stroke widths, and as a fraction of the picture's longer side."""
SOLID = 0.9
"""Least ink in a quarter of that width within a shadow."""
AROUND = 8.0
"""Distance of the strokes by which another one is measured, in stroke widths."""
CLEAR, FAINTEST = 0.25, 0.5
"""Least contrast of these, and least mean contrast that is measured by, as fractions of a solid stroke's."""
BLACK = 0.25
"""Level of the background, as a fraction of that where it is light, below which it is no paper in a shadow."""
TRUST = 0.003
"""Fraction of the pixels around that must be ink to count as much as the strokes in all of the picture."""


def contrast_in_even_light(grey: Floats, surface: Floats | None, amount: Floats) -> tuple[Floats, float] | None:
    """Return the contrast (height, width) that dark ink would have in even light, and the noise; None if light is even.

    `amount` is the ink, from 0 to 1, that was found on the background `surface`; None by the levels of a tight crop.
    """
    if min(grey.shape) < BACKGROUND_SIDE:
        return None
    stroke_width = median_stroke_width(amount)
    widest = max(WIDE * stroke_width, WIDE_IN_PICTURE * max(grey.shape))
    if not stroke_width or widest >= WIDEST_STROKE * max(grey.shape):
        return None
    darkest, lightest = percentiles(background(grey) if surface is None else surface, 3, 97)
    if darkest >= EVEN * lightest and not _has_shadow(amount, widest):
        return None
    surface = fine_background(grey, widest)
    contrast, noise = without_background(surface - grey)
    full = full_contrast(contrast, noise)
    if full is None:
        return None
    around = _contrast_around(contrast, max(CLEAR * full, 2 * noise), full, AROUND * stroke_width)
    is_paper = surface >= BLACK * lightest
    return np.where(is_paper, contrast * (full / np.maximum(around, FAINTEST * full)), 0), noise


def _has_shadow(amount: Floats, widest: float) -> bool:
    """Tell whether the ink (height, width) reaches a side of the picture where it is wider than strokes."""
    solid = shrink(amount, round(4 * max(amount.shape) / widest))[0] >= SOLID
    return any(bool((side[:, :-2] & side[:, 1:-1] & side[:, 2:]).all(axis=0).any()) for side in _sides(solid))


def _sides(solid: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return the three outermost rows or columns at each side, each (3, its length)."""
    return [solid[:3], solid[-3:], solid[:, :3].T, solid[:, -3:].T]


def _contrast_around(contrast: Floats, clear: float, full: float, distance: float) -> Floats:
    """Return the mean contrast (height, width) of the strokes about this far away, `full` where there are none.

    Strokes are where it is above `clear`.
    """
    from scipy import ndimage

    is_clear = contrast > clear
    pixels, scale = shrink(is_clear.astype(np.float32), BACKGROUND_SIDE)
    summed, _ = shrink(np.where(is_clear, contrast, 0), BACKGROUND_SIDE)
    pixels, summed = (ndimage.gaussian_filter(sums, distance / scale) for sums in (pixels, summed))
    return resize((summed + TRUST * full) / (pixels + TRUST), *contrast.shape)
