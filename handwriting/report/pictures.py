"""Pictures inside the page, as PNG files in data URIs."""

import base64
import io
from xml.etree.ElementTree import Element

import numpy as np

from handwriting.interfaces import Floats, Images
from handwriting.report.markup import e

NEGATIVE, ZERO, POSITIVE = (30, 94, 190), (246, 246, 244), (214, 69, 32)
"""Red, green and blue of a weight of -1, 0 and 1."""
STEPS = 32
"""Shades from 0 to either end; more would make the files larger, and no picture clearer."""


def digit(image: Images, words: str) -> Element:
    """Return a picture of grey levels (height, width) as ink on paper; `words` say what it shows."""
    from PIL import Image

    return _inline(Image.fromarray(255 - image), words, image.shape)


def weights(tile: Floats, words: str) -> Element:
    """Return numbers from -1 to 1, (height, width), as a picture: blue below 0, red above it."""
    from PIL import Image

    picture = Image.fromarray((np.rint(tile * STEPS) + STEPS).astype(np.uint8))
    picture.putpalette(_palette())
    return _inline(picture, words, tile.shape)


def _palette() -> bytes:
    share = np.linspace(-1, 1, 2 * STEPS + 1)[:, None]
    ends = np.where(share < 0, NEGATIVE, POSITIVE)
    return np.rint(ZERO + np.abs(share) * (ends - np.array(ZERO))).astype(np.uint8).tobytes()


def _inline(picture: "object", words: str, shape: tuple[int, ...]) -> Element:
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)  # type: ignore[attr-defined]  # Pillow is loaded only where needed
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return e("img", src=source, alt=words, height=shape[0], width=shape[1])
