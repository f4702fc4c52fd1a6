"""The work that the decoding of a picture takes: its memory and its time, estimated from the header of the file.

Both are bounded by the number of pixels only for what Pillow decodes in C, into one copy, in one pass.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from handwriting.errors import PictureError
from handwriting.pictures.blocks import scans

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MOST_MEMORY = 470_000_000
"""Bytes of a file and of what it is decoded to; about as much as a colour picture of 64 million pixels as TIFF."""
MOST_SCANNED = 500_000_000
"""Pixels that all scans of a JPEG go over: 50 million pixels in the usual ten scans of a progressive JPEG."""
MOST_SLOW_VALUES = 1_500_000
"""Numbers in a picture that Pillow decodes in Python."""

_SLOW = {"ppm_plain": "whose pixels are text", "ppm": "of this depth", "bmp_rle": "with run lengths"}
"""Decoders that Pillow has in Python, and the pictures that need them."""


def check_work(image: "ImageFile", data: bytes) -> None:
    """Raise `PictureError` if to decode an opened picture file would take too much memory or time."""
    scan_count = scans(data) if image.format in ("JPEG", "MPO") else 0
    if len(data) + _memory(image, scan_count) > MOST_MEMORY:
        raise _too_much("memory")
    codec = image.tile[0].codec_name if image.tile else ""
    if codec in _SLOW and _values(image, data) > MOST_SLOW_VALUES:
        raise PictureError(f"it is a large picture {_SLOW[codec]}, which takes long to read; save it again as PNG")
    if _scanned(image, scan_count, data) > MOST_SCANNED or _tile_pixels(image) > 8 * image.width * image.height:
        raise _too_much("time")


def _too_much(what: str) -> PictureError:
    return PictureError(f"to read it takes too much {what}; save it again as PNG, or make it smaller")


def _values(image: "ImageFile", data: bytes) -> int:
    """Return the numbers in a picture, or in a BMP the run lengths if these are more: they may be of nothing."""
    runs = len(data) // 2 if image.format == "BMP" else 0
    return max(image.width * image.height * len(image.getbands()), runs)


def _memory(image: "ImageFile", scan_count: int) -> int:
    """Return the bytes that a picture takes while it is decoded; a JPEG has `scan_count` scans."""
    pixels = image.width * image.height
    per_pixel = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}.get(image.mode, 4)
    if image.format == "WEBP":  # two canvases, a copy of one of them, and the picture
        return 16 * pixels
    if image.format == "TIFF":
        return per_pixel * (pixels + _strip_pixels(image))
    if image.format in ("JPEG", "MPO"):  # decoded at a fraction of its size; several scans need all coefficients
        return int(2 * _samples_per_pixel(image) * pixels) if scan_count > 1 else 0
    return per_pixel * pixels


def _samples_per_pixel(image: "ImageFile") -> float:
    """Return the samples of a JPEG for each pixel: 1.5 if its colours have half the resolution."""
    colours: Any = getattr(image, "layer", [(0, 1, 1, 0)])  # of each: its name, two factors, and its table
    factors = np.array(colours)[:, 1:3]
    return float(factors.prod(axis=1).sum() / max(factors.max(axis=0).prod(), 1))


def _strip_pixels(image: "ImageFile") -> int:
    """Return the pixels of a strip or a tile of a compressed TIFF, for which there is a buffer."""
    from PIL.TiffImagePlugin import ROWSPERSTRIP, TILELENGTH, TILEOFFSETS, TILEWIDTH

    tags = getattr(image, "tag_v2", {})
    if image.info.get("compression") == "raw":
        return 0
    if TILEOFFSETS in tags:
        return int(tags.get(TILEWIDTH, 0)) * int(tags.get(TILELENGTH, 0))
    return image.width * min(int(tags.get(ROWSPERSTRIP, image.height)), image.height)


def _scanned(image: "ImageFile", scan_count: int, data: bytes) -> int:
    """Return the pixels that all scans of a JPEG, or of a TIFF of JPEGs, go over."""
    if image.format in ("JPEG", "MPO"):
        return scan_count * image.width * image.height
    if "jpeg" in str(image.info.get("compression", "")):
        return data.count(b"\xff\xda") * _strip_pixels(image)
    return 0


def _tile_pixels(image: "ImageFile") -> int:
    """Return the pixels of all tiles; in a TIFF they may overlap."""
    corners: Any = [tile.extents for tile in image.tile]
    return sum((right - left) * (bottom - top) for left, top, right, bottom in corners)
