"""From a grey picture to prepared digits: 28x28, as the network knows them from MNIST.

In the data flow: images -> ink -> segmentation -> **preparation** -> network.
MNIST's digits are light ink on dark, 20 pixels on their longer side, and lie so that their centre of mass falls on
pixel (14, 14) (LeCun et al., Gradient-based learning applied to document recognition, 1998; the rounding is QMNIST's:
Yadav and Bottou, Cold case: the lost MNIST digits, 2019). The strokes of 98 in 100 are 1.6 to 4.6 pixels wide.
A digit that is so already passes as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Images
from handwriting.pictures.ink import Ink, Invert, find_ink
from handwriting.pictures.main_digit import Strokes, find_digit
from handwriting.pictures.percentiles import percentile
from handwriting.pictures.resampling import resize, shrink

VERSION = 1
"""Goes up with any change that makes prepared digits look different."""
SIZE = 28
BOX = 20
CENTRE = 14
THINNEST, THICKEST = 1.7, 4.5
"""Between these the mean width of a digit's strokes stays as it is."""
SETTINGS: dict[str, int | float | str] = {
    "version": VERSION,
    "size": SIZE,
    "box": BOX,
    "centre": "mass",
    "thinnest": THINNEST,
    "thickest": THICKEST,
}
"""What a model must know about the digits it reads; it is stored with it."""

_FAINT = 0.12
"""The amount of ink at which a digit's edge is."""
_DETAIL = 4
"""How many times larger than its final size a digit is when its strokes are measured and changed."""


@dataclass(frozen=True)
class PreparedDigit:
    """A digit as the network knows them: `image` uint8 (28, 28), light ink (255) on dark (0)."""

    image: Images
    box: tuple[int, int, int, int]
    """Where it was found: x, y, width and height, in pixels of the grey picture."""
    alone: bool
    """Whether nothing of nearly its size stands beside it."""


def prepare(grey: Floats, invert: Invert = "auto") -> list[PreparedDigit]:
    """Return the digit in `grey` (height, width), 0 dark to 1 light; nothing where there is nothing to read.

    `invert` says whether the ink is lighter than the background: "yes", "no", or "auto" to find out.
    """
    ink = find_ink(grey, invert)
    digit = main_digit(ink) if ink else None
    return [digit] if digit else []


def main_digit(ink: Ink) -> PreparedDigit | None:
    """Return the one digit that the ink shows, or None where there is none."""
    strokes = find_digit(ink)
    return _prepared(ink, strokes) if strokes else None


def _prepared(ink: Ink, strokes: Strokes) -> PreparedDigit:
    digit = strokes.mask
    rows, columns = (_extent(np.logical_or.reduce(digit, axis=axis)) for axis in (1, 0))
    image = normalised(_only(ink, digit, rows, columns))
    return PreparedDigit(image, _box(rows, columns, ink.scale), strokes.alone)


def _extent(inside: NDArray[np.bool_]) -> slice:
    """Return the stretch from the first to the last that is true; at least one is."""
    return slice(int(inside.argmax()), len(inside) - int(inside[::-1].argmax()))


def _only(ink: Ink, digit: NDArray[np.bool_], rows: slice, columns: slice) -> Floats:
    """Return the ink of one digit with its soft edges, cut out."""
    edge = max(2, round(max(digit.shape) / 64))
    around = tuple(slice(max(0, along.start - edge), along.stop + edge) for along in (rows, columns))
    return ink.amount[around] * _grown(digit[around], edge - 1)


def _grown(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Return `mask`, larger by so many pixels on all sides, also at corners."""
    for _ in range(pixels):
        taller = mask.copy()
        taller[1:] |= mask[:-1]
        taller[:-1] |= mask[1:]
        mask = taller.copy()
        mask[:, 1:] |= taller[:, :-1]
        mask[:, :-1] |= taller[:, 1:]
    return mask


def _box(rows: slice, columns: slice, scale: float) -> tuple[int, int, int, int]:
    x, y = int(columns.start * scale), int(rows.start * scale)
    return x, y, max(1, round(columns.stop * scale) - x), max(1, round(rows.stop * scale) - y)


def normalised(amount: Floats) -> Images:
    """Return one digit, its ink (height, width) from 0 to 1, as the network knows them: uint8 (28, 28).

    There must be some ink: a pixel above `_FAINT`.
    """
    digit, _ = shrink(_cropped(amount), BOX * _DETAIL)
    width = _stroke_width(digit) * BOX / max(digit.shape)
    wanted = min(max(width, THINNEST), THICKEST)
    if abs(wanted - width) > 0.05:
        digit = _cropped(_with_wider_strokes(digit, wanted - width))
    digit = _fitted(digit)
    full = percentile(digit[digit > digit.max() / 2], 80)
    return _centred(((digit / full).clip(0, 1) * 255).round().astype(np.uint8))


def _cropped(amount: Floats) -> Floats:
    return amount[tuple(_extent(amount.max(axis=axis) > _FAINT) for axis in (1, 0))]


def _stroke_width(digit: Floats) -> float:
    """Return the mean width of the strokes in pixels: twice the area of the ink by the length of its outline.

    The length is the total variation (Roberts' gradient), so that soft edges count for what they are.
    """
    height, width = digit.shape
    padded = np.zeros((height + 2, width + 2), digit.dtype)
    padded[1:-1, 1:-1] = digit
    falling = padded[1:, 1:] - padded[:-1, :-1]
    rising = padded[1:, :-1] - padded[:-1, 1:]
    return float(2 * digit.sum() / np.sqrt((falling**2 + rising**2) / 2).sum())


def _with_wider_strokes(digit: Floats, change: float) -> Floats:
    """Return the digit, in detail, with its strokes wider by `change` (in pixels of its final size; below 0 thinner).

    Drawn anew from each pixel's distance to the outline.
    """
    from scipy import ndimage

    scale = BOX * _DETAIL / max(digit.shape)
    height, width = (max(1, round(length * scale)) for length in digit.shape)
    large = resize(digit, height, width, "bicubic")
    solid = np.pad(large >= percentile(large[large > _FAINT], 80) / 2, 3 * _DETAIL)
    inside: Floats = ndimage.distance_transform_edt(solid)
    outside: Floats = ndimage.distance_transform_edt(~solid)
    return np.clip(0.5 + (inside - outside + _DETAIL * change / 2) / 2, 0, 1).astype(np.float32)


def _fitted(digit: Floats) -> Floats:
    """Return the digit at 20 pixels on its longer side. At 19 it stays: a change so small costs more than it gives."""
    longest = max(digit.shape)
    if longest in (BOX - 1, BOX):
        return digit
    return resize(digit, *(max(1, round(length * BOX / longest)) for length in digit.shape))


def _centred(digit: Images) -> Images:
    """Return `digit`, at most 20x20, on 28x28 with its centre of mass on (14, 14): 13.5 is in, 14.5 is not."""
    mass = int(digit.sum())
    image = np.zeros((SIZE, SIZE), np.uint8)
    place = []
    for axis, length in enumerate(digit.shape):
        centre = digit.sum(axis=1 - axis) @ np.arange(length) / mass
        start = min(max(int(np.floor(CENTRE + 0.5 - centre)), 0), SIZE - length)
        place.append(slice(start, start + length))
    image[tuple(place)] = digit
    return image
