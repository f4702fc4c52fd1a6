"""Pictures of not too many pixels, whose decoding would take too much memory or time, are refused."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handwriting.pictures.decoding import decode
from handwriting.pictures.work import MOST_SLOW_VALUES
from tests.helpers.hwr import Hwr
from tests.helpers.picture_files import check_refused, encoded, seven, with_more_scans

SIDE = 1300
"""More than the root of `MOST_SLOW_VALUES`."""


def bmp_with_run_lengths(width: int, height: int, runs: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 14 + 40 + 1024 + len(runs), 0, 0, 14 + 40 + 1024) + header + bytes(1024) + runs


def tiff(*tags: tuple[int, int], content: bytes = b"") -> bytes:
    """A TIFF of one grey picture with these tags, each one number, whose content starts at byte 512."""
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, number) for tag, number in sorted(tags))
    return (struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries).ljust(512, b"\0") + content


def overlapping_strips() -> bytes:
    """A TIFF of 1,000 strips, each of all rows but one: 1,000 passes over the picture."""
    rows = [(256, 60), (257, 80), (258, 8), (259, 1), (262, 1), (277, 1), (278, 79), (279, 4740)]
    entries = [struct.pack("<HHII", tag, 4, 1, number) for tag, number in rows]
    entries.insert(5, struct.pack("<HHII", 273, 4, 1000, 512))
    head = struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + b"".join(entries)
    return head.ljust(512, b"\0") + struct.pack("<I", 4512) * 1000 + bytes(4800)


HUGE_TILE = [(256, 64), (257, 64), (258, 8), (259, 8), (262, 1), (277, 1), (322, 30_000), (323, 30_000), (324, 512)]
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"P2 %d %d 255\n" % (SIDE, SIDE) + b"1 " * SIDE**2, "PNG"),
    "bits as text": (lambda: b"P1 %d %d\n" % (SIDE, SIDE) + b"1" * SIDE**2, "PNG"),
    "an odd depth": (lambda: b"P5 %d %d 254\n" % (SIDE, SIDE) + bytes(SIDE**2), "PNG"),
    "run lengths": (lambda: bmp_with_run_lengths(SIDE, SIDE, b"\1\1" * 1000), "PNG"),
    "run lengths of nothing": (lambda: bmp_with_run_lengths(9, 9, b"\0\2\0\0" * (MOST_SLOW_VALUES // 2 + 1)), "PNG"),
    "scans": (lambda: with_more_scans(Image.new("L", (1500, 1500), 255), 230), "too much time"),
    "overlapping strips": (overlapping_strips, "too much time"),
    "a huge tile": (lambda: tiff(*HUGE_TILE, (325, 30), content=zlib.compress(bytes(10))), "too much memory"),
    "a large WebP": (lambda: encoded(Image.new("RGB", (6000, 6000)), "WEBP", method=0), "too much memory"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_picture_that_takes_too_much_is_refused(bomb: str) -> None:
    make, cause = BOMBS[bomb]
    check_refused(make(), cause)


@pytest.mark.parametrize("kind", ["BMP", "PPM", "JPEG", "TIFF", "PNG", "GIF"])
def test_large_pictures_are_read(kind: str) -> None:
    options: Any = {"TIFF": {"compression": "tiff_lzw"}, "JPEG": {"progressive": True}}.get(kind, {})
    picture = decode(encoded(Image.new("RGB", (5000, 4000), "white"), kind, **options))
    assert picture.grey.shape[1] * picture.scale == pytest.approx(5000)


def test_small_pictures_of_slow_kinds_are_read() -> None:
    for data in (b"P2 2 2 255\n0 9 9 0", b"P1 2 2\n1001", b"P5 2 2 254\n1234", bmp_with_run_lengths(4, 1, b"\4\1\0\1")):
        decode(data)
    decode(encoded(seven(), "TIFF", compression="jpeg"))


MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_maxrss, usage.ru_utime + usage.ru_stime)
"""
"""A small process between: the peak memory of a child is never told as less than that of its parent."""


@pytest.mark.skipif(os.name != "posix", reason="the memory of a process that has ended")
def test_the_largest_picture_takes_at_most_600_mib(hwr: Hwr, tmp_path: Path) -> None:
    """With opacity it has 4 bytes a pixel, and is converted twice."""
    Image.new("LA", (8000, 8000), (255, 128)).save(tmp_path / "large.png", compress_level=1)
    hwr_command = [sys.executable, "-m", "handwriting", "predict", "-m", "bundled", str(tmp_path / "large.png")]
    command = [sys.executable, "-c", MEASURED, *hwr_command]
    done = subprocess.run(command, env=hwr.environment(), capture_output=True, text=True, check=True)
    peak, seconds = map(float, done.stdout.splitlines()[-1].split())
    assert peak * (1 if sys.platform == "darwin" else 1024) < 600 * 2**20
    assert seconds < 5
