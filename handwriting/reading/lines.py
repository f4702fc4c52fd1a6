"""Reads the numbers in a picture: lines are found, cut, and their pieces shown to the network; the best way is read."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Images
from handwriting.pictures.ink import Ink
from handwriting.pictures.preparation import SIZE, normalised
from handwriting.reading.best_path import Way, best_way, digit_places
from handwriting.reading.components import STROKE, Components, find_components
from handwriting.reading.graph import Graph, Piece, build
from handwriting.reading.layout import find_rows, typical_height, typical_stroke
from handwriting.reading.levelling import Line, cut_out
from handwriting.reading.rules import without_rules

WIDE_GAP = 1.2
"""From so many digits' heights on a gap divides two groups of digits ..."""
WIDER = 2.5
"""... if it is so many times as wide as the line's usual ones."""
TALL = 0.6
"""A piece of this share of a digit's height is no separator."""


@dataclass(frozen=True)
class FoundDigit:
    """A digit of a number: what the network saw, uint8 (28, 28), what it says (classes,), and where it is.

    `box` is x, y, width and height in pixels of the grey picture; `new_group` says whether a wide gap lies before it.
    """

    image: Images
    confidences: Floats
    box: tuple[float, float, float, float]
    new_group: bool = False


@dataclass(frozen=True)
class FoundLine:
    """A line of digits, and how probable the way in which it was cut is among all ways (0 to 1).

    `passed` is the share of its ink (0 to 1) that is as high as a digit and was passed over as none.
    """

    digits: list[FoundDigit]
    share: float
    passed: float = 0.0

    def probability(self, names: Sequence[str]) -> float:
        """Return how probable it is (0 to 1) that it is cut and read right, where `names` says what the classes are."""
        places = digit_places(names)
        return self.share * math.prod(float(digit.confidences[places].max()) for digit in self.digits)


def without_rules_in(ink: Ink) -> tuple[Ink, Components]:
    """Return the ink without ruled lines, base lines and frames, and its components."""
    components = find_components(ink.amount)
    if not len(components):
        return ink, components
    amount = without_rules(ink.amount, typical_height(components), typical_stroke(components))
    return (ink, components) if amount is ink.amount else (replace(ink, amount=amount), find_components(amount))


def find_graphs(ink: Ink) -> list[Graph]:
    """Return the segmentation graph of each line of text in the ink, from top to bottom."""
    cleared, components = without_rules_in(ink)
    graphs = (_graph(cut_out(cleared, components, row)) for row in find_rows(components))
    return [graph for graph in graphs if graph is not None]


def _graph(line: Line) -> Graph | None:
    components = find_components(line.amount)
    return build(line, typical_stroke(components)) if len(components) else None


def read_graphs(
    graphs: Sequence[Graph], ask: Callable[[Images], Floats], names: Sequence[str], scale: float
) -> list[FoundLine]:
    """Return the best reading of each line, without those in which there is no digit.

    `ask` returns the confidences (n, classes) for pictures (n, 28, 28), and `names` says what the classes are; a pixel
    of the ink is `scale` pixels of the grey picture.
    """
    images = np.array([image for graph in graphs for image in map(_image, graph.pieces)], np.uint8)
    if not len(images):
        return []
    confidences = ask(images)
    ends = np.cumsum([len(graph.pieces) for graph in graphs])[:-1]
    lines = [
        _line(graph, seen, said, best_way(graph, said, names), scale)
        for graph, seen, said in zip(graphs, np.split(images, ends), np.split(confidences, ends), strict=True)
    ]
    return [line for line in lines if line.digits]


def _image(piece: Piece) -> Images:
    return normalised(piece.amount) if piece.readable else np.zeros((SIZE, SIZE), np.uint8)


def _line(graph: Graph, images: Images, confidences: Floats, way: Way, scale: float) -> FoundLine:
    digits = [
        FoundDigit(images[number], confidences[number], _place(graph, graph.pieces[number], scale), is_first)
        for number, is_first in zip(way.pieces, _group_starts(graph, way), strict=True)
    ]
    return FoundLine(digits, way.share, _passed(graph, way))


def _passed(graph: Graph, way: Way) -> float:
    """Return the share of the line's ink in what is passed over though it is as high as a digit."""
    ink = [
        [graph.pieces[number].amount.sum() for number in numbers if _is_tall(graph, number)]
        for numbers in (way.passed, way.pieces)
    ]
    passed, read = map(sum, ink)
    return float(passed / (passed + read)) if passed else 0.0


def _is_tall(graph: Graph, number: int) -> bool:
    return graph.pieces[number].height >= TALL * graph.line.digit_height


def _group_starts(graph: Graph, way: Way) -> list[bool]:
    """Return for each digit whether a gap lies before it that a reader would take for a space.

    It is the widest stretch of columns without ink: a separator in it leaves no gap so wide.
    """
    boxes = [graph.pieces[number].box for number in way.pieces]
    inked = np.logical_or.reduce(graph.line.amount >= STROKE, axis=0)
    gaps = np.array([_widest_gap(inked[left[3] : max(right[2], left[3])]) for left, right in pairwise(boxes)])
    if not len(gaps):
        return [False] * len(boxes)
    usual = np.sort(gaps)[(len(gaps) - 1) // 2] if len(gaps) > 1 else 0
    wide = gaps > max(WIDE_GAP * graph.line.digit_height, WIDER * usual)
    return [False, *wide.tolist()]


def _widest_gap(inked: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of columns (n,) without ink."""
    edges = np.flatnonzero(np.concatenate([[True], inked, [True]]))
    return int(np.diff(edges).max()) - 1


def _place(graph: Graph, piece: Piece, scale: float) -> tuple[float, float, float, float]:
    """Return the box of a piece in the grey picture, around all of its pixels wherever the line runs."""
    top, _, left, _ = piece.box
    y, x = np.nonzero(piece.amount >= STROKE)
    down, right = scale * (graph.line.matrix @ np.stack([y + top, x + left, np.ones(len(y))]))
    return float(right.min()), float(down.min()), float(np.ptp(right)) + scale, float(np.ptp(down)) + scale
