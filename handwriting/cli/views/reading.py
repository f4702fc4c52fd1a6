"""`hwr predict --show`: a picture, small, with boxes around what was found, and beside it what was read."""

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal import pictures
from handwriting.cli.terminal.console import has_colours, one_line
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
LEAST_WIDTH = 28
"""Columns that a picture has at least where there are words beside it."""


def draw(reading: Reading, source: Path | bytes, console: Console) -> list[Text]:
    """Return a reading as lines: its picture, which is decoded again, with the words beside it if they fit, or below.

    If the picture can't be decoded, there are only the words.
    """
    path, words = one_line(reading.path), _words(reading)
    beside = console.width - pictures.GAP - max(word.cell_len for word in words)
    fits = beside >= LEAST_WIDTH
    widest = min(WIDTH, beside if fits else console.width)
    try:
        drawn = pictures.draw(_small(decode(source), reading, console, widest), console)
    except PictureError:
        drawn = []
    if not (fits and drawn):
        return drawn + _folded([path, *words], console, console.width)
    columns = console.width - pictures.GAP - drawn[0].cell_len
    return pictures.side_by_side(drawn, _folded([path, *words], console, columns))


def _words(reading: Reading) -> list[Text]:
    if reading.text is None:
        return [one_line(f"- {reading.reason or ''}")]
    lines = [one_line(line, "bold") for line in reading.text.split("\n")]
    confidence = Text(f"confidence {percent(reading.confidence or 0.0, 1)}")
    return [*lines, confidence, *map(_candidates, reading.digits)]


def _candidates(digit: Digit) -> Text:
    return one_line("  ".join(f"{name} {percent(confidence, 1)}" for name, confidence in digit.top))


def _folded(lines: list[Text], console: Console, columns: int) -> list[Text]:
    """Return the lines, those that are wider than `columns` on several lines."""
    return [part for line in lines for part in line.wrap(console, columns, overflow="fold")]


def _small(picture: Picture, reading: Reading, console: Console, columns: int) -> Images:
    """Return the picture with boxes as an image, at most `columns` wide; on a console without colours, its ink."""
    if has_colours(console):
        base = picture.grey
    else:
        ink = find_ink(picture.grey)
        base = resize(ink.amount, *picture.grey.shape) if ink else np.zeros_like(picture.grey)
    small, scale = shrunk(base, columns, HEIGHT)
    boxed = with_boxes(small, reading, picture.scale * scale)
    if not has_colours(console):
        boxed = np.minimum(2 * boxed.max(axis=2), 1)  # thin strokes become faint when they are shrunk
    return (boxed * 255).round().clip(0, 255).astype(np.uint8)
