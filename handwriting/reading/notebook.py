"""A reading in a notebook: its picture, small, with boxes around what was found, and the text."""

import io
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Images
from handwriting.pictures.sources import open_picture
from handwriting.reading.boxes import shrunk, with_boxes
from handwriting.system.text import printable

if TYPE_CHECKING:
    from handwriting.reading.result import Reading

WIDTH, HEIGHT = 480, 320
"""The largest picture, in pixels."""
SMALLEST = 112
"""Pixels of the longer side to which the browser enlarges a smaller picture."""


def html(reading: "Reading") -> str:
    """Return a reading as HTML; its picture is decoded again, and left out if that fails."""
    root = Element("div")
    try:
        pixels = _boxed(reading)
    except PictureError:
        pass
    else:
        height, width = pixels.shape[:2]
        enlargement = max(SMALLEST / max(height, width), 1)
        SubElement(
            root, "img", src=_data_uri(pixels), alt=f"picture {printable(reading.path)}",
            width=f"{width * enlargement:.0f}", height=f"{height * enlargement:.0f}",
        )  # fmt: skip
    SubElement(root, "pre").text = printable(_words(reading), keep="\n")
    return tostring(root, "unicode", method="html")


def _words(reading: "Reading") -> str:
    if reading.text is None:
        return reading.reason or ""
    return f"{reading.text}\nconfidence {100 * (reading.confidence or 0):.1f} %"


def _boxed(reading: "Reading") -> Images:
    """Return the picture with boxes, uint8 (height, width, 3); raises `PictureError` if it can't be decoded."""
    picture = open_picture(Path(reading.path) if reading.picture is None else reading.picture, reading.path)
    small, scale = shrunk(picture.grey, WIDTH, HEIGHT)
    boxed = with_boxes(small, reading, picture.scale * scale)
    return (boxed * 255).round().clip(0, 255).astype(np.uint8)


def _data_uri(pixels: Images) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
