"""The blocks that a picture file is made of, counted before anything is decoded.

Pillow spends some microseconds in Python on each block, and keeps what is in it; so do the C libraries below it. The
number of pixels bounds neither: a JPEG of a few pixels may hold millions of comments. No camera, scanner or program
comes near these limits.
"""

import re
import struct
from collections.abc import Iterator

from handwriting.errors import PictureError

MOST_BLOCKS = 100_000
"""Chunks of a PNG or a WebP, blocks in front of the second picture of a GIF, bytes of padding in a JPEG."""
MOST_SEGMENTS = 300
"""Segments of a JPEG, its scans among them; tags of a TIFF."""
MOST_BESIDE = 16_000_000
"""Bytes of a file that are not pixels: previews, profiles, texts."""
MOST_NUMBERS = 100_000
"""Numbers in one tag of a TIFF, such as the places of its strips."""
LONGEST_HEADER = 100_000
"""Bytes of the header of a PNM file, with its comments."""
MOST_COMMENTS = 1000
"""Comments in a PNM file whose pixels are text; Pillow copies a megabyte for each."""

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # of a segment, behind the entropy-coded data of a scan
_PADDING = b"\xff" * (MOST_BLOCKS + 1)
_BARE = {*range(0x01, 0xC0), *range(0xD0, 0xD9)}
"""JPEG markers without a length."""
_BYTES, _EXIF_POINTERS = {1, 2, 7}, {34665, 34853, 40965}
"""Types of a TIFF's tags that Pillow keeps as bytes or text; tags that point to further directories."""
_TYPE_SIZES = {3: 2, 4: 4, 5: 8, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}


def check_blocks(data: bytes) -> None:
    """Raise `PictureError` if a picture file has more blocks, or more in them beside its pixels, than may be."""
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith(b"\x89PNG"):
        _check(_png_chunks(data))
    elif data.startswith(b"RIFF"):
        _check(_riff_chunks(data))
    elif data.startswith(b"GIF8"):
        _check(_gif_blocks(data))
    elif data[:2] in (b"II", b"MM"):
        _check_tiff(data)
    elif data.startswith(b"P"):
        _check_pnm(data)


def scans(data: bytes) -> int:
    """Return how often the decoder of a JPEG goes over the picture; a baseline JPEG has one scan."""
    return sum(marker == 0xDA for marker, _, _ in _jpeg_segments(data))


def _check(sizes: Iterator[int]) -> None:
    """Check the `sizes` in bytes of the blocks of a file, 0 for blocks of pixels."""
    beside = 0
    for number, size in enumerate(sizes):
        beside += size
        if number >= MOST_BLOCKS:
            raise _too_many_blocks()
        _check_beside(beside)


def _check_beside(size: int) -> None:
    if size > MOST_BESIDE:
        raise PictureError(
            f"it holds more than {MOST_BESIDE // 10**6} MB beside its picture, such as layers or previews; "
            "save it again without them"
        )


def _too_many_blocks() -> PictureError:
    return PictureError("it is cut into far more blocks than any camera or program writes; save it again as PNG")


def _check_jpeg(data: bytes) -> None:
    beside = padding = 0
    for number, (_, size, before) in enumerate(_jpeg_segments(data)):
        beside, padding = beside + size, padding + before
        if number >= MOST_SEGMENTS or padding > MOST_BLOCKS:
            raise _too_many_blocks()
        _check_beside(beside)


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the marker of each segment, its size, and the bytes of padding before it, up to the end of the picture."""
    # Too much padding is searched for first: Pillow scans it again with each block that it reads, and so would this.
    padding = data.find(_PADDING) if _PADDING in data else len(data)
    place, end = 2, min(padding + len(_PADDING), len(data))
    while found := _MARKER.search(data, place, min(end, place + MOST_BLOCKS + 3)):
        marker, start = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return
        size = 0 if marker in _BARE else int.from_bytes(data[start : start + 2], "big")
        yield marker, size, found.start() - place
        place = start + size
        if marker == 0xDA:
            following = _MARKER.search(data, place, end)
            place = following.start() if following else padding
    yield 0, 0, end - place


def _png_chunks(data: bytes) -> Iterator[int]:
    place = 8
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        yield 0 if kind in (b"IDAT", b"fdAT") else size
        place += 12 + size


def _riff_chunks(data: bytes) -> Iterator[int]:
    place = 12
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place + 4 : place + 8], "little"), data[place : place + 4]
        yield 0 if kind in (b"VP8 ", b"VP8L", b"ALPH", b"ANMF") else size
        place += 8 + size + size % 2


def _gif_blocks(data: bytes) -> Iterator[int]:
    """Yield a 0 for each block up to the header of the second picture, as Pillow finds them; all are short."""
    place, pictures = 13 + _palette_size(data[10:11]), 0
    while place < len(data) and pictures < 2:
        kind, label = data[place], data[place + 1 : place + 2]
        fixed = 0  # blocks that are read even behind an empty one
        if kind == ord("!"):
            place += 2
            fixed = 0 if label == b"\xfe" else 1 + (data[place + 1 : place + 12] == b"NETSCAPE2.0")
        elif kind == ord(","):
            pictures += 1
            place += 11 + _palette_size(data[place + 9 : place + 10])
        else:
            place += 1
            yield 0
            continue
        while place < len(data) and (data[place] or fixed > 0):
            place += 1 + data[place]
            fixed -= 1
            yield 0
        place += 1


def _palette_size(flags: bytes) -> int:
    """Return the bytes of a palette, given the byte with its flags."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 128 else 0


def _check_tiff(data: bytes) -> None:
    """Check the first directory and those of Exif, which Pillow reads with it."""
    order = "<" if data.startswith(b"I") else ">"
    is_big = 43 in data[2:4]
    counter, entry, pointer = (order + kind for kind in (("Q", "HHQ", "Q") if is_big else ("H", "HHL", "L")))
    places, checked, beside = [_number(data, 8 if is_big else 4, pointer)], 0, 0
    while places and checked <= len(_EXIF_POINTERS):
        place, checked = places.pop(), checked + 1
        count, start = _number(data, place, counter), place + struct.calcsize(counter)
        if count > MOST_SEGMENTS:
            raise _too_many_blocks()
        length = struct.calcsize(entry) + struct.calcsize(pointer)
        for at in range(start, min(start + count * length, len(data) - length + 1), length):
            tag, kind, numbers = struct.unpack_from(entry, data, at)
            if kind not in _BYTES and numbers > MOST_NUMBERS:
                raise _too_many_blocks()
            beside += numbers * _TYPE_SIZES.get(kind, 1)
            if tag in _EXIF_POINTERS:
                places.append(_number(data, at + struct.calcsize(entry), pointer))
    _check_beside(beside)


def _number(data: bytes, place: int, kind: str) -> int:
    """Return the number at a place in a TIFF, 0 behind its end."""
    return int(struct.unpack_from(kind, data, place)[0]) if place + struct.calcsize(kind) <= len(data) else 0


def _check_pnm(data: bytes) -> None:
    header = re.sub(rb"#[^\r\n]*[\r\n]?", b"", data[:LONGEST_HEADER])
    words = 3 if data[1:2] in (b"1", b"4") else 4
    if len(data) > LONGEST_HEADER and not re.match(rb"(?:\S+\s+){%d}" % words, header):
        raise PictureError("its header is longer than any program writes; save it again as PNG")
    if data[1:2] in (b"1", b"2", b"3") and data.count(b"#") > MOST_COMMENTS:
        raise _too_many_blocks()
