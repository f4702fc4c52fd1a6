"""From the many ways in which pictures store colour to one: grey, 0 dark to 1 light, what is transparent white.

In the data flow: a helper of images.py.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats

if TYPE_CHECKING:
    from PIL import Image

_PLAIN = {"1": "L", "La": "LA", "P": "RGB", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "CMYK": "RGB", "HSV": "RGB"}
"""Modes that are turned into a simpler one first, since Pillow can't shrink or convert them directly."""
_ONE_COLOUR = 24
"""Levels of 255 by which the visible pixels may differ where only the transparency is the drawing."""
_COLOURFUL = 2.0
"""So many times the contrast of its brightness a colour channel must have to be taken instead."""


def to_grey(image: "Image.Image", factor: int = 1) -> Floats:
    """Return a loaded Pillow image of any mode as float32 (height, width), 0 dark to 1 light.

    Each `factor` x `factor` pixels become one. Transparent places are white paper.
    """
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _scaled(image, factor)
    if image.mode == "LAB":
        image = image.getchannel("L")
    image = _plain(image)
    if factor > 1:
        image = image.reduce(factor)
    if image.mode in ("LA", "RGBA"):
        return _from_transparent(np.asarray(image.convert("RGBA")))
    if image.mode == "RGB":
        return _brightness(np.asarray(image))
    return _unit(np.asarray(image if image.mode == "L" else image.convert("L")))


def _plain(image: "Image.Image") -> "Image.Image":
    if image.mode in ("1", "L", "P", "RGB") and "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert(_PLAIN[image.mode]) if image.mode in _PLAIN else image


def _unit(levels: NDArray[np.uint8]) -> Floats:
    return levels.astype(np.float32) / np.float32(255)


def _scaled(image: "Image.Image", factor: int) -> Floats:
    """Return a picture of numbers beyond 0..255 on the scale that it uses.

    Cameras and scanners store 10, 12 or 16 bits in files for 16 or 32, so the largest number decides.
    """
    if factor > 1:
        image = image.convert("F").reduce(factor)
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = min(0.0, float(values.min())), float(values.max())
    tops = [top for top in (1, 255, 1023, 4095, 16383, 65535) if top >= high and (top > 1 or image.mode == "F")]
    top = tops[0] if tops else high
    return ((values - low) / (top - low)).astype(np.float32)


def _from_transparent(rgba: NDArray[np.uint8]) -> Floats:
    """Lay a transparent picture (height, width, 4) on white.

    If all that can be seen has one colour, the shape is in the transparency alone: white ink would vanish on white
    (Gradio issue 8198), so the ink is taken as black.
    """
    colours, opacity = rgba[..., :3], rgba[..., 3]
    visible = colours[opacity >= max(1, int(opacity.max()) // 2)]
    if visible.size == 0 or (int(np.ptp(visible, axis=0).max()) <= _ONE_COLOUR and opacity.min() < opacity.max()):
        return 1 - _unit(opacity)
    cover = opacity[..., None].astype(np.float32) / 255
    return _brightness((colours * cover + 255 * (1 - cover)).astype(np.uint8))


def _brightness(rgb: NDArray[np.uint8]) -> Floats:
    """Return luma (ITU-R BT.601), or one colour channel where that shows far more, as with yellow ink on white."""
    sample = rgb[:: 1 + len(rgb) // 64, :: 1 + rgb.shape[1] // 64].reshape(-1, 3).astype(np.float32)
    weights: NDArray[Any] = np.array([0.299, 0.587, 0.114], np.float32)
    contrast = sample.std(axis=0)
    if contrast.max() > _COLOURFUL * (sample @ weights).std() + 1:
        return _unit(rgb[..., int(contrast.argmax())])
    return (rgb @ weights / 255).astype(np.float32)
