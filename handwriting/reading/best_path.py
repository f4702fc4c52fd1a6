"""The best way through a segmentation graph: which pieces are the digits of the line, and which are passed over.

A way's cost is the sum of its pieces' surprises, -log of how probable each is, and of what its cuts cost. The cheapest
way is found by dynamic programming (Viterbi, 1967) from the left end of the line to the right one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.interfaces import NON_DIGIT, Floats
from handwriting.reading.graph import Graph, Piece

HALF_HEIGHT = 0.45
"""A piece of this share of a digit's height is as likely a separator as a digit."""
HEIGHT_SLOPE = 16.0
"""How fast that changes with the height: logits for each digit's height."""
WIDE, WIDE_SLOPE = 1.0, 2.0
"""From so many times its height on a piece's width is a surprise, so large for each height more."""
CUT = 2.0
"""What it costs to cut through one stroke's width of ink."""
JOIN = 6.0
"""What it costs to join what a gap of one digit's height divides."""
LOST_DIGIT = 0.001
"""How probable it is that a piece of a digit's size is none, even if the network is sure that it is none."""
LEAST = 1e-6


@dataclass(frozen=True)
class Way:
    """The pieces (their numbers in the graph) that are digits, from left to right, and those that are `passed` over.

    `cost` is the surprise of this way; `share` is how probable it is among all ways, from 0 to 1.
    """

    pieces: list[int]
    passed: list[int]
    cost: float
    share: float


def best_way(graph: Graph, confidences: Floats, names: Sequence[str]) -> Way:
    """Return the cheapest way, where row k of `confidences` (pieces, classes) is what the network says of piece k."""
    reading, passing = costs(graph, confidences, names)
    cuts = len(graph.seams)
    least, every = np.full(cuts, np.inf), np.full(cuts, np.inf)
    least[:1] = every[:1] = 0
    arrived: list[tuple[int, bool]] = [(-1, False)] * cuts
    for number in sorted(range(len(graph.pieces)), key=lambda number: graph.pieces[number].start):
        piece = graph.pieces[number]
        for cost, is_digit in ((reading[number], True), (passing[number], False)):
            every[piece.end] = -np.logaddexp(-every[piece.end], -every[piece.start] - cost)
            if least[piece.start] + cost < least[piece.end]:
                least[piece.end] = least[piece.start] + cost
                arrived[piece.end] = (number, is_digit)
    return Way(*_way_back(graph, arrived), float(least[-1]), float(np.exp(every[-1] - least[-1])))


def _way_back(graph: Graph, arrived: list[tuple[int, bool]]) -> tuple[list[int], list[int]]:
    """Return the pieces that are digits and those that are passed over, both from left to right."""
    digits: list[int] = []
    passed: list[int] = []
    cut = len(graph.seams) - 1
    while cut > 0 and arrived[cut][0] >= 0:
        number, is_digit = arrived[cut]
        (digits if is_digit else passed).append(number)
        cut = graph.pieces[number].start
    return digits[::-1], passed[::-1]


def digit_places(names: Sequence[str]) -> list[int]:
    """Return which of the classes are something to read."""
    return [place for place, name in enumerate(names) if name != NON_DIGIT]


def costs(graph: Graph, confidences: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Return what it costs to take each piece for a digit, and what to pass over it: two arrays (pieces,)."""
    digits = digit_places(names)
    best = confidences[:, digits].max(axis=1)
    nothing = 1 - confidences[:, digits].sum(axis=1).clip(0, 1)
    tall = np.array([_tall(piece, graph.line.digit_height) for piece in graph.pieces])
    between = _cut(graph)
    reading = -np.log(np.maximum(tall * best, LEAST)) + _too_wide(graph.pieces) + between + _joined(graph)
    lost = -np.log(np.maximum(1 - tall + LOST_DIGIT * nothing * tall, LEAST))
    passing = lost * _digits_in(graph.pieces) + between
    return reading, passing


def _tall(piece: Piece, digit_height: float) -> float:
    """Return how probable it is, from its height alone, that a piece is a digit and no separator."""
    return float(1 / (1 + np.exp(HEIGHT_SLOPE * (HALF_HEIGHT - piece.height / digit_height))))


def _too_wide(pieces: Sequence[Piece]) -> Floats:
    """Return the surprise at each piece's (n,) width."""
    prices = [width_surprise(piece.width, piece.height) for piece in pieces]
    return np.where([piece.readable for piece in pieces], prices, np.inf)


def width_surprise(width: float, height: float) -> float:
    """Return what it costs that a digit is wider than digits are."""
    return WIDE_SLOPE * max(width / max(height, 1) - WIDE, 0)


def _digits_in(pieces: Sequence[Piece]) -> Floats:
    """Return how many digits as wide as high each piece (n,) may hold: to pass over two costs more than one."""
    return np.array([max(piece.width / max(piece.height, 1), 1) for piece in pieces])


def _cut(graph: Graph) -> Floats:
    """Return the price of the cuts at both ends of each piece (n,): half of it, the other half pays the neighbour."""
    prices = CUT * graph.seams.ink / graph.stroke / 2
    return np.array([prices[piece.start] + prices[piece.end] for piece in graph.pieces])


def _joined(graph: Graph) -> Floats:
    """Return the price of the gaps that each piece (n,) slices."""
    prices = JOIN * graph.gaps / graph.line.digit_height
    passed = np.append(0, np.cumsum(prices))
    return np.array([passed[piece.end] - passed[piece.start + 1] for piece in graph.pieces])
