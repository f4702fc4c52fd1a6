"""Writing: characters are put beside each other on a canvas, in one hand."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.lines.canvas import OTHER, SHARED, Canvas
from handwriting.datasets.lines.glyphs import SIGN, Glyphs
from handwriting.datasets.lines.hand import INKED, Hand, random_hand, written
from handwriting.datasets.lines.kinds import Kind
from handwriting.interfaces import Floats

MOST_DIGITS = 8
MARKED, JOINED = 0.3, 0.3
"""Fraction of the gaps in a line that hold a mark, or that the pen bridges, if the line is of that kind."""
OVERHANG = 0.2
"""Largest overlap of the columns of two characters that do not touch, in digit heights."""
SPREAD = 0.04
"""Spread of the gaps in a line, in digit heights."""
MARKS: list[list[list[tuple[float, float]]]] = [
    [[(0, 0), (0, 0.01)]],  # a point
    [[(0, 0), (0.12, -0.06)]],  # a comma
    [[(-0.08, 0), (0.2, -0.1)]],  # a long one
    [[(-0.35, 0), (-0.35, 0.3)]],  # a dash
    [[(-0.2, 0), (-0.22, 0.3)], [(-0.38, 0), (-0.4, 0.3)]],  # an equals sign
    [[(0, 0), (0, 0.01)], [(-0.3, 0), (-0.3, 0.01)]],  # a colon
    [[(-0.2, 0), (-0.28, 0.12), (-0.2, 0.22), (-0.28, 0.34)]],  # a wavy dash
    [[(0, 0), (-0.22, 0.02), (-0.3, 0.14)]],  # a slip of the pen
]
"""Marks between and behind digits: the corners (y, x) of each stroke, in digit heights from where the mark starts."""
MARK_FREQUENCIES = [0.3, 0.15, 0.1, 0.15, 0.1, 0.05, 0.05, 0.1]
RINGS, RINGS_SPREAD = 0.14, 0.08
"""Mean and spread of the overlap of two zeros in a row, in digit heights, where the pen does not leave the paper."""
LONGEST_JOINT = 0.8
"""Longest stroke between two digits, in digit heights."""


@dataclass(frozen=True)
class Line:
    """A written line: the canvas, the `digits` (n,) that stand there, the hand, and the row on which they stand."""

    canvas: Canvas
    digits: NDArray[np.intp]
    hand: Hand
    base: int


def write_line(glyphs: Glyphs, kinds: Set[Kind], rng: np.random.Generator) -> Line:
    """Write a random line of these kinds in a random hand."""
    hand = random_hand(kinds, rng)
    characters = _characters(kinds, rng)
    length = hand.height * (2.2 * hand.width * len(characters) + 4)
    rise = abs(hand.climb) * length
    base = round(2.2 * hand.height + (rise if hand.climb > 0 else 0))
    canvas = Canvas.blank(round(3.2 * hand.height + rise), round(length))
    _write(canvas, characters, glyphs.choose(characters, rng), hand, base, kinds, rng)
    top, foot, left, right = _frame(canvas, hand, rng)
    return Line(canvas[top:foot, left:right], characters[characters != SIGN], hand, base - top)


def _characters(kinds: Set[Kind], rng: np.random.Generator) -> NDArray[np.intp]:
    count = int(rng.integers(1, MOST_DIGITS + 1))
    if "word" in kinds:
        return np.full(count, SIGN)
    digits = rng.integers(0, 10, count)
    if "money" in kinds:
        digits[int(rng.integers(1, count + 1)) :] = 0
    return np.insert(digits, rng.choice([0, count]), SIGN) if "sign" in kinds else digits


def _frame(canvas: Canvas, hand: Hand, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Return the top, foot, left and right of the picture around the ink, whose edge may cut a little of it."""
    y, x = np.nonzero(canvas.ink >= INKED)
    above, below = np.rint(hand.height * rng.uniform(-0.03, 0.4, 2)).astype(int)
    before, behind = np.rint(hand.height * rng.uniform(0.05, 0.8, 2)).astype(int)
    return max(y.min() - above, 0), y.max() + 1 + below, max(x.min() - before, 0), x.max() + 1 + behind


def _write(
    canvas: Canvas, characters: NDArray[np.intp], images: NDArray[np.uint8], hand: Hand, base: int, kinds: Set[Kind],
    rng: np.random.Generator,
) -> None:  # fmt: skip
    outline = np.full(len(canvas.ink), -1)  # of the character before: its last column in each row, -1 without ink
    end = round(hand.height)
    number = 0
    for position, (character, image) in enumerate(zip(characters, images, strict=True)):
        ink = written(image, hand, hand.zero if character == 0 else 1.0, rng)
        foot = round(base - hand.climb * end + rng.normal(0, hand.variation * hand.height))
        top, left = foot - len(ink), end
        is_marked = "marks" in kinds and rng.random() < MARKED
        if position and is_marked:
            left = _write_mark(canvas, hand, end, foot, rng)
        elif position:
            left = _kerned(outline, ink, top, hand, rng)
            if "joined" in kinds and not character and not characters[position - 1]:
                left -= round(hand.height * rng.normal(RINGS, RINGS_SPREAD))
        number += character != SIGN
        canvas.add(ink, OTHER if character == SIGN else number, top, left)
        if position and not is_marked and "joined" in kinds and rng.random() < JOINED:
            _join(canvas, outline, ink, top, left, hand, rng)
        outline, end = _outline(ink, top, left, len(outline)), left + ink.shape[1]
    if "marks" in kinds and rng.random() < MARKED:
        _write_mark(canvas, hand, end, base - round(hand.climb * end), rng)


def _kerned(outline: NDArray[np.intp], ink: Floats, top: int, hand: Hand, rng: np.random.Generator) -> int:
    """Return the column at which a character is about the hand's gap away from the one before it."""
    inked = ink >= INKED
    rows = np.flatnonzero(inked.any(axis=1))
    before = outline[(rows + top).clip(0, len(outline) - 1)]
    nearest = (before - inked[rows].argmax(axis=1))[before >= 0].max(initial=-1)
    least = outline.max() - OVERHANG * hand.height
    return round(max(nearest, least) + 1 + hand.height * (hand.gap + rng.normal(0, SPREAD)))


def _outline(ink: Floats, top: int, left: int, height: int) -> NDArray[np.intp]:
    """Return the last inked column in each of `height` rows, -1 where there is no ink."""
    inked = ink >= INKED
    last = left + inked.shape[1] - 1 - inked[:, ::-1].argmax(axis=1)
    rows = np.flatnonzero(inked.any(axis=1))
    rows = rows[(rows + top >= 0) & (rows + top < height)]
    outline = np.full(height, -1)
    outline[rows + top] = last[rows]
    return outline


def _write_mark(canvas: Canvas, hand: Hand, end: int, foot: int, rng: np.random.Generator) -> int:
    """Write a mark behind a digit that ends at column `end`; return where the next may start."""
    size, mark = hand.height, MARKS[rng.choice(len(MARKS), p=MARK_FREQUENCIES)]
    pen = max(size * rng.uniform(0.03, 0.08), 0.8)
    x = end + pen + size * rng.uniform(0.08, 0.25)
    stretch = rng.uniform(0.6, 1.6)
    strokes = [np.array(stroke) * stretch * size + (foot - pen, x) + rng.normal(0, 0.02 * size, 2) for stroke in mark]
    for stroke in strokes:
        canvas.stroke(stroke, pen, OTHER)
    last = max(float(stroke[:, 1].max()) for stroke in strokes)
    return round(last + pen + size * rng.uniform(0.02, 0.15))


def _join(
    canvas: Canvas, outline: NDArray[np.intp], ink: Floats, top: int, left: int, hand: Hand, rng: np.random.Generator
) -> None:
    """Join a character to the one before it by a curve, mostly near their tops, as between zeros."""
    inked = ink >= INKED
    before, own = np.flatnonzero(outline >= 0), np.flatnonzero(inked.any(axis=1))
    row, own_row = (
        rows[int(where * (len(rows) - 1))] for rows, where in zip((before, own), rng.beta(1, 2.5, 2), strict=True)
    )
    start = np.array([row, outline[row]])
    end = np.array([own_row + top, left + inked[own_row].argmax()])
    if np.hypot(*(end - start)) > LONGEST_JOINT * hand.height:
        return
    middle = (start + end) / 2 + (hand.height * rng.uniform(-0.1, 0.25), 0)
    t = np.linspace(0, 1, 8)[:, None]
    curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end  # a quadratic Bezier curve
    canvas.stroke(curve, max(0.035 * hand.height, 0.7), SHARED)
