"""Pictures of numbers: digits of the dataset `strokes` side by side, on paper of several kinds."""

import functools
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.datasets.strokes import Strokes
from handwriting.interfaces import Floats
from handwriting.models import model_file, user_models
from handwriting.reading.recognizer import Recognizer
from tests.benchmarks.cropping import trimmed

SEVEN_AS_ONE = pytest.mark.xfail(strict=True, reason="the bundled model reads this 7, small or faint, as 1")

TEXT = "40728"
"""A number with all kinds of strokes."""


@functools.cache
def reader(**settings: Any) -> Any:
    """Return the recognizer with the bundled model."""
    return Recognizer(model_file.load(user_models.BUNDLED), **settings)


def text_of(ink: Floats, **settings: Any) -> Any:
    """Return what is read in a picture with this ink; the settings are those of `file_of`."""
    return reader().read(file_of(ink, **settings)).text


@functools.cache
def digits(seed: int = 7) -> list[Floats]:
    """Return a typical drawing of each digit, ink 0 to 1 (height, width): the one closest to their mean."""
    drawn = next(Strokes.draw(400, seed))
    found = []
    for digit in range(10):
        images = drawn.images[drawn.labels == digit].astype(np.float32) / 255
        mean = images.mean(axis=0).ravel()
        image = images[np.argmax([np.corrcoef(one.ravel(), mean)[0, 1] for one in images])]
        found.append(trimmed(image))
    return found


def number(text: str, gap: int = 6, scale: float = 1.0, margin: int = 20) -> Floats:
    """Return the ink, 0 to 1 (height, width), of a number.

    At a scale of 1 a digit is 60 pixels high, and a space in `text` 120 pixels wide. `gap` is the distance between the
    digits in these pixels (below 0 their boxes overlap), `margin` that to the sides.
    """
    enlarged = [_resized(digits()[int(c)], 3) if c != " " else np.zeros((60, 120), np.float32) for c in text]
    width = sum(d.shape[1] for d in enlarged) + gap * (len(enlarged) - 1)
    page = np.zeros((max(d.shape[0] for d in enlarged) + 2 * margin, width + 2 * margin), np.float32)
    x = margin
    for digit in enlarged:
        height, across = digit.shape
        place = page[margin : margin + height, x : x + across]
        np.maximum(place, digit, out=place)
        x += across + gap
    return _resized(page, scale)


def drawn_on(ink: Floats, draw: Callable[[ImageDraw.ImageDraw, int, int], None]) -> Floats:
    """Return the ink with what `draw` adds, given what draws on a picture, and the picture's width and height."""
    page = Image.fromarray((ink * 255).astype(np.uint8))
    draw(ImageDraw.Draw(page), page.width, page.height)
    return np.asarray(page, np.float32) / 255


def with_marks(text: str) -> Floats:
    """Return the ink of a number with separators, drawn with a pen as wide as that of the digits."""
    place = {".": (-10, 0), ",": (-12, 10), "-": (-34, -26), ":": (-10, 0)}
    parts = []
    for character in text:
        if character.isdecimal():
            parts.append(np.pad(number(character, margin=0), ((30, 30), (3, 3))))
            continue
        page = Image.new("L", (44, len(parts[0])))
        pen, foot = ImageDraw.Draw(page), len(parts[0]) - 30
        first, last = (foot + row for row in place[character])
        width = 32 if character == "-" else 10
        pen.rectangle((8, first, 8 + width, last), fill=255)
        if character == ":":
            pen.rectangle((8, first - 25, 8 + width, last - 25), fill=255)
        parts.append(np.asarray(page, np.float32) / 255)
    height = max(map(len, parts))
    return np.pad(np.hstack([np.pad(part, ((0, height - len(part)), (0, 0))) for part in parts]), 20)


def file_of(ink: Floats, paper: Any = 240, pen: Any = 40, form: str = "PNG", **settings: Any) -> bytes:
    """Return the picture file of this ink (height, width) on `paper`: a level, a colour or an array of levels."""
    paper, pen = np.asarray(paper, np.float32), np.asarray(pen, np.float32)
    ink = ink[..., np.newaxis] if paper.shape == (3,) or pen.shape == (3,) else ink
    levels = paper + ink * (pen - paper)
    data = io.BytesIO()
    Image.fromarray(levels.round().clip(0, 255).astype(np.uint8)).save(data, form, **settings)
    return data.getvalue()


def _resized(ink: Floats, scale: float) -> Floats:
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    smooth = Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(ink).resize((width, height), smooth)).clip(0, 1)
