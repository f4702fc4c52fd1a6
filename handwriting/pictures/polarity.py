"""Polarity: is the ink lighter than its background, as on a blackboard, or darker, as on paper?"""

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.levels import Levels, otsu_threshold
from handwriting.pictures.regions import border, corners, inner
from handwriting.pictures.resampling import shrink
from handwriting.pictures.stroke_width import narrow_shapes

SMALL_SIDE = 48
"""Pixels on the longer side up to which a picture is one digit from edge to edge, its strokes wide for its size."""
MARGIN_SIDE = 64
"""Pixels on the longer side at which a margin is looked for."""
STRAY = 0.02
"""Largest fraction of a light margin's pixels that may be dark, and of a dark margin's that may be light."""
CORNER = 0.08
"""Height and width of a corner, as fractions of the picture's."""
EDGE_WEIGHT = 6.0
"""Weight of the border and the corners of a tight crop in the sum of the signs."""
THIN = ((64, 0.08), (160, 0.04))
"""For wide and for fine strokes: pixels on the longer side, and below what fraction of it a shape is thin."""

STROKES = ((640, 3), (320, 5), (320, 9))
"""For very fine, fine and wide strokes: pixels on the longer side, and the width, in these, that they fit into."""
WIDEST = 0.45
"""Widest stroke, as a fraction of the picture's longer side."""
DOUBT, DOUBT_IN_TIGHT_CROP, CERTAIN = 1.5, 4.0, 10.0
"""Evidence below which the polarity is in doubt: much in a tight crop, whose border may be a frame instead of paper;
and the evidence of a margin, which leaves no doubt."""
CLEAREST = 99.5
"""Percentile of the pixels of a picture, above which the clearest ones of its strokes are."""


def ink_lightness(grey: Floats, tight: Levels | None) -> float:
    """Return the evidence for ink lighter than its background: above 0 it is lighter, below 0 darker.

    `grey` (height, width) is from 0 dark to 1 light; `tight` are the levels of a tight crop: there ink reaches sides,
    but most of the border and corners is paper. See `is_doubtful`.
    """
    coarse, _ = shrink(grey, MARGIN_SIDE)
    is_light = coarse > otsu_threshold(coarse)
    around, inside = border(is_light).mean(), inner(is_light).mean()
    # A margin is paper, unless most of the middle differs from it: then it is a table, or the dark edge of a photo.
    if around >= 1 - STRAY and inside > 0.5:
        return -CERTAIN
    if around <= STRAY and inside < 0.5:
        return CERTAIN
    lightness = _lightness(grey)
    if tight:
        return lightness - EDGE_WEIGHT * _edge_lightness(grey, tight)
    return lightness + 2 * _stroke_lightness(grey)


def is_doubtful(lightness: float, tight: Levels | None) -> bool:
    """Tell whether evidence is so weak that the picture had better be read both ways."""
    return abs(lightness) < (DOUBT_IN_TIGHT_CROP if tight else DOUBT)


def _edge_lightness(grey: Floats, levels: Levels) -> float:
    """Return the lightness of border and corners, from -1 (the dark level) to 1 (the light level)."""
    middle, half = (levels.light + levels.dark) / 2, (levels.light - levels.dark) / 2
    height, width = (max(1, round(CORNER * length)) for length in grey.shape)
    in_corners = np.array([corner.mean() for corner in corners(grey, height, width)])
    return float(np.mean([np.clip((part - middle) / half, -1, 1).mean() for part in (border(grey), in_corners)]))


def _lightness(grey: Floats) -> float:
    """Return the evidence for ink lighter than its background, from -4 (it is darker) to 4.

    It is a sum of two signs: whether pixels that differ from the median around them are lighter, and whether thin
    shapes are light, at two scales.
    """
    coarse, _ = shrink(grey, 32)
    difference = inner(coarse - _local_median(coarse, int(max(coarse.shape) * 0.625) | 1)) ** 3
    thin = sum(_thin_lightness(grey, side, width) for side, width in THIN)
    return _balance(difference, np.abs(difference)) + 1.5 * thin


def _stroke_lightness(grey: Floats) -> float:
    """Return whether the clearest fine strokes are light (2) or dark (-2).

    A stroke has an edge on both sides, near each other; a desk or a shadow has one edge, and what is between strokes is
    wider than they are. The holes of a digit in a tight crop may be narrower: there it says nothing.
    """
    lightness = 0.0
    for side, width in STROKES:
        fine, _ = shrink(grey, side)
        if width > max(fine.shape) * WIDEST:
            break
        dark, light = (float(np.percentile(inner(shape), CLEAREST)) for shape in narrow_shapes(fine, width))
        lightness += (light - dark) / (light + dark + 1e-9)
    return lightness


def _thin_lightness(grey: Floats, side: int, width: float) -> float:
    """Return whether shapes thinner than the fraction `width` are light (1) or dark (-1), seen at `side` pixels."""
    from scipy import ndimage

    fine, _ = shrink(grey, side)
    if max(fine.shape) > SMALL_SIDE:
        fine = ndimage.gaussian_filter(fine, 0.7)
    window = max(3, int(max(fine.shape) * width) | 1)
    dark, light = (inner(shape) ** 2 for shape in narrow_shapes(fine, window))
    return _balance(light - dark, light + dark)


def _local_median(picture: Floats, window: int) -> Floats:
    """Return the median of `window` x `window` pixels (odd) around each, as SciPy's slower `median_filter` does."""
    padded = np.pad(picture, window // 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, (window, window)).reshape(*picture.shape, -1)
    middle = window * window // 2
    return np.partition(around, middle, axis=-1)[..., middle]


def _balance(signed: Floats, sizes: Floats) -> float:
    return float(signed.sum() / (sizes.sum() + 1e-12))
