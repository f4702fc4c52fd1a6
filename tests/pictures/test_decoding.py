"""Pictures of every kind become the same grey picture; whatever is no picture becomes one clear error."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from handwriting.errors import PictureError
from handwriting.pictures.decoding import LARGEST_FILE, LONGEST_SIDE, Picture, decode

ORIENTATION = 0x0112


def seven(mode="L", ink=0, paper=255, size=(60, 80)):
    picture = Image.new(mode, size, paper)
    width, height = size
    points = [(width // 6, height // 8), (width * 5 // 6, height // 7), (width * 2 // 5, height * 7 // 8)]
    ImageDraw.Draw(picture).line(points, fill=ink, width=width // 10)
    return picture


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width, height):
    """A PNG file whose header promises so many pixels, and that holds none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


PLAIN = np.asarray(seven(), np.float32) / 255


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *[(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[(mode, "TIFF") for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "F")],
        *[(mode, "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")],
        *[("L", "GIF"), ("RGB", "WEBP"), ("RGBA", "WEBP"), ("L", "PPM"), ("RGB", "PPM")],
    ],
)
def test_every_mode_is_read_alike(mode, kind):
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(seven(), np.uint16) * 257)
    else:
        picture = seven().convert("P").convert(mode) if mode == "PA" else seven().convert(mode)
    options = {"lossless": True} if kind == "WEBP" else {}
    np.testing.assert_allclose(decode(encoded(picture, kind, **options)).grey, PLAIN, atol=0.01)


def test_lab_and_big_endian_16_bit_are_read_alike():
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(seven("RGB", "black", "white"), *profiles, outputMode="LAB")
    np.testing.assert_allclose(decode(encoded(lab, "TIFF")).grey, PLAIN, atol=0.01)
    pgm = b"P5 60 80 65535\n" + (np.asarray(seven(), np.uint16) * 257).astype(">u2").tobytes()
    np.testing.assert_allclose(decode(pgm).grey, PLAIN, atol=0.01)


def test_jpeg_in_grey_colour_and_cmyk():
    for mode in ("L", "RGB", "CMYK"):
        np.testing.assert_allclose(decode(encoded(seven().convert(mode), "JPEG", quality=95)).grey, PLAIN, atol=0.15)


@pytest.mark.parametrize("highest", [1023, 4095, 65535])
def test_16_bits_are_scaled_by_the_range_in_use(highest):
    values = (PLAIN * highest).astype(np.uint16)
    np.testing.assert_allclose(decode(encoded(Image.fromarray(values), "TIFF")).grey, PLAIN, atol=0.01)


@pytest.mark.parametrize("values", [PLAIN, PLAIN * 255, PLAIN * 1e30])
def test_floating_point_is_scaled_by_the_range_in_use(values):
    np.testing.assert_allclose(decode(encoded(Image.fromarray(values), "TIFF")).grey, PLAIN, atol=0.01)


def test_numbers_that_are_none_are_dark():
    values = PLAIN.copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    grey = decode(encoded(Image.fromarray(values), "TIFF")).grey
    assert grey[0, :3].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(grey[1:], PLAIN[1:])


@pytest.mark.parametrize("ink", ["black", "white", "red"])
def test_one_colour_on_nothing_is_ink(ink):
    picture = seven("RGBA", ink, (0, 0, 0, 0))
    np.testing.assert_allclose(decode(encoded(picture)).grey, PLAIN, atol=0.01)


def test_several_colours_on_nothing_lie_on_white():
    picture = seven("RGBA", "black", (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 70, 9, 79), fill="#808080")
    grey = decode(encoded(picture)).grey
    assert grey[0, 0] == 1
    assert grey[75, 5] == pytest.approx(0.5, abs=0.01)


def test_a_palette_can_be_transparent():
    picture = seven("P", 1, 0)
    picture.putpalette([255, 0, 0, 0, 0, 0])
    assert decode(encoded(picture, transparency=0)).grey == pytest.approx(PLAIN, abs=0.01)


@pytest.mark.parametrize(("ink", "paper"), [("yellow", "white"), ("#ff0000", "#008200"), ("blue", "black")])
def test_colours_of_like_brightness_are_told_apart(ink, paper):
    grey = decode(encoded(seven("RGB", ink, paper))).grey
    assert np.ptp(grey) > 0.4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_be_held_in_any_way(orientation):
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


def test_of_an_animation_the_first_picture_is_read_and_said_so():
    animation = encoded(seven(), "GIF", save_all=True, append_images=[Image.new("L", (60, 80), 9)])
    picture = decode(animation)
    np.testing.assert_allclose(picture.grey, PLAIN, atol=0.01)
    assert "first" in picture.notices[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_made_smaller(kind):
    picture = decode(encoded(seven(size=(3000, 4001)), kind))
    assert max(picture.grey.shape) <= LONGEST_SIDE
    assert picture.scale == pytest.approx(4001 / max(picture.grey.shape))
    assert picture.grey.mean() == pytest.approx(PLAIN.mean(), abs=0.02)


@pytest.mark.parametrize("size", [(1, 1), (1, 30000), (30000, 1)])
def test_the_oddest_sizes_are_pictures(size):
    assert isinstance(decode(encoded(Image.new("L", size))), Picture)


def test_the_name_does_not_matter(tmp_path):
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
def test_what_is_no_picture_is_named(data, cause, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    for source, name in ((path, str(path)), (data, "standard input")):
        with pytest.raises(PictureError, match=cause) as caught:
            decode(source)
        assert str(caught.value).startswith(name)
        assert "\n" not in str(caught.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(PictureError, match="200 MB"):
        decode(path)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(PictureError, match="No such file"):
        decode(tmp_path / "missing.png")
    with pytest.raises(PictureError, match="folder"):
        decode(tmp_path)
    with pytest.raises(PictureError, match="null"):
        decode(tmp_path / "a\0b")


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_links_in_a_circle_pipes_and_devices_are_named(tmp_path):
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    with pytest.raises(PictureError, match=r"[Ss]ymbolic links"):
        decode(tmp_path / "circle")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path.__class__("/dev/zero")):
        with pytest.raises(PictureError, match="a pipe or a device"):
            decode(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_named(tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(seven()))
    path.chmod(0)
    with pytest.raises(PictureError, match="Permission denied"):
        decode(path)


def only_picture_errors(data):
    try:
        grey = decode(data).grey
    except PictureError:
        return
    assert grey.ndim == 2
    assert np.isfinite(grey).all()


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"P6 "]))
def test_no_bytes_cause_any_other_error(data, start):
    only_picture_errors(start + data)


SMALL = [
    encoded(seven(size=(12, 16)).convert("RGB"), kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SMALL), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6), st.data())
def test_no_damage_causes_any_other_error(whole, damages, data):
    broken = bytearray(whole)
    for place, value in damages:
        broken[place % len(broken)] = value
    only_picture_errors(bytes(broken[: data.draw(st.integers(0, len(broken)))] if data.draw(st.booleans()) else broken))
