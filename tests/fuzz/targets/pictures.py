"""Pictures: whatever decodes is read or rejected, in bounded time."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from PIL import Image

from handwriting.errors import PictureError
from handwriting.reading.recognizer import Recognizer
from tests.fuzz.mutations import changed_bytes
from tests.helpers.picture_files import encoded, seven

MOST_REPEATS = 2000


def contents() -> SearchStrategy[bytes]:
    """Picture files of all formats with changes in their bytes or their structure, and sound ones of odd content."""
    return st.one_of(
        changed_bytes(st.sampled_from(range(len(_files()))).map(_files().__getitem__)),
        _repeated_parts(),
        _portable_maps(),
        _patterns().map(encoded),
    )


def use(content: bytes, folder: Path) -> None:
    """Read the picture; what is read must fit the picture, and can be written as JSON."""
    reading = _recognizer().read(content)
    if reading.failed:
        raise PictureError(str(reading.reason))
    assert reading.reason if reading.text is None else 0 <= (reading.confidence or -1) <= 1
    json.dumps([[digit.digit, digit.confidence, digit.box] for digit in reading.digits], allow_nan=False)
    assert reading._repr_html_()


@cache
def _recognizer() -> Recognizer:
    return Recognizer("bundled")


@cache
def _files() -> list[bytes]:
    """Return a picture in each format and kind of compression that is likely to have a decoder of its own."""
    grey, colour = seven(), seven("RGB", (20, 30, 200), (250, 240, 230))
    kinds: list[tuple[Image.Image, str, dict[str, Any]]] = [
        (grey, "PNG", {}), (seven("1", 0, 1), "PNG", {}), (colour, "PNG", {"optimize": True}),
        (colour.convert("P"), "PNG", {}), (colour.convert("RGBA"), "PNG", {}), (grey.convert("I;16"), "PNG", {}),
        (grey, "JPEG", {}), (colour, "JPEG", {"progressive": True}), (colour.convert("CMYK"), "JPEG", {}),
        (colour, "GIF", {}), (colour, "GIF", {"save_all": True, "append_images": [grey.convert("RGB")] * 2}),
        (colour, "BMP", {}), (colour, "WEBP", {}), (colour, "WEBP", {"lossless": True}), (colour, "PPM", {}),
        *[(colour, "TIFF", {"compression": name}) for name in ("raw", "tiff_lzw", "jpeg", "tiff_deflate", "packbits")],
        (seven("1", 0, 1), "TIFF", {"compression": "group4"}),
    ]  # fmt: skip
    return [encoded(picture, kind, **options) for picture, kind, options in kinds]


@st.composite
def _repeated_parts(draw: DrawFn) -> bytes:
    """A PNG or JPEG file one of whose chunks or segments occurs up to thousands of times."""
    number, split = draw(st.sampled_from([(0, _chunks), (6, _segments), (7, _segments)]))
    parts = split(_files()[number])
    position = draw(st.integers(1, len(parts) - 1))
    parts[position] *= draw(st.sampled_from([2, 10, 100, MOST_REPEATS]))
    return b"".join(parts)


def _chunks(png: bytes) -> list[bytes]:
    """Return the signature of a PNG file, then its chunks."""
    parts, start = [png[:8]], 8
    while start < len(png):
        end = start + 12 + int.from_bytes(png[start : start + 4], "big")
        parts.append(png[start:end])
        start = end
    return parts


def _segments(jpeg: bytes) -> list[bytes]:
    """Return what lies between the markers of a JPEG file, each with its marker."""
    starts = [i for i in range(len(jpeg) - 1) if jpeg[i] == 0xFF and jpeg[i + 1] not in (0x00, 0xFF)]
    return [jpeg[start:end] for start, end in zip(starts, [*starts[1:], len(jpeg)], strict=True)]


@st.composite
def _portable_maps(draw: DrawFn) -> bytes:
    """A PBM, PGM or PPM file with any header, as text or as bytes."""
    numbers = st.sampled_from([b"0", b"1", b"28", b"255", b"256", b"65535", b"-1", b"10000", b"99999999", b"1" * 30])
    spaces = st.sampled_from([b" ", b"\n", b" # comment\n", b"\t" * 100, b"#" * 1000 + b"\n", b""])
    header = b"".join(draw(st.tuples(spaces, numbers, spaces, numbers, spaces, numbers, spaces)))
    body = draw(st.sampled_from([b"", b"0 " * 1000, b"1" * 1000, b" " * 10_000, bytes(1000)]))
    return draw(st.sampled_from([b"P1", b"P2", b"P3", b"P4", b"P5", b"P6"])) + header + body


@st.composite
def _patterns(draw: DrawFn) -> Image.Image:
    """A sound picture of dots, stripes, checks, noise or one level, from one pixel to a million."""
    height, width = draw(st.tuples(*[st.sampled_from([1, 2, 3, 28, 33, 100, 300, 1000])] * 2))
    pitch = draw(st.integers(2, 40))
    rows, columns = np.ogrid[:height, :width]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    ink = {
        "dots": (rows % pitch < pitch // 2) & (columns % pitch < pitch // 2),
        "stripes": (rows + 0 * columns) % pitch == 0,
        "comb": (columns % pitch == 0) | (rows == 0),
        "checks": (rows // pitch + columns // pitch) % 2 == 0,
        "noise": rng.random((height, width)) < draw(st.floats(0, 1)),
        "level": np.zeros((height, width), bool),
    }[draw(st.sampled_from(["dots", "stripes", "comb", "checks", "noise", "level"]))]
    dark, light = draw(st.sampled_from([(0, 255), (100, 140), (200, 30)]))
    return Image.fromarray(np.where(ink, dark, light).astype(np.uint8))
