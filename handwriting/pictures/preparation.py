"""Preparation: a grey picture becomes the 28x28 image that the network knows from MNIST.

MNIST's digits are light ink on dark, fit into a box of 20x20 pixels, and have their centre of mass on pixel (14, 14)
(LeCun et al., "Gradient-based learning applied to document recognition", 1998; the rounding is QMNIST's: Yadav and
Bottou, "Cold case: the lost MNIST digits", 2019). A digit that is already like that stays as it is.
"""

from dataclasses import dataclass

import numpy as np

from handwriting.interfaces import Floats, Images
from handwriting.pictures.distances import distances
from handwriting.pictures.ink import Ink, Invert, find_ink
from handwriting.pictures.main_digit import find_main_digit
from handwriting.pictures.percentiles import percentile
from handwriting.pictures.regions import box_around, dilated
from handwriting.pictures.resampling import resize, shrink
from handwriting.pictures.stroke_width import stroke_width

IMAGE_SIDE = 28
"""Height and width of a prepared image."""
BOX_SIDE = 20
"""Pixels of a digit's longer side."""
CENTRE = 14
"""Row and column, from 0, of the pixel that holds the centre of mass."""
THINNEST, THICKEST = 1.7, 4.5
"""Mean width of strokes in pixels, as of nearly all of MNIST's digits; outside of this range it is changed."""
SETTINGS: dict[str, int | float | str] = {
    "version": 1,  # to be increased with every change that makes prepared digits look different
    "size": IMAGE_SIDE,
    "box": BOX_SIDE,
    "centre": "mass",
    "thinnest": THINNEST,
    "thickest": THICKEST,
}
"""How digits are prepared. It is stored with each model, which can only read digits that are prepared the same way."""

_FAINTEST = 0.12
"""Amount of ink, from 0 to 1, above which a pixel lies within a digit's box."""
_DETAIL = 4
"""Factor by which a digit is larger than its final size when its strokes are measured and changed."""


@dataclass(frozen=True)
class PreparedDigit:
    """A digit as the network knows them: `image` uint8 (28, 28), light ink (255) on dark (0)."""

    image: Images
    box: tuple[int, int, int, int]
    """Where it was found: x, y, width and height, in pixels of the grey picture."""
    only: bool
    """Whether it is one connected component, and nothing but specks is in the picture beside it."""


def prepare(grey: Floats, invert: Invert = "auto") -> PreparedDigit | None:
    """Return the main digit in `grey` (height, width), from 0 dark to 1 light, or None if there is no digit.

    `invert` says whether the ink is lighter than the background: "yes", "no", or "auto" to find out.
    """
    ink = find_ink(grey, invert)
    return prepare_main_digit(ink) if ink else None


def prepare_main_digit(ink: Ink) -> PreparedDigit | None:
    """Return the main digit in the ink, or None if there is no digit."""
    found = find_main_digit(ink)
    if found is None:
        return None
    mask = found.strokes
    rows, columns = box_around(mask)
    x, y = int(columns.start * ink.scale), int(rows.start * ink.scale)
    width, height = round(columns.stop * ink.scale) - x, round(rows.stop * ink.scale) - y
    edge = max(2, round(max(mask.shape) / 64))  # the soft edges of the strokes
    around = tuple(slice(max(0, side.start - edge), side.stop + edge) for side in (rows, columns))
    image = normalize(ink.amount[around] * dilated(mask[around], edge - 1))
    return PreparedDigit(image, (x, y, max(1, width), max(1, height)), found.only)


def normalize(amount: Floats) -> Images:
    """Return a digit, its ink (height, width) from 0 to 1, as the network knows them: uint8 (28, 28).

    At least one pixel must have more ink than 0.12.
    """
    digit, _ = shrink(_cropped(amount), BOX_SIDE * _DETAIL)
    width = stroke_width(digit) * BOX_SIDE / max(digit.shape)
    wanted = min(max(width, THINNEST), THICKEST)
    if abs(wanted - width) > 0.05:
        digit = _cropped(_with_wider_strokes(digit, wanted - width))
    digit = _fitted(digit)
    full = percentile(digit[digit > digit.max() / 2], 80)
    return _centred(((digit / full).clip(0, 1) * 255).round().astype(np.uint8))


def _cropped(amount: Floats) -> Floats:
    return amount[box_around(amount > _FAINTEST)]


def _with_wider_strokes(digit: Floats, change: float) -> Floats:
    """Return the digit, enlarged, with its strokes wider by `change` pixels of its final size (narrower if below 0).

    It is drawn anew from the distance of each pixel to the outline, on the side of it on which pixels change.
    """
    scale = BOX_SIDE * _DETAIL / max(digit.shape)
    height, width = (max(1, round(length * scale)) for length in digit.shape)
    large = resize(digit, height, width, "bicubic")
    inked = large[large > min(_FAINTEST, large.max() / 2)]  # lines a pixel wide are fainter, once they are reduced
    solid = np.pad(large >= percentile(inked, 80) / 2, 3 * _DETAIL)
    kept = solid if change > 0 else ~solid
    shift = np.float32(_DETAIL * abs(change) / 2)
    reached = np.clip(0.5 + (shift - distances(kept, int(shift) + 1)) / 2, 0, 1)
    reached[kept] = 1
    return reached if change > 0 else 1 - reached


def _fitted(digit: Floats) -> Floats:
    """Return the digit with 20 pixels on its longer side; with 19 it stays, since resampling would only blur it."""
    longest = max(digit.shape)
    if longest in (BOX_SIDE - 1, BOX_SIDE):
        return digit
    return resize(digit, *(max(1, round(length * BOX_SIDE / longest)) for length in digit.shape))


def _centred(digit: Images) -> Images:
    """Return `digit`, at most 20x20, on 28x28 with its centre of mass from 13.5 up to, but not including, 14.5."""
    mass = int(digit.sum())
    image = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    place = []
    for axis, length in enumerate(digit.shape):
        centre = digit.sum(axis=1 - axis) @ np.arange(length) / mass
        start = min(max(int(np.floor(CENTRE + 0.5 - centre)), 0), IMAGE_SIDE - length)
        place.append(slice(start, start + length))
    image[tuple(place)] = digit
    return image
