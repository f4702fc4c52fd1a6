"""Is the ink lighter than what it lies on, as on a blackboard, or darker, as on paper?

In the data flow: images -> levels -> **polarity** -> ink.
"""

import numpy as np

from handwriting.interfaces import Floats
from handwriting.pictures.levels import Levels, otsu
from handwriting.pictures.regions import border, corners, inner
from handwriting.pictures.resampling import shrink

SMALL_SIDE = 48
"""Pixels of the longer side up to which a picture is one digit from edge to edge, its strokes wide for its size."""
THIN = ((64, 0.08), (160, 0.04))
"""For wide strokes and for fine ones: the picture's longer side in pixels, and what share of it is thin."""
COARSE = 64
"""Pixels of the longer side at which a margin is looked for."""
STRAY = 0.02
"""So much of a margin may be something else."""
CORNER = 0.08
"""The share of each side that is a corner."""
AT_EDGES = 6.0
"""What the border and the corners of a tight crop weigh beside the other signs."""


def is_light_on_dark(grey: Floats, tight: Levels | None) -> bool:
    """Tell whether the ink in `grey` (height, width), 0 dark to 1 light, is lighter than what it lies on.

    `tight` are the levels of a tight crop: there ink reaches sides, but most of the border and corners is paper.
    """
    margin = _margin(grey)
    return margin < 0 if margin else lightness(grey) - (AT_EDGES * _edges(grey, tight) if tight else 0) > 0


def _margin(grey: Floats) -> int:
    """Return 1 where all around there is light paper, -1 where it is dark, and 0 where no margin shows.

    What lies around most of a picture's middle is no paper but a table, or the dark of a lens towards its edge.
    """
    coarse, _ = shrink(grey, COARSE)
    is_light = coarse > otsu(coarse)
    around, inside = border(is_light).mean(), inner(is_light).mean()
    if around >= 1 - STRAY and inside > 0.5:
        return 1
    return -1 if around <= STRAY and inside < 0.5 else 0


def _edges(grey: Floats, levels: Levels) -> float:
    """Return whether the border and the corners are light (1), dark (-1) or in between."""
    middle, half = (levels.light + levels.dark) / 2, (levels.light - levels.dark) / 2
    height, width = (max(1, round(CORNER * length)) for length in grey.shape)
    in_corners = np.array([corner.mean() for corner in corners(grey, height, width)])
    return float(np.mean([np.clip((part - middle) / half, -1, 1).mean() for part in (border(grey), in_corners)]))


def lightness(grey: Floats) -> float:
    """Return how much speaks for ink lighter than its background: from -4 (it is darker) to 4; near 0 nothing does.

    Two signs are weighed: which way pixels leave the level around them, and whether thin things are dark or light,
    for wide strokes and for fine ones.
    """
    coarse, _ = shrink(grey, 32)
    leaving = inner(coarse - _median_around(coarse, int(max(coarse.shape) * 0.625) | 1)) ** 3
    thin = sum(_thin_lightness(grey, side, share) for side, share in THIN)
    return _balance(leaving, np.abs(leaving)) + 1.5 * thin


def _thin_lightness(grey: Floats, side: int, share: float) -> float:
    """Return whether things thinner than `share` of the picture are light (1) or dark (-1), seen at `side` pixels."""
    from scipy import ndimage

    fine, _ = shrink(grey, side)
    if max(fine.shape) > SMALL_SIDE:
        fine = ndimage.gaussian_filter(fine, 0.7)
    window = max(3, int(max(fine.shape) * share) | 1)
    dark = inner(ndimage.grey_closing(fine, (window, window), mode="nearest") - fine) ** 2
    light = inner(fine - ndimage.grey_opening(fine, (window, window), mode="nearest")) ** 2
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
