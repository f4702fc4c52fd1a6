"""Picture files of a drawn seven, in any mode and format."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.errors import PictureError
from handwriting.pictures.decoding import decode


def seven(mode: str = "L", ink: Any = 0, paper: Any = 255, size: tuple[int, int] = (60, 80)) -> Image.Image:
    picture = Image.new(mode, size, paper)
    width, height = size
    points = [(width // 6, height // 8), (width * 5 // 6, height // 7), (width * 2 // 5, height * 7 // 8)]
    ImageDraw.Draw(picture).line(points, fill=ink, width=width // 10)
    return picture


def encoded(picture: Any, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def with_more_scans(picture: Image.Image, count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    whole = encoded(picture, "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + whole[-2:]


def check_refused(content: bytes, cause: str) -> None:
    """Check that a picture file is refused in one line, which matches `cause`."""
    with pytest.raises(PictureError, match=cause) as caught:
        decode(content)
    assert "\n" not in str(caught.value)


PLAIN = np.asarray(seven(), np.float32) / 255
"""The grey levels of `seven`, as `decode` returns them."""
