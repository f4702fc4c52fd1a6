"""The best path through a segmentation graph: which candidates are the digits of the line, and which are skipped.

The cost of a path is its negative log probability, in nats: the sum of the costs of its candidates, each of which is
either read as a digit or skipped as a separator or a speck. The path of least cost from the left end of the line to the
right one is found by dynamic programming (Viterbi, 1967).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats
from handwriting.segmentation.graph import Graph

HALF_HEIGHT, HALF_HEIGHT_OF_ZERO = 0.45, 0.3
"""Height at which a candidate is a digit with a probability of one half, in digit heights; separators are no rings."""
HEIGHT_SLOPE = 16.0
"""Change of that probability with the height, in logits per digit height."""
WHOLE = 0.8
"""Least height of a whole digit, in digit heights."""
LOW_FOOT, LOW_TOP = 0.05, 0.55
"""Least distance of a comma's foot below the feet of the digits beside it, and largest of its top above them, in digit
heights."""
NARROW = 0.7
"""Largest width of a comma, in its heights; low digits are wider."""
BESIDE = 2.5
"""Largest distance of the middles of a comma and of the digits beside it, in digit heights."""
MAX_FREE_WIDTH = 1.0
"""Width up to which a digit costs nothing, as a multiple of its height."""
WIDTH_COST = 2.0
"""Cost of a greater width, in nats per height."""
CUT_COST = 2.0
"""Cost of a cut that crosses ink one stroke width long, in nats; it grows with the root of the length."""
GAP_COST = 3.0
"""Cost of a gap within a digit, in nats per digit height."""
CERTAINTY = 0.85
"""Weight of the network's confidences, of which those in neighbouring candidates are not independent."""
SKIPPED_INSIDE, SKIPPED_AT_END = 0.001, 0.02
"""Probability that a candidate of a digit's height is to be skipped, if the network is certain that it is no digit:
within a line, and beside a gap at its ends, where signs and letters stand."""
MIN_PROBABILITY = 1e-6


@dataclass(frozen=True)
class Segmentation:
    """The best path: the candidates, by number, that are `digits`, from left to right, and those that are `skipped`.

    `probability` is that of this path among all paths, 0 to 1.
    """

    digits: list[int]
    skipped: list[int]
    probability: float


def best_segmentation(graph: Graph, confidences: Floats, zero: int | None) -> Segmentation:
    """Return the best path, given the network's `confidences` (candidates, digit classes), without non-digits.

    `zero` is the column of zeros, if there is one.
    """
    reading, skipping = _costs(graph, confidences, zero)
    least = np.full(len(graph.cuts), np.inf)  # the cost of the best path to each cut
    total = least.copy()  # -log of the summed probabilities of all paths to it
    least[0] = total[0] = 0
    best: list[list[tuple[int, bool]]] = [[] for _ in graph.cuts]  # candidates, by number, and whether they are read
    for number, candidate in enumerate(graph.candidates):
        start, end = candidate.start, candidate.end
        for cost, is_read in ((skipping[number], False), (reading[number], True)):
            total[end] = -np.logaddexp(-total[end], -total[start] - cost)
            if least[start] + cost < least[end]:
                least[end] = least[start] + cost
                best[end] = [*best[start], (number, is_read)]
    digits, skipped = ([number for number, is_read in best[-1] if is_read == kind] for kind in (True, False))
    return Segmentation(digits, skipped, float(np.exp(total[-1] - least[-1])))


def _costs(graph: Graph, confidences: Floats, zero: int | None) -> tuple[Floats, Floats]:
    """Return the cost of reading each candidate as a digit, and that of skipping it, (candidates,) each.

    With p, the probability of a digit given the height with which it stands on the base line, c, the network's
    confidences in the digits, and s, the probability that what is no digit is skipped, 0.001 or 0.02:

        reading = -log(p) - 0.85 log(max c) + width cost + cut cost + gap cost
        skipping = -log(1 - p + s p (1 - sum c)) * number of digits that fit into its width + cut cost
    """
    sizes = [(c.start, c.end, c.height, c.width, c.readable) for c in graph.candidates]
    starts, ends, heights, widths, readable = np.array(sizes, np.intp).reshape(-1, 5).T
    half = np.where(confidences.argmax(axis=1) == zero, HALF_HEIGHT_OF_ZERO, HALF_HEIGHT)
    p = probability_of_height(_standing_heights(graph) / graph.line.digit_height, half)
    non_digit = 1 - confidences.sum(axis=1).clip(0, 1)
    # The candidates on both sides of a cut share its cost.
    halves = CUT_COST * np.sqrt(graph.cut_ink / graph.stroke_width) / 2
    cut_costs = halves[starts] + halves[ends]
    gap_costs = np.append(0, np.cumsum(GAP_COST * graph.gaps / graph.line.digit_height))
    most = confidences.max(axis=1)
    reading = -np.log(np.maximum(p, MIN_PROBABILITY)) - CERTAINTY * np.log(np.maximum(most, MIN_PROBABILITY))
    reading = reading + np.where(readable, width_cost(widths, heights), np.inf) + cut_costs
    reading = reading + (gap_costs[ends] - gap_costs[starts + 1])
    last = len(graph.cuts) - 1
    is_at_end = (starts == 0) != (ends == last)  # rather than the whole line
    is_at_end &= graph.crosses_gap[np.where(starts == 0, ends, starts)]  # a part of a digit is no sign
    skipped = np.where(is_at_end, SKIPPED_AT_END, SKIPPED_INSIDE)
    skipping = -np.log(np.maximum(1 - p + skipped * non_digit * p, MIN_PROBABILITY))
    return reading, skipping * np.maximum(widths / np.maximum(heights, 1), 1) + cut_costs


def _standing_heights(graph: Graph) -> Floats:
    """Return the height of each candidate, in pixels; if it hangs as a comma does, a lower one.

    This is the height that ink with the same middle would have if it stood where the digits beside it do.
    """
    places = [(c.start, c.end, c.top, c.left, c.height, c.width) for c in graph.candidates]
    starts, ends, tops, lefts, heights, widths = np.array(places, np.intp).reshape(-1, 6).T
    feet, middles, unit = tops + heights, lefts + widths / 2, graph.line.digit_height
    standing = heights.astype(np.float64)
    is_alone = graph.crosses_gap[starts] & graph.crosses_gap[ends]
    is_whole = heights >= WHOLE * unit
    wholes = np.flatnonzero(is_whole)
    for number in np.flatnonzero(is_alone & ~is_whole & (widths < NARROW * heights)):
        is_apart = (ends[wholes] <= starts[number]) | (starts[wholes] >= ends[number])
        beside = wholes[is_apart & (np.abs(middles[wholes] - middles[number]) <= BESIDE * unit)]
        base = np.median(feet[beside]) if len(beside) else np.inf
        if feet[number] > base + LOW_FOOT * unit and tops[number] > base - LOW_TOP * unit:
            standing[number] = max(2 * base - tops[number] - feet[number], 0)
    return standing


def probability_of_height(height: NDArray[Any] | float, half: NDArray[Any] | float = HALF_HEIGHT) -> Floats:
    """Return the probability that ink of this height, in digit heights, is a digit rather than a separator."""
    return np.asarray(1 / (1 + np.exp(HEIGHT_SLOPE * (half - height))))


def width_cost(width: NDArray[Any] | float, height: NDArray[Any] | float) -> Floats:
    """Return the cost, in nats, of a digit that is wider than digits usually are."""
    return WIDTH_COST * np.maximum(width / np.maximum(height, 1) - MAX_FREE_WIDTH, 0)
