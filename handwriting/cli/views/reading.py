"""`hwr predict --show`: a picture, small, with a box around each digit, and beside it what was read."""

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal import pictures
from handwriting.cli.terminal.console import has_colours, printable
from handwriting.errors import PictureError
from handwriting.interfaces import Images
from handwriting.pictures.decoding import Picture, decode
from handwriting.pictures.ink import find_ink
from handwriting.pictures.resampling import resize
from handwriting.reading.boxes import shrunk, with_boxes
from handwriting.reading.result import Digit, Reading
from handwriting.report.formatting import percent

WIDTH, HEIGHT = 56, 36
"""The largest picture, in pixels: a pixel is a character wide and half a character high."""
WORDS_WIDTH = 24
"""Columns that are left for the words."""


def draw(reading: Reading, source: Path | bytes, console: Console) -> list[Text]:
    """Return a reading as lines, beside its picture, which is decoded again, or alone if that fails."""
    words = _words(reading)
    try:
        picture = decode(source)
    except PictureError:
        return words
    return pictures.side_by_side(pictures.draw(_small(picture, reading, console), console), words)


def _words(reading: Reading) -> list[Text]:
    path = Text(printable(reading.path), style="dim")
    if reading.text is None:
        return [path, Text(f"- {printable(reading.reason or '')}")]
    lines = [Text(line, style="bold green") for line in reading.text.split("\n")]
    confidence = Text(f"confidence {percent(reading.confidence or 0.0, 1)}")
    return [path, *lines, confidence, *map(_candidates, reading.digits)]


def _candidates(digit: Digit) -> Text:
    return Text("  ".join(f"{name} {percent(confidence, 1)}" for name, confidence in digit.top), style="dim")


def _small(picture: Picture, reading: Reading, console: Console) -> Images:
    """Return the picture with boxes as an image: in colours or, for a console without them, its ink."""
    if has_colours(console):
        base = picture.grey
    else:
        ink = find_ink(picture.grey)
        base = resize(ink.amount, *picture.grey.shape) if ink else np.zeros_like(picture.grey)
    small, scale = shrunk(base, min(WIDTH, max(console.width - WORDS_WIDTH, 8)), HEIGHT)
    boxed = with_boxes(small, [digit.box for digit in reading.digits], picture.scale * scale)
    if not has_colours(console):
        boxed = np.minimum(2 * boxed.max(axis=2), 1)  # thin strokes become faint when they are shrunk
    return (boxed * 255).round().clip(0, 255).astype(np.uint8)
