"""Pictures of every mode become the same grey picture."""

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from handwriting.pictures.decoding import decode
from tests.helpers.picture_files import PLAIN, encoded, seven


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *[(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
        *[(mode, "TIFF") for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "F")],
        *[(mode, "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")],
        *[("L", "GIF"), ("RGB", "WEBP"), ("RGBA", "WEBP"), ("L", "PPM"), ("RGB", "PPM")],
    ],
)
def test_every_mode_is_read_alike(mode: Any, kind: Any) -> None:
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(seven(), np.uint16) * 257)
    else:
        picture = seven().convert("P").convert(mode) if mode == "PA" else seven().convert(mode)
    options = {"lossless": True} if kind == "WEBP" else {}
    np.testing.assert_allclose(decode(encoded(picture, kind, **options)).grey, PLAIN, atol=0.01)


def test_lab_and_big_endian_16_bit_are_read_alike() -> None:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(seven("RGB", "black", "white"), *profiles, outputMode="LAB")
    np.testing.assert_allclose(decode(encoded(lab, "TIFF")).grey, PLAIN, atol=0.01)
    pgm = b"P5 60 80 65535\n" + (np.asarray(seven(), np.uint16) * 257).astype(">u2").tobytes()
    np.testing.assert_allclose(decode(pgm).grey, PLAIN, atol=0.01)


def test_jpeg_in_grey_colour_and_cmyk() -> None:
    for mode in ("L", "RGB", "CMYK"):
        np.testing.assert_allclose(decode(encoded(seven().convert(mode), "JPEG", quality=95)).grey, PLAIN, atol=0.15)


@pytest.mark.parametrize("highest", [1023, 4095, 65535])
def test_16_bits_are_scaled_by_the_range_in_use(highest: int) -> None:
    values = (PLAIN * highest).astype(np.uint16)
    np.testing.assert_allclose(decode(encoded(Image.fromarray(values), "TIFF")).grey, PLAIN, atol=0.01)


@pytest.mark.parametrize("values", [PLAIN, PLAIN * 255, PLAIN * 1e30])
def test_floating_point_is_scaled_by_the_range_in_use(values: Any) -> None:
    np.testing.assert_allclose(decode(encoded(Image.fromarray(values), "TIFF")).grey, PLAIN, atol=0.01)


def test_nan_and_infinity_are_dark() -> None:
    values = PLAIN.copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    grey = decode(encoded(Image.fromarray(values), "TIFF")).grey
    assert grey[0, :3].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(grey[1:], PLAIN[1:])


@pytest.mark.parametrize("ink", ["black", "white", "red"])
def test_one_colour_on_transparency_is_ink(ink: str) -> None:
    picture = seven("RGBA", ink, (0, 0, 0, 0))
    np.testing.assert_allclose(decode(encoded(picture)).grey, PLAIN, atol=0.01)


def test_several_colours_on_transparency_are_laid_on_white() -> None:
    picture = seven("RGBA", "black", (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 70, 9, 79), fill="#808080")
    grey = decode(encoded(picture)).grey
    assert grey[0, 0] == 1
    assert grey[75, 5] == pytest.approx(0.5, abs=0.01)


def test_a_palette_may_be_transparent() -> None:
    picture = seven("P", 1, 0)
    picture.putpalette([255, 0, 0, 0, 0, 0])
    assert decode(encoded(picture, transparency=0)).grey == pytest.approx(PLAIN, abs=0.01)


@pytest.mark.parametrize(("ink", "paper"), [("yellow", "white"), ("#ff0000", "#008200"), ("blue", "black")])
def test_colours_of_similar_brightness_are_told_apart(ink: str, paper: str) -> None:
    grey = decode(encoded(seven("RGB", ink, paper))).grey
    assert np.ptp(grey) > 0.4


@pytest.mark.parametrize("note", ["#faeb50", "#ff96c8", "#a0ffa0"])
def test_a_note_in_another_colour_than_the_desk_does_not_hide_its_ink(note: str) -> None:
    desk = Image.new("RGB", (400, 300), "#e6e6e6")
    desk.paste(note, (80, 40, 320, 260))
    desk.paste(seven("RGB", "#14288c", note), (170, 110))
    grey = decode(encoded(desk)).grey[110:190, 170:230]
    assert np.ptp(grey) > 0.4
