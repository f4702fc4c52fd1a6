"""Drawings of a digit, as ink from 0 to 1, and how alike two prepared images are."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFilter

from handwriting.interfaces import Floats
from handwriting.pictures.preparation import PreparedDigit, prepare

SEVEN: list[tuple[float, float]] = [(20, 14), (78, 18), (44, 88)]


def drawing(
    strokes: Iterable[Iterable[tuple[float, float]]] = (SEVEN,),
    width: float = 9,
    scale: float = 1.0,
    size: tuple[int, int] = (100, 100),
    shift: tuple[float, float] = (0, 0),
) -> Floats:
    """Return ink from 0 to 1 (height, width): strokes drawn with a round pen on a picture of the given size."""
    detail = 4
    picture = Image.new("L", (round(size[0] * detail * scale), round(size[1] * detail * scale)))
    pen = ImageDraw.Draw(picture)
    radius = width * scale * detail / 2
    for stroke in strokes:
        points = [((x + shift[0]) * scale * detail, (y + shift[1]) * scale * detail) for x, y in stroke]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = picture.resize((round(size[0] * scale), round(size[1] * scale)), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def prepared(grey: ArrayLike, **settings: Any) -> PreparedDigit:
    """Return the digit of a picture that must hold one."""
    digit = prepare(np.asarray(grey, np.float32), **settings)
    assert digit is not None
    return digit


def likeness(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the correlation of two images at the best shift: rounding may place them a pixel apart."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float(np.corrcoef(np.roll(one, shift, (0, 1)).ravel(), other.ravel())[0, 1]) for shift in shifts)


def photograph(ink: Floats, seed: int = 0, contrast: float = 0.5) -> Floats:
    """Return the grey levels of ink on paper that is lit unevenly, blurred and noisy."""
    rng = np.random.default_rng(seed)
    height, width = ink.shape
    light = 0.55 + 0.35 * np.linspace(0, 1, width) - 0.15 * np.linspace(-1, 1, height)[:, None] ** 2
    picture = Image.fromarray((light * (1 - contrast * ink) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return np.clip(np.asarray(picture) / 255 + rng.normal(0, 0.015, ink.shape), 0, 1)


INK = drawing()
REFERENCE = prepared(1 - INK).image
FAR = drawing(size=(320, 240), shift=(90, 60), scale=2)
