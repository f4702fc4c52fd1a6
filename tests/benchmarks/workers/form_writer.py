"""Writes pictures of numbers on forms, on paper of several kinds and in uneven light, in a process of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from handwriting.datasets.idx import read_idx
from handwriting.interfaces import Floats, Images

from ..cropping import RIM, trimmed

HEIGHTS = 24, 64
"""Range of the height of digits, in pixels."""
DIGITS = 2, 8
"""Range of the number of digits, exclusive at the end."""
SPREAD = 0.05
"""Spread of the size and the place of digits, in digit heights."""
PAPER, PENS = "#f0f0ee", ("#191928", "#14288c", "#3c3c3c", "#961420")
PRINTED = "#141414", "#787878", "#e6965a", "#3c78c8"
SQUARES = "#aabedc", "#bebebe", "#8caad2"
NOTES, DESKS = ("#faeb78", "#ffb4c8", "#b4e696", "#a0d7f5"), ("#785537", "#3c3c41", "#b49678", "#e6e6e6")
"""Colours."""
LABELS = "TOTAL", "ROOM", "PAGE", "Class", "Points:", "No.", "EUR", "kg", "cm", "pcs"
"""What is printed beside numbers."""
NOISE = 3.0
"""Standard deviation of the noise, in levels from 0 to 255."""


@dataclass(frozen=True)
class Form:
    """A number that is to be written: the masks of its digits, about `height` pixels high, and how it is drawn."""

    digits: list[Image.Image]
    height: float
    pen: str
    rng: np.random.Generator

    def page(self, width: float, height: float, colour: str = PAPER) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """Return a blank picture, and what draws on it."""
        page = Image.new("RGB", (round(width), round(height)), colour)
        return page, ImageDraw.Draw(page)

    def line(self, least: float, most: float) -> int:
        """Return a width of lines, in pixels, between these fractions of the digits' height."""
        return max(1, round(self.height * self.rng.uniform(least, most)))

    def write(self, page: Image.Image, digit: Image.Image, x: float, y: float) -> None:
        """Write a digit around a point."""
        right, down = self.rng.normal(0, SPREAD * self.height, 2)
        page.paste(self.pen, (round(x + right - digit.width / 2), round(y + down - digit.height / 2)), digit)

    def number(self, margin: float, colour: str = PAPER) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """Return the number on paper, with a margin in digit heights, and what draws on it."""
        gap, x = self.rng.uniform(0.12, 0.35) * self.height, margin * self.height
        width = sum(digit.width + gap for digit in self.digits) - gap + 2 * x
        page, draw = self.page(width, (1.2 + 2 * margin) * self.height, colour)
        for digit in self.digits:
            self.write(page, digit, x + digit.width / 2, page.height / 2)
            x += digit.width + gap
        return page, draw


def _boxes(form: Form, gap: float) -> Image.Image:
    """Each digit in a box of its own."""
    h = form.height
    width, height, gap = h * form.rng.uniform(1.1, 1.5), h * form.rng.uniform(1.3, 1.7), h * gap
    page, draw = form.page(len(form.digits) * (width + gap) + h, height + h)
    line, colour = form.line(0.01, 0.08), str(form.rng.choice(PRINTED))
    for number, digit in enumerate(form.digits):
        x = h / 2 + number * (width + gap)
        draw.rectangle((x, h / 2, x + width, h / 2 + height), outline=colour, width=line)
        form.write(page, digit, x + width / 2, page.height / 2)
    return page


def _comb(form: Form) -> Image.Image:
    """A base line with ticks between the digits."""
    h = form.height
    width, tick = h * form.rng.uniform(1.0, 1.3), h * form.rng.uniform(0.2, 0.6)
    page, draw = form.page(len(form.digits) * width + h, 2.4 * h)
    line, colour, base = form.line(0.01, 0.07), str(form.rng.choice(PRINTED)), 1.9 * h
    draw.line((h / 2, base, page.width - h / 2, base), colour, line)
    for number in range(len(form.digits) + 1):
        x = h / 2 + number * width
        draw.line((x, base, x, base - tick), colour, line)
    for number, digit in enumerate(form.digits):
        form.write(page, digit, h / 2 + (number + 0.5) * width, base - 0.62 * h)
    return page


def _ring(form: Form) -> Image.Image:
    """A ring around the number."""
    page, draw = form.number(0.8)
    draw.ellipse((3, 3, page.width - 4, page.height - 4), outline=form.pen, width=form.line(0.04, 0.09))
    return page


def _frame(form: Form) -> Image.Image:
    """A frame around the number, drawn by hand."""
    page, draw = form.number(0.5)
    low, corners = 0.15 * form.height, form.rng.normal(0, 0.04 * form.height, (4, 2))
    x, y = page.width - low, page.height - low
    corners += [(low, low), (x, low), (x, y), (low, y)]
    draw.line([*map(tuple, corners), tuple(corners[0])], form.pen, form.line(0.04, 0.09))
    return page


def _underlined(form: Form) -> Image.Image:
    """One or two lines under the number."""
    page, draw = form.number(0.5)
    for number in range(form.rng.integers(1, 3)):
        y = (1.78 + 0.15 * number) * form.height
        draw.line((0.4 * form.height, y, page.width - 0.4 * form.height, y), form.pen, form.line(0.04, 0.09))
    return page


def _squared(form: Form) -> Image.Image:
    """Squared paper."""
    page, _ = form.number(form.rng.uniform(0.4, 1.2))
    squares, draw = form.page(page.width, page.height, "white")
    side, colour = form.rng.uniform(0.45, 1.1) * form.height, str(form.rng.choice(SQUARES))
    for x in np.arange(form.rng.uniform(0, side), page.width, side):
        draw.line((x, 0, x, page.height), colour, form.line(0.01, 0.04))
    for y in np.arange(form.rng.uniform(0, side), page.height, side):
        draw.line((0, y, page.width, y), colour, form.line(0.01, 0.04))
    return Image.fromarray(np.minimum(np.asarray(page), np.asarray(squares)))


def _note(form: Form) -> Image.Image:
    """A coloured note on a desk."""
    note, _ = form.number(form.rng.uniform(0.5, 1.0), str(form.rng.choice(NOTES)))
    desk, _ = form.page(1.4 * note.width, 1.4 * note.width, str(form.rng.choice(DESKS)))
    turned = note.convert("RGBA").rotate(form.rng.normal(0, 6), Image.Resampling.BICUBIC, expand=True)
    desk.paste(turned, ((desk.width - turned.width) // 2, (desk.height - turned.height) // 2), turned)
    return desk


def _labelled(form: Form) -> Image.Image:
    """A printed word on the left or the right of the number."""
    page, _ = form.number(0.5)
    font = ImageFont.load_default(form.height * form.rng.uniform(0.6, 1.2))
    word, gap = str(form.rng.choice(LABELS)), form.height * form.rng.uniform(0.5, 1.0)
    wide, draw = form.page(page.width + font.getlength(word) + gap, page.height)
    if form.rng.random() < 0.5:
        wide.paste(page, (0, 0))
        draw.text((wide.width - gap / 2, wide.height / 2), word, PRINTED[0], font, "rm")
    else:
        wide.paste(page, (wide.width - page.width, 0))
        draw.text((gap / 2, wide.height / 2), word, PRINTED[0], font, "lm")
    return wide


def _lit(page: Image.Image, light: Floats, glare: Floats) -> Image.Image:
    """Return the page with this fraction of the light, of which a lamp's reflection covers the fraction `glare`."""
    levels = np.asarray(page, np.float32) * light[..., None]
    return Image.fromarray((levels + (255 - levels) * glare[..., None]).astype(np.uint8))


def _shadow(form: Form) -> Image.Image:
    """A shadow, whose edge crosses the picture."""
    page, _ = form.number(form.rng.uniform(0.5, 1.5))
    y, x = np.indices((page.height, page.width))
    turn, soft = form.rng.uniform(0, 2 * np.pi), form.height * form.rng.uniform(0.02, 0.15)
    middle = (0.5 + form.rng.uniform(-0.2, 0.2)) * page.width
    distance = (x - middle) * np.cos(turn) + (y - page.height / 2) * np.sin(turn)
    return _lit(page, 1 - 0.55 / (1 + np.exp(-distance / soft)), np.zeros_like(distance))


def _reflection(form: Form) -> Image.Image:
    """A lamp that is reflected."""
    page, _ = form.number(form.rng.uniform(0.5, 1.5))
    y, x = np.indices((page.height, page.width))
    place = form.rng.uniform(0, 1, 2) * (page.width, page.height)
    distance = np.hypot(x - place[0], y - place[1]) / (form.height * form.rng.uniform(0.5, 1.2))
    return _lit(page, 0.75 * (1 - 0.25 * x / page.width), 0.7 * np.exp(-(distance**2) / 2))


KINDS: dict[str, Callable[[Form], Image.Image]] = {
    "boxes": lambda form: _boxes(form, form.rng.uniform(0.1, 0.4)), "cells": lambda form: _boxes(form, 0),
    "comb": _comb, "ring": _ring, "frame": _frame, "underlined": _underlined, "squared": _squared, "note": _note,
    "labelled": _labelled, "shadow": _shadow, "reflection": _reflection,
}  # fmt: skip


class FormWriter:
    """Draws numbers in the digits of MNIST's test set, whose files are in a folder."""

    def __init__(self, mnist: str) -> None:
        names = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
        self.images, self.labels = (read_idx(Path(mnist) / name) for name in names)

    def forms(self, folder: str, count: int) -> None:
        """Write `count` pictures of each kind as PNG files, named by kind, number, and what they say."""
        rng = np.random.default_rng(13)
        Path(folder).mkdir()
        for kind, draw in KINDS.items():
            for number in range(count):
                chosen = rng.integers(len(self.images), size=rng.integers(*DIGITS))
                height, pen = rng.uniform(*HEIGHTS), str(rng.choice(PENS))
                page = draw(Form([_mask(image, height, rng) for image in self.images[chosen]], height, pen, rng))
                text = "".join(map(str, self.labels[chosen]))
                noisy = np.asarray(page, np.float32) + rng.normal(0, NOISE, (page.height, page.width, 1))
                picture = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
                picture.save(Path(folder) / f"{kind}_{number:03d}_{text}.png")


def _mask(image: Images, height: float, rng: np.random.Generator) -> Image.Image:
    """Return an image of MNIST without its margin, about `height` pixels high, as a mask of its ink."""
    glyph = Image.fromarray(trimmed(image, RIM))
    factor = height * np.exp(rng.normal(0, SPREAD)) / glyph.height
    large = glyph.resize((max(2, round(glyph.width * factor)), round(height)), Image.Resampling.BICUBIC)
    return large.point(lambda level: (level - 128) * max(height / 20, 1) + 128)
