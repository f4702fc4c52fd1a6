"""Arrays as PNG images in data URIs, which lie inside the page."""

import base64
import io
from xml.etree.ElementTree import Element

import numpy as np

from handwriting.interfaces import Floats, Images
from handwriting.report.markup import e

NEGATIVE, ZERO, POSITIVE = (30, 94, 190), (246, 246, 244), (214, 69, 32)
"""Red, green and blue of a weight of -1, 0 and 1."""
SHADES = 32
"""Shades from 0 to 1; more would enlarge the file and look the same."""


def digit(image: Images, alt: str) -> Element:
    """Return an image (height, width) of grey levels as dark ink on white; `alt` is its text alternative."""
    return _img(255 - image, alt)


def weights(values: Floats, alt: str) -> Element:
    """Return numbers from -1 to 1, (height, width), as an image: blue below 0, red above."""
    palette = colours(np.linspace(-1, 1, 2 * SHADES + 1))
    return _img((np.rint(values * SHADES) + SHADES).astype(np.uint8), alt, palette)


def colours(values: Floats) -> Images:
    """Return the colour, red, green and blue along a new last axis, of each number from -1 to 1."""
    scale = values[..., None]
    ends = np.where(scale < 0, NEGATIVE, POSITIVE)
    return np.rint(ZERO + np.abs(scale) * (ends - np.array(ZERO))).astype(np.uint8)


def _img(pixels: Images, alt: str, palette: Images | None = None) -> Element:
    from PIL import Image

    image, file = Image.fromarray(pixels), io.BytesIO()
    if palette is not None:
        image.putpalette(palette.tobytes())
    image.save(file, format="PNG", optimize=True)
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return e("img", src=source, alt=alt, height=image.height, width=image.width)
