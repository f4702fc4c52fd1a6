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

HALF_HEIGHT = 0.45
"""Height at which a candidate is a digit with a probability of one half, in digit heights."""
HEIGHT_SLOPE = 16.0
"""Change of that probability with the height, in logits per digit height."""
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
SKIPPED_DIGIT = 0.001
"""Probability that a candidate of a digit's height is to be skipped, if the network is certain that it is no digit."""
MIN_PROBABILITY = 1e-6


@dataclass(frozen=True)
class Segmentation:
    """The best path: the candidates, by number, that are `digits`, from left to right, and those that are `skipped`.

    `probability` is that of this path among all paths, 0 to 1.
    """

    digits: list[int]
    skipped: list[int]
    probability: float


def best_segmentation(graph: Graph, confidences: Floats) -> Segmentation:
    """Return the best path, given the network's `confidences` (candidates, digit classes), without non-digits."""
    reading, skipping = _costs(graph, confidences)
    least = np.full(len(graph.cuts), np.inf)  # cost of the best path to each cut
    total = least.copy()  # -log of the summed probabilities of all paths to it
    least[:1] = total[:1] = 0
    paths: list[list[tuple[int, bool]]] = [[] for _ in graph.cuts]  # that path: candidates, and whether they are read
    for number, candidate in enumerate(graph.candidates):
        start, end = candidate.start, candidate.end
        for cost, is_read in ((reading[number], True), (skipping[number], False)):
            total[end] = -np.logaddexp(-total[end], -total[start] - cost)
            if least[start] + cost < least[end]:
                least[end] = least[start] + cost
                paths[end] = [*paths[start], (number, is_read)]
    digits, skipped = ([number for number, is_read in paths[-1] if is_read == kind] for kind in (True, False))
    return Segmentation(digits, skipped, float(np.exp(total[-1] - least[-1])))


def _costs(graph: Graph, confidences: Floats) -> tuple[Floats, Floats]:
    """Return the cost of reading each candidate as a digit, and that of skipping it, (candidates,) each.

    With p, the probability of a digit given the height, and c, the network's confidences in the digits:

        reading = -log(p) - 0.85 log(max c) + width cost + cut cost + gap cost
        skipping = -log(1 - p + 0.001 p (1 - sum c)) * number of digits that fit into its width + cut cost
    """
    sizes = [(c.start, c.end, c.height, c.width, c.readable) for c in graph.candidates]
    starts, ends, heights, widths, readable = np.array(sizes, np.intp).reshape(-1, 5).T
    p = probability_of_height(heights / graph.line.digit_height)
    non_digit = 1 - confidences.sum(axis=1).clip(0, 1)
    # The candidates on both sides of a cut share its cost.
    halves = CUT_COST * np.sqrt(graph.cut_ink / graph.stroke_width) / 2
    cut_costs = halves[starts] + halves[ends]
    gap_costs = np.append(0, np.cumsum(GAP_COST * graph.gaps / graph.line.digit_height))
    most = confidences.max(axis=1)
    reading = -np.log(np.maximum(p, MIN_PROBABILITY)) - CERTAINTY * np.log(np.maximum(most, MIN_PROBABILITY))
    reading = reading + np.where(readable, width_cost(widths, heights), np.inf) + cut_costs
    reading = reading + (gap_costs[ends] - gap_costs[starts + 1])
    skipping = -np.log(np.maximum(1 - p + SKIPPED_DIGIT * non_digit * p, MIN_PROBABILITY))
    return reading, skipping * np.maximum(widths / np.maximum(heights, 1), 1) + cut_costs


def probability_of_height(height: NDArray[Any] | float) -> Floats:
    """Return the probability that ink of this height, in digit heights, is a digit rather than a separator."""
    return np.asarray(1 / (1 + np.exp(HEIGHT_SLOPE * (HALF_HEIGHT - height))))


def width_cost(width: NDArray[Any] | float, height: NDArray[Any] | float) -> Floats:
    """Return the cost, in nats, of a digit that is wider than digits usually are."""
    return WIDTH_COST * np.maximum(width / np.maximum(height, 1) - MAX_FREE_WIDTH, 0)
