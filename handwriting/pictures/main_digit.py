"""From ink to digits: which strokes belong together, and which are none (specks, lines, shadows, a table's edge).

In the data flow: images -> ink -> **segmentation** -> preparation -> network.
Where a picture shows one digit, it is the largest thing, near the middle, and what lies close to that.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.pictures.ink import Ink
from handwriting.pictures.regions import corners

Box: TypeAlias = tuple[slice, slice]
"""Rows and columns."""

STROKE = 0.3
"""From this amount of ink on, a pixel belongs to a stroke."""
CORE = 0.5
"""From this amount on it counts when strokes are compared."""
MARGIN = 0.2
"""The share of the picture, on each side, in which things count less and less towards the edge."""
SPECK = 0.03
"""The size, as a share of the largest, below which a piece is a speck."""
RIVAL = 0.2
"""The size, as a share of the largest, from which a piece may be a digit of its own."""
REACH = 0.25
"""How far from the largest a piece may lie, as a share of its longer side."""


@dataclass(frozen=True)
class Pieces:
    """The connected pieces of ink, with one box and one number in each array for every piece."""

    boxes: list[Box]
    sizes: Floats
    """Pixels of the core."""
    central: Floats
    """The share of the core that lies in the middle of the picture, from 0 to 1."""
    open_sides: NDArray[np.intp]
    """How many sides of the picture it touches, 0 to 4."""
    frames: NDArray[np.bool_]
    """Is it large, with ink in all four corners of its box? So is the field of a form, and hardly a digit."""


@dataclass(frozen=True)
class Strokes:
    """The strokes of a digit, a mask (height, width), and whether nothing of nearly its size stands beside it."""

    mask: NDArray[np.bool_]
    alone: bool


def find_digit(ink: Ink) -> Strokes | None:
    """Return the strokes of the one digit that `ink` shows; None where there is none."""
    from scipy import ndimage

    labels, count = ndimage.label(ink.amount >= STROKE, np.ones((3, 3)))
    if count == 0:
        return None
    boxes: list[Box] = [(y, x) for y, x in ndimage.find_objects(labels)]
    parts, alone = [0], True
    if count > 1:  # where there is one, none are compared
        pieces = _pieces(ink.amount, labels, boxes)
        parts = _parts(pieces)
        alone = bool(np.delete(pieces.sizes, parts).max(initial=0) < RIVAL * pieces.sizes[parts[0]])
    if _length(boxes[parts[0]]) < max(4, 0.02 * max(ink.amount.shape)):
        return None
    chosen = np.zeros(count + 1, np.bool_)
    chosen[[part + 1 for part in parts]] = True
    return Strokes(chosen[labels], alone)


def _pieces(amount: Floats, labels: NDArray[Any], boxes: list[Box]) -> Pieces:
    count = len(boxes)
    core = np.where(amount >= CORE, labels, 0).ravel()
    sizes = np.bincount(core, minlength=count + 1)[1:].astype(np.float64)
    weights = np.bincount(core, _centrality(*amount.shape).ravel(), minlength=count + 1)[1:]
    height, width = amount.shape
    sides = [(y.start == 0) + (y.stop == height) + (x.start == 0) + (x.stop == width) for y, x in boxes]
    frames = np.array([_is_frame(labels, box, piece) for piece, box in enumerate(boxes, 1)], np.bool_)
    return Pieces(boxes, sizes, weights / np.maximum(sizes, 1), np.array(sides, np.intp), frames)


def _centrality(height: int, width: int) -> Floats:
    """Return weights (height, width): 1 in the middle of the picture, down to 0 at its edge."""
    y, x = ((np.minimum(np.arange(n), np.arange(n)[::-1]) + 0.5) / n for n in (height, width))
    return np.minimum(np.minimum(y[:, None], x) / MARGIN, 1)


def _is_frame(labels: NDArray[Any], box: Box, piece: int) -> bool:
    inside = labels[box]
    if 4 * inside.size < labels.size:
        return False
    height, width = (max(1, length // 10) for length in inside.shape)
    return all((corner == piece).any() for corner in corners(inside, height, width))


def _main(pieces: Pieces) -> int:
    """Return the piece that is the digit, or most of it.

    What touches two sides or more comes from outside, above all if it stays near the edge. It is only made to count
    less, as are frames, since in a tight crop the digit itself is so.
    """
    outside = np.where(pieces.central < 0.5, 0.02, 0.25)
    weights = pieces.sizes * (pieces.central + 0.05) * np.where(pieces.open_sides >= 2, outside, 1)
    return int(np.argmax(weights * np.where(pieces.frames, 0.02, 1)))


def _parts(pieces: Pieces) -> list[int]:
    """Return the pieces that make up the digit: first the largest, then the hat of a 5, the rest of a broken stroke.

    Each may lie near any part found before. One that keeps to the picture's edge must lie beside them.
    """
    main = _main(pieces)
    eligible = (pieces.open_sides < 2) & ~pieces.frames & (pieces.sizes >= SPECK * pieces.sizes[main])
    reach = np.where(pieces.central < 0.5, 0, REACH * _length(pieces.boxes[main]))
    parts, box = [main], pieces.boxes[main]
    rest = set(np.flatnonzero(eligible).tolist()) - {main}
    while near := {piece for piece in rest if _gap(pieces.boxes[piece], box) <= reach[piece]}:
        parts += near
        rest -= near
        box = _around([box, *(pieces.boxes[piece] for piece in near)])
    return parts


def _around(boxes: list[Box]) -> Box:
    y, x = (slice(min(s.start for s in along), max(s.stop for s in along)) for along in zip(*boxes, strict=True))
    return y, x


def _length(box: Box) -> int:
    return max(box[0].stop - box[0].start, box[1].stop - box[1].start)


def _gap(one: Box, other: Box) -> int:
    """Return the pixels between two boxes, along the axis where they are further apart; below 0 if they overlap."""
    return max(max(a.start - b.stop, b.start - a.stop) for a, b in zip(one, other, strict=True))
