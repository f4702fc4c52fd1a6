"""One reading for people, in a terminal: the picture, small, a box around each digit, and beside it what was read."""

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from handwriting.cli.console import percent, printable
from handwriting.cli.pictures import draw, has_colours, side_by_side
from handwriting.errors import PictureError
from handwriting.interfaces import Floats, Images
from handwriting.pictures.decoding import Picture, decode
from handwriting.pictures.ink import find_ink
from handwriting.pictures.resampling import resize
from handwriting.reading.explanation import with_boxes
from handwriting.reading.recognizer import Digit, Reading

COLUMNS, ROWS = 56, 36
"""The largest picture, in pixels: one is a character wide and half of one high."""
BESIDE = 24
"""Characters that are left for the reading."""


def drawn(reading: Reading, source: Path | bytes, console: Console) -> list[Text]:
    """Return the lines of a reading with its picture, which is decoded anew; without it where that can't be done."""
    words = _words(reading)
    try:
        picture = decode(source)
    except PictureError:
        return words
    return side_by_side(draw(_small(picture, reading, console), console), words)


def _words(reading: Reading) -> list[Text]:
    head = Text(printable(reading.path), style="dim")
    if reading.text is None:
        return [head, Text(f"- {printable(reading.reason or '')}")]
    lines = [Text(line, style="bold green") for line in reading.text.split("\n")]
    return [head, *lines, Text(f"{percent(reading.confidence or 0.0, 1)} sure"), *map(_candidates, reading.digits)]


def _candidates(digit: Digit) -> Text:
    return Text("  ".join(f"{name} {percent(sure, 1)}" for name, sure in digit.top), style="dim")


def _small(picture: Picture, reading: Reading, console: Console) -> Images:
    """Return the picture with boxes as small as it will be shown: in colours or, where there are none, its ink."""
    if has_colours(console):
        base = picture.grey
    else:
        ink = find_ink(picture.grey)
        base = resize(ink.amount, *picture.grey.shape) if ink else np.zeros_like(picture.grey)
    small, scale = _shrunk(base, min(COLUMNS, max(console.width - BESIDE, 8)))
    boxed = with_boxes(small, [digit.box for digit in reading.digits], picture.scale * scale)
    if not has_colours(console):
        boxed = np.minimum(2 * boxed.max(axis=2), 1)  # ink grows faint where thin strokes are made small
    return (boxed * 255).round().clip(0, 255).astype(np.uint8)


def _shrunk(picture: Floats, columns: int) -> tuple[Floats, float]:
    """Return the picture (height, width), at most `columns` wide, and how many of its pixels make one."""
    height, width = picture.shape
    scale = max(width / columns, height / ROWS, 1.0)
    return resize(picture, max(1, round(height / scale)), max(1, round(width / scale))), scale
