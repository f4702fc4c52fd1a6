"""Conversion of a Pillow image of any mode (colour, 16 bits, transparent, ...) to grey levels, 0 dark to 1 light."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.resampling import shrink
from handwriting.pictures.stroke_width import narrow_shapes

if TYPE_CHECKING:
    from PIL import Image

_ONE_COLOUR = 24
"""Largest range of each colour channel, in levels from 0 to 255, if all visible pixels have one colour."""
_BAND = 2**20
"""Pixels of a large picture that are converted at a time."""
_COLOURFUL = 2.0
"""Least contrast of a colour channel, in multiples of the contrast in brightness, at which the channel is used."""
_SIDES, _STROKE = (64, 320), 9
"""Pixels on the longer side at which strokes are looked for, and how wide they are at most."""
_CLEAREST = 99
"""Percentile of the pixels, above which those of the clearest strokes are."""


def to_grey(image: "Image.Image", factor: int = 1) -> Floats:
    """Return a loaded image as float32 (height, width) from 0 dark to 1 light; what is transparent becomes white.

    Each `factor` x `factor` pixels become one.
    """
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _scaled(image, factor)
    if image.mode == "LAB":
        image = image.getchannel("L")
    elif image.mode == "La":  # Pillow converts premultiplied grey to nothing but LA
        image = image.convert("LA")
    if image.has_transparency_data:
        return _on_white(_pixels(image, "RGBA", factor))
    if image.mode in ("1", "L", "YCbCr"):
        return _unit(_pixels(image, "L", factor))
    return _brightness(_pixels(image, "RGB", factor))


def _pixels(image: "Image.Image", mode: str, factor: int) -> NDArray[Any]:
    """Return the pixels in a `mode`, reduced; a large picture a band of rows at a time, so that it is not copied."""
    if factor == 1:
        return np.asarray(image if image.mode == mode else image.convert(mode))  # Pillow would copy it
    rows = factor * max(1, _BAND // (factor * image.width))
    bands = (image.crop((0, top, image.width, min(top + rows, image.height))) for top in range(0, image.height, rows))
    return np.concatenate([np.asarray(band.convert(mode).reduce(factor)) for band in bands])


def _unit(levels: NDArray[np.uint8]) -> Floats:
    return levels.astype(np.float32) / np.float32(255)


def _scaled(image: "Image.Image", factor: int) -> Floats:
    """Scale a picture of 16 or 32 bits by the range that it uses.

    Cameras and scanners store 10, 12 or 16 bits in such files, so the largest value decides which.
    """
    pixels = _pixels(image, "F", factor) if factor > 1 else np.asarray(image)
    values = np.nan_to_num(pixels.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = min(0.0, float(values.min())), float(values.max())
    tops = [top for top in (1, 255, 1023, 4095, 16383, 65535) if top >= high and (top > 1 or pixels.dtype.kind == "f")]
    top = tops[0] if tops else high
    return ((values - low) / (top - low)).astype(np.float32)


def _on_white(rgba: NDArray[np.uint8]) -> Floats:
    """Return the grey levels of a transparent picture (height, width, 4) on white paper.

    If all visible pixels have one colour, the drawing is in the transparency alone and its ink is taken as black:
    white ink would vanish on white (Gradio issue 8198).
    """
    colours, opacity = rgba[..., :3], rgba[..., 3]
    visible = colours[opacity >= max(1, int(opacity.max()) // 2)]
    if visible.size == 0 or (int(np.ptp(visible, axis=0).max()) <= _ONE_COLOUR and opacity.min() < opacity.max()):
        return 1 - _unit(opacity)
    cover = opacity[..., None].astype(np.float32) / 255
    return _brightness((colours * cover + 255 * (1 - cover)).astype(np.uint8))


def _brightness(rgb: NDArray[np.uint8]) -> Floats:
    """Return the luma (ITU-R BT.601), or a colour channel if its contrast is far higher, as of yellow ink on white.

    A yellow note on a white desk has this contrast, too, but not the strokes on it.
    """
    sample = rgb[:: 1 + len(rgb) // 64, :: 1 + rgb.shape[1] // 64].reshape(-1, 3).astype(np.float32)
    weights: NDArray[Any] = np.array([0.299, 0.587, 0.114], np.float32)
    contrast = sample.std(axis=0)
    luma = (rgb @ weights / 255).astype(np.float32)
    if contrast.max() > _COLOURFUL * (sample @ weights).std() + 1:
        channel = _unit(rgb[..., int(contrast.argmax())])
        return channel if _contrast_of_strokes(channel) >= _contrast_of_strokes(luma) else luma
    return luma


def _contrast_of_strokes(grey: Floats) -> float:
    """Return the contrast of the clearest shapes that are narrower than `_STROKE` pixels, at two scales."""
    shapes = (np.maximum(*narrow_shapes(shrink(grey, side)[0], _STROKE)) for side in _SIDES)
    return float(sum(np.percentile(contrast, _CLEAREST) for contrast in shapes))
