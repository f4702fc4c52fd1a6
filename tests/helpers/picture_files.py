"""Picture files of a drawn seven, in any mode and format."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw


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


PLAIN = np.asarray(seven(), np.float32) / 255
"""The grey levels of `seven`, as `decode` returns them."""
