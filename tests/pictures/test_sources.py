"""Every form in which a picture can be given reads the same, and what is no picture is refused in one sentence."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.errors import PictureError
from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader

DATA = file_of(number(TEXT))
GREY = np.asarray(Image.open(io.BytesIO(DATA)))

ARRAYS = {
    "grey": GREY,
    "light on dark": 255 - GREY,
    "one channel": GREY[..., None],
    "RGB": np.dstack([GREY] * 3),
    "RGBA": np.dstack([GREY] * 3 + [np.full_like(GREY, 255)]),
    "float to 1": GREY / 255,
    "float32 to 255": GREY.astype(np.float32),
    "int64": GREY.astype(np.int64),
    "16 bits": GREY.astype(np.uint16) * 257,
    "bool": GREY > 128,
    "not contiguous": np.asfortranarray(GREY),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_read(name: str) -> None:
    assert reader().read(ARRAYS[name]).text == TEXT


def test_every_form_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "number.png"
    path.write_bytes(DATA)
    with path.open("rb") as file, Image.open(path) as image:
        readings = reader().read([path, str(path), DATA, bytearray(DATA), file, io.BytesIO(DATA), GREY, image])
    assert [(reading.text, reading.confidence) for reading in readings] == [(TEXT, readings[0].confidence)] * 8
    names = [str(path), str(path), "-", "-", str(path), "-", "array", str(path)]
    assert [reading.path for reading in readings] == names


def test_several_pictures_are_several_readings(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(DATA)
    assert [reading.text for reading in reader().read_several(str(tmp_path / "x.png"))] == [TEXT]
    assert [reading.text for reading in reader().read(one for one in (GREY, DATA))] == [TEXT, TEXT]
    assert reader().read([]) == []


WRONG = {
    "None": None,
    "a number": 5,
    "a mapping": {"a": DATA},
    "numbers": [[0, 255], [255, 0]],
    "too many axes": np.zeros((5, 28, 28, 3)),
    "a batch": np.zeros((5, 28, 28)),
    "one axis": np.zeros(784),
    "no pixels": np.zeros((0, 28)),
    "NaN": np.full((9, 9), np.nan),
    "negative": np.full((9, 9), -1.0),
    "too large": np.full((9, 9), 256.0),
    "texts": np.array([["a"]]),
    "complex": np.zeros((9, 9), complex),
    "a text file": io.StringIO("text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_picture_is_refused(name: str) -> None:
    for given in (WRONG[name], [WRONG[name]]):
        with pytest.raises(PictureError) as caught:
            reader().read(given)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [b"", b"junk", "no-such-file.png", Image.new("L", (0, 0)), io.BytesIO(b"junk")])
def test_what_can_t_be_read_is_a_reading_that_says_why(given: Any) -> None:
    reading = reader().read(given)
    assert reading.failed
    assert reading.text is None
    assert reading.reason


def test_a_picture_of_pillow_is_not_changed(tmp_path: Path) -> None:
    Image.open(io.BytesIO(DATA)).resize((2500, 700)).save(tmp_path / "large.jpg")
    with Image.open(tmp_path / "large.jpg") as image:
        reader().read(image)
        assert image.size == (2500, 700)
