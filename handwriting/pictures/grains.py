"""Grains: strokes of chalk, crayon and dry markers, which are full of holes or fall apart into specks.

Blurred by about the size of its grains, such a stroke is solid again. The strokes of a pen stay in as many pieces as
they are; so ink that isn't grainy is recognized, and is not changed.
"""

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.connected import connected
from handwriting.pictures.percentiles import percentile
from handwriting.pictures.stroke_width import STROKE, stroke_width

BLUR = 1.0
"""Standard deviation of the blur, in mean widths of the strokes, which in grainy ink are those of the grains."""
FULL = 20
"""Percentile of the amounts in the middle of blurred strokes that becomes full ink; grains cover only part of them."""
SMALLEST, LARGEST = 0.2, 1.0
"""Areas of specks and holes, in squares of the mean width; noise has smaller ones, digits and their holes larger."""
MIN_JOINED, MIN_RATIO = 12, 2.0
"""Least number of specks and holes that vanish from grainy ink when it is blurred, and least ratio before and after."""
MIN_DENSITY = 0.01
"""Least number of them in a square of the mean width, where ink is left: small digits lose their holes, too, but have
fewer."""
SMALL_SIDE = 64
"""Pixels on the longer side up to which a picture shows no grains: its holes are those of digits."""


def without_grains(amount: Floats) -> Floats:
    """Return ink (height, width), from 0 to 1, with solid strokes; the same array if it isn't grainy."""
    inked = amount >= STROKE
    if max(amount.shape) <= SMALL_SIDE or not inked.any():
        return amount
    strokes = np.where(inked, amount, 0)
    width = stroke_width(strokes)
    if _grains(inked, width) <= MIN_JOINED:
        return amount
    blurred = _blurred(strokes, BLUR * width)
    solid = np.minimum(blurred / percentile(blurred[blurred >= blurred.max() / 2], FULL), 1).astype(np.float32)
    filled = solid >= STROKE
    before, after = _grains(inked & filled, width), _grains(filled, width)  # no specks beside the strokes
    least_joined = max(MIN_JOINED, MIN_DENSITY * filled.sum() / width**2)
    return solid if before >= max(after + least_joined, MIN_RATIO * after) else amount


def _grains(mask: NDArray[np.bool_], width: float) -> int:
    """Return the number of specks in a mask and of holes in it, of the size of grains."""
    areas = np.concatenate([_areas(mask), _areas(~np.pad(mask, 1))]) / width**2
    return int(((areas >= SMALLEST) & (areas <= LARGEST)).sum())


def _areas(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the area of each connected region of a mask, in pixels."""
    return np.bincount(connected(mask)[0].ravel())[1:]


def _blurred(amount: Floats, deviation: float) -> Floats:
    """Return the ink blurred by Pillow, whose Gaussian takes the same time for any standard deviation."""
    from PIL import Image, ImageFilter

    image = Image.fromarray((amount * 255).round().astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(deviation)), np.float32) / 255
