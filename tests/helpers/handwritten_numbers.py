"""Numbers for tests, made of strokes digits that stand side by side, on paper of all kinds."""

import functools
import io

import numpy as np
from PIL import Image

from handwriting.datasets.strokes.drawing import draw
from handwriting.models import model_file, user_models
from handwriting.reading.recognizer import Recognizer
from tests.benchmarks.cropping import trimmed


@functools.cache
def reader(**settings):
    """The recogniser with the model that comes with the package."""
    return Recognizer(model_file.load(user_models.BUNDLED), **settings)


@functools.cache
def digits(seed=7):
    """The most typical drawing of each digit, ink 0 to 1 (rows, columns): the one that is most like their mean."""
    drawn = next(draw(400, seed))
    found = []
    for digit in range(10):
        images = drawn.images[drawn.labels == digit].astype(np.float32) / 255
        mean = images.mean(axis=0).ravel()
        image = images[np.argmax([np.corrcoef(one.ravel(), mean)[0, 1] for one in images])]
        found.append(trimmed(image))
    return found


def number(text, gap=6, scale=1.0, margin=20):
    """The ink, 0 to 1 (height, width), of a number; `gap` and `margin` are pixels at a scale of 1.

    A digit is 60 pixels high then. Below 0 the boxes of the digits overlap; a space in `text` is a digit's height wide,
    twice.
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


def file_of(ink, paper=240, pen=40, form="PNG", **settings):
    """The bytes of a picture with this ink (height, width) on `paper`: a level or colour, or an array of levels."""
    paper, pen = np.asarray(paper, np.float32), np.asarray(pen, np.float32)
    ink = ink[..., np.newaxis] if paper.shape == (3,) or pen.shape == (3,) else ink
    levels = paper + ink * (pen - paper)
    data = io.BytesIO()
    Image.fromarray(levels.round().clip(0, 255).astype(np.uint8)).save(data, form, **settings)
    return data.getvalue()


def _resized(ink, scale):
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    smooth = Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(ink).resize((width, height), smooth)).clip(0, 1)
