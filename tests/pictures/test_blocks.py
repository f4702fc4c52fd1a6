"""Files of far more blocks than their pixels need are refused before they are decoded; whole files are not."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from handwriting.pictures.blocks import LONGEST_HEADER, MOST_BESIDE, MOST_BLOCKS, MOST_NUMBERS, MOST_SEGMENTS, scans
from handwriting.pictures.decoding import FORMATS, decode
from tests.helpers.picture_files import check_refused, encoded, seven, with_more_scans

JPEG, GIF = encoded(seven(), "JPEG"), encoded(seven(), "GIF")
SCREEN = 13 + (3 << (GIF[10] & 7) + 1)  # bytes of a GIF in front of its first block


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(inserted: bytes) -> bytes:
    return JPEG[:2] + inserted + JPEG[2:]


def gif(inserted: bytes) -> bytes:
    return GIF[:SCREEN] + inserted + GIF[SCREEN:]


def png(*chunks: bytes) -> bytes:
    whole = encoded(seven())
    return whole[:33] + b"".join(chunks) + whole[33:]


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def webp(inserted: bytes) -> bytes:
    """An extended file, the only kind that may hold chunks beside the picture."""
    whole = encoded(seven().convert("RGB"), "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
    body = whole[12:] + inserted
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def tiff(tag: int, kind: int, count: int, big: bool = False) -> bytes:
    """A TIFF whose only further tag has its numbers, all 1, behind the directory."""
    entry, pointer = ("<HHQQ", "<Q") if big else ("<HHII", "<I")
    size = struct.calcsize(entry)
    start = (16 + 8 if big else 8 + 2) + 8 * size + struct.calcsize(pointer)
    entries = [(256, 4, 1, 60), (257, 4, 1, 80), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, start),
               (279, 4, 1, 4800), (tag, kind, count, start)]  # fmt: skip
    head = struct.pack("<2sHHHQQ", b"II", 43, 8, 0, 16, 8) if big else struct.pack("<2sHIH", b"II", 42, 8, 8)
    return head + b"".join(struct.pack(entry, *each) for each in entries) + struct.pack(pointer, 0) + bytes(8 * count)


EXIF = b"Exif\0\0" + bytes(100)
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "segments of a JPEG": (lambda: jpeg(segment(0xFE, b"") * MOST_SEGMENTS), "blocks"),
    "Exif in a JPEG": (lambda: jpeg(segment(0xE1, EXIF) * MOST_SEGMENTS), "blocks"),
    "padding in a JPEG": (lambda: jpeg(b"\xff" * (MOST_BLOCKS + 1)), "blocks"),
    "padding in a scan": (lambda: JPEG[:-2] + b"\xff" * (MOST_BLOCKS + 1) + JPEG[-2:], "blocks"),
    "junk in a JPEG": (lambda: jpeg(b"\0" * (MOST_BLOCKS + 1)), "blocks"),
    "previews in a JPEG": (lambda: jpeg(segment(0xE2, bytes(65_000)) * (MOST_BESIDE // 65_000 + 1)), "beside"),
    "scans of a JPEG": (lambda: with_more_scans(seven(), MOST_SEGMENTS), "blocks"),
    "empty chunks of a PNG": (lambda: png(chunk(b"IDAT") * MOST_BLOCKS), "blocks"),
    "private chunks of a PNG": (lambda: png(chunk(b"abCd") * MOST_BLOCKS), "blocks"),
    "a private chunk of a PNG": (lambda: png(chunk(b"abCd", bytes(MOST_BESIDE + 1))), "beside"),
    "chunks of a WebP": (lambda: webp(b"abcd\0\0\0\0" * MOST_BLOCKS), "blocks"),
    "comments in a GIF": (lambda: gif(b"!\xfe" + b"\1x" * MOST_BLOCKS + b"\0"), "blocks"),
    "extensions of a GIF": (lambda: gif(b"!\xf9\1x\0" * MOST_BLOCKS), "blocks"),
    "blocks behind an empty one": (lambda: gif(b"!\xff\0" + b"\1x" * MOST_BLOCKS + b"\0"), "blocks"),
    "blocks behind the loop count": (lambda: gif(b"!\xff\x0bNETSCAPE2.0\0" + b"\1x" * MOST_BLOCKS + b"\0"), "blocks"),
    "blocks of the picture of a GIF": (lambda: GIF[:-2] + b"\1x" * MOST_BLOCKS + b"\0;", "blocks"),
    "bytes between blocks of a GIF": (lambda: gif(b"\1" * MOST_BLOCKS), "blocks"),
    "numbers in a tag": (lambda: tiff(65000, 3, MOST_NUMBERS + 1), "blocks"),
    "numbers in a tag of BigTIFF": (lambda: tiff(65000, 3, MOST_NUMBERS + 1, big=True), "blocks"),
    "numbers in a tag of Exif": (
        lambda: tiff(34665, 4, 1)[:-8] + struct.pack("<HHHII", 1, 65000, 3, MOST_NUMBERS + 1, 0),
        "blocks",
    ),
    "bytes in a tag": (lambda: tiff(65000, 7, MOST_BESIDE + 1), "beside"),
    "comment in a PPM": (lambda: b"P5\n#" + bytes(LONGEST_HEADER) + b"\n2 2 255\n1234", "header"),
    "space in a PPM": (lambda: b"P5\n" + b" " * LONGEST_HEADER + b"2 2 255\n1234", "header"),
    "comment behind a number in a PPM": (lambda: b"P5 2 2 255#" + bytes(LONGEST_HEADER) + b"\n1234", "header"),
    "comments between numbers": (lambda: b"P2 9 9 255\n" + b"1 #\n" * 2000, "blocks"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_of_too_many_blocks_is_refused(bomb: str) -> None:
    make, cause = BOMBS[bomb]
    check_refused(make(), cause)


@pytest.mark.parametrize("kind", FORMATS)
def test_whole_files_of_every_format_are_read(kind: str) -> None:
    decode(encoded(seven().convert("RGB"), kind))


def test_a_photo_with_preview_and_text_is_read() -> None:
    preview = encoded(seven(size=(160, 120)), "JPEG")
    decode(jpeg(segment(0xE1, b"Exif\0\0" + preview) + segment(0xFE, b"a comment") * 20))
    decode(png(chunk(b"tEXt", b"Comment\0seven") * 1000))
    decode(gif(b"!\xfe\5seven\0" * 1000))


def test_the_scans_of_a_jpeg_are_counted_but_not_those_of_its_preview() -> None:
    preview = segment(0xE1, b"Exif\0\0" + with_more_scans(seven(), 5))
    assert scans(jpeg(preview)) == 1
    alone = encoded(seven(), "JPEG", progressive=True)
    assert scans(with_more_scans(seven(), 7)) == scans(alone) + 7
    assert scans(alone) > 1
    assert scans(JPEG[:-2] + segment(0xE1, b"")[:3]) == 1


def test_restarts_are_no_segments() -> None:
    out = io.BytesIO()
    Image.effect_noise((800, 800), 90).save(out, "JPEG", restart_marker_blocks=1)
    assert out.getvalue().count(b"\xff\xd0") > MOST_SEGMENTS
    decode(out.getvalue())
