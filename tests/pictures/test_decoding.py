"""A picture file becomes a grey picture; whatever is not a picture becomes one clear error."""

import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handwriting.errors import PictureError
from handwriting.pictures.decoding import LARGEST_FILE, LONGEST_SIDE, Picture, decode
from tests.helpers.picture_files import PLAIN, encoded, seven

ORIENTATION = 0x0112


def chunk(kind: Any, data: Any) -> Any:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: Any, height: Any) -> bytes:
    """A PNG file whose header claims a size, without any pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_be_held_in_any_way(orientation: int) -> None:
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = seven().transpose(undone[orientation]) if orientation > 1 else seven()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    for kind in ("PNG", "TIFF", "WEBP"):
        options = {"lossless": True} if kind == "WEBP" else {}
        np.testing.assert_allclose(decode(encoded(stored, kind, exif=exif, **options)).grey, PLAIN, atol=0.01)


def test_the_first_picture_of_an_animation_is_read_with_a_notice() -> None:
    animation = encoded(seven(), "GIF", save_all=True, append_images=[Image.new("L", (60, 80), 9)])
    picture = decode(animation)
    np.testing.assert_allclose(picture.grey, PLAIN, atol=0.01)
    assert "first" in picture.notices[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_reduced(kind: str) -> None:
    picture = decode(encoded(seven(size=(3000, 4001)), kind))
    assert max(picture.grey.shape) <= LONGEST_SIDE
    assert picture.scale == pytest.approx(4001 / max(picture.grey.shape))
    assert picture.grey.mean() == pytest.approx(PLAIN.mean(), abs=0.02)


@pytest.mark.parametrize("size", [(1, 1), (1, 30000), (30000, 1)])
def test_extreme_sizes_are_decoded(size: Any) -> None:
    assert isinstance(decode(encoded(Image.new("L", size))), Picture)


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "seven.txt"
    path.write_bytes(encoded(seven()))
    np.testing.assert_allclose(decode(path).grey, PLAIN, atol=0.01)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "empty"),
        (b"hello, world", "not a picture"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (claiming(60000, 60000), "pixels"),
        (claiming(10000, 6401), "10000 x 6401"),
        (claiming(100, 100), "damaged"),
        (encoded(seven())[:200], "damaged"),
        (encoded(seven(), "JPEG")[:-600], "damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    ],
)
def test_what_is_not_a_picture_is_named(data: Any, cause: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    for source, name in ((path, str(path)), (data, "standard input")):
        with pytest.raises(PictureError, match=cause) as caught:
            decode(source)
        assert str(caught.value).startswith(name)
        assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(PictureError, match="200 MB"):
        decode(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="No such file"):
        decode(tmp_path / "missing.png")
    with pytest.raises(PictureError, match="folder"):
        decode(tmp_path)
    with pytest.raises(PictureError, match="null"):
        decode(tmp_path / "a\0b")


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_in_a_circle_pipes_and_devices_are_named(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(PictureError, match=r"[Ss]ymbolic links"):
        decode(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path.__class__("/dev/zero")):
        with pytest.raises(PictureError, match="a pipe or a device"):
            decode(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(seven()))
    path.chmod(0)
    with pytest.raises(PictureError, match="Permission denied"):
        decode(path)


def test_a_damaged_tiff_writes_nothing_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither does libtiff, a library in C."""
    whole = encoded(seven(), "TIFF", compression="tiff_lzw")
    damaged = whole.replace(struct.pack("<HHI", 279, 4, 1), struct.pack("<HHI", 279, 4, 9))  # StripByteCounts
    assert damaged != whole
    only_picture_errors(damaged)
    assert capfd.readouterr().err == ""


def only_picture_errors(data: Any) -> None:
    try:
        grey = decode(data).grey
    except PictureError:
        return
    assert grey.ndim == 2
    assert np.isfinite(grey).all()


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"P6 "]))
def test_random_bytes_cause_no_other_error(data: Any, start: Any) -> None:
    only_picture_errors(start + data)


SMALL = [
    encoded(seven(size=(12, 16)).convert("RGB"), kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
]


@settings(max_examples=300)
@given(st.sampled_from(SMALL), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6), st.data())
def test_damage_causes_no_other_error(whole: Any, damages: Any, data: Any) -> None:
    broken = bytearray(whole)
    for place, value in damages:
        broken[place % len(broken)] = value
    only_picture_errors(bytes(broken[: data.draw(st.integers(0, len(broken)))] if data.draw(st.booleans()) else broken))
