"""Words beside numbers in a line, such as the label of a field or a unit: they are told from numbers, and not read.

A group of candidates beside a wide gap is a word if much of its ink is none of digits, and some of its letters, which
stand alone, are surely none: in `TOTAL 42`, T, A and L are no digits, so neither is the O.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from handwriting.interfaces import Floats
from handwriting.reading.best_path import WHOLE, Segmentation, best_segmentation
from handwriting.segmentation.graph import Graph

MIN_GAP = 0.4
"""Least gap between a word and a number, in digit heights."""
MIN_HEIGHT, MAX_WIDTH = 0.38, 1.0
"""Least height and largest width of a letter, in digit heights; what is wider may be digits that join."""
MIN_LETTERS = 2
"""Fewest letters in a word."""
MIN_FRACTION = 0.35
"""Least fraction of a word's ink that is none of digits, by the network's confidences."""
UNLIKELY = 0.1
"""Confidence below which a candidate that stands alone is surely no digit."""
CLEAR = 0.8
"""Least mean confidence that the candidates beside words are digits: otherwise these are letters, too."""
DAMAGED = 0.4
"""Probability that a word whose letters are all as tall as whole digits is damaged digits."""


def without_words(
    graph: Graph, confidences: Floats, zero: int | None, whole: Segmentation
) -> tuple[Segmentation, dict[int, float]]:
    """Return the segmentation of the numbers in a line, and which candidates, by number, are parts of words.

    With each of these comes the probability that it is a digit which could not be read. `whole` is the segmentation of
    the line, given the network's `confidences` (candidates, digit classes). A line of words alone is left as it is.
    """
    digit = confidences.sum(axis=1)
    words: dict[int, float] = {}
    others = []
    for start, end in pairwise(_wide_gaps(graph, whole)):
        read, left_out = (_between(graph, numbers, start, end) for numbers in (whole.digits, whole.skipped))
        if _is_word(graph, read, left_out, digit):
            words |= _unread(graph, [*read, *left_out])
        else:
            others.append((start, end, read))
    numbers_read = [number for _, _, read in others for number in read]
    if not words or not numbers_read or digit[numbers_read].mean() < CLEAR:
        return whole, {}
    digits, skipped, probability = [], [], 1.0
    for start, end, _ in others:
        numbers, own = _part(graph, start, end)
        found = best_segmentation(own, confidences[numbers], zero)
        digits += [numbers[number] for number in found.digits]
        skipped += [numbers[number] for number in found.skipped]
        probability *= found.probability
    return Segmentation(digits, skipped, probability), words


def _wide_gaps(graph: Graph, whole: Segmentation) -> list[int]:
    """Return the cuts in wide gaps between two candidates of the best path, and those at the ends of the line."""
    starts = sorted(graph.candidates[number].start for number in [*whole.digits, *whole.skipped])
    wide = [start for start in starts[1:] if graph.gaps[start] >= MIN_GAP * graph.line.digit_height]
    return [0, *wide, len(graph.cuts) - 1]


def _between(graph: Graph, numbers: Sequence[int], start: int, end: int) -> list[int]:
    """Return those of some candidates, by number, that lie between two cuts."""
    return [number for number in numbers if start <= graph.candidates[number].start < end]


def _is_word(graph: Graph, read: Sequence[int], skipped: Sequence[int], digit: Floats) -> bool:
    """Tell whether a part of a line is a word, given which of its candidates are read as digits, and which skipped.

    `digit` (candidates,) is the confidence that each is a digit. A letter as tall as a whole digit may be a damaged
    digit: where there is one, two letters must surely be none.
    """
    digit = digit.copy()
    digit[list(skipped)] = 0
    parts = [
        part
        for number in [*read, *skipped]
        for part in ([number] if digit[number] >= UNLIKELY else _letters(graph, number))
    ]
    height = graph.line.digit_height
    letters = [number for number in parts if graph.candidates[number].height >= MIN_HEIGHT * height]
    if len(letters) < MIN_LETTERS:
        return False
    unlikely = [number for number in letters if digit[number] < UNLIKELY]
    alone = [number for number in unlikely if _stands_alone(graph, number)]
    are_narrow = all(graph.candidates[number].width <= MAX_WIDTH * height for number in unlikely)
    is_tall = any(graph.candidates[number].height >= WHOLE * height for number in letters)
    ink = np.array([graph.candidates[number].amount.sum() for number in letters])
    is_none = bool((1 - digit[letters]) @ ink >= MIN_FRACTION * ink.sum())
    return len(alone) >= 1 + is_tall and are_narrow and is_none


def _unread(graph: Graph, word: Sequence[int]) -> dict[int, float]:
    """Return the probability that each candidate in a word is a digit which could not be read.

    The probability that none of them is one is (1 - DAMAGED)^t, where t is the fraction of the word's ink that is in
    candidates as tall as whole digits.
    """
    candidates = [graph.candidates[number] for number in word]
    is_tall = np.array([one.height >= WHOLE * graph.line.digit_height for one in candidates])
    ink = np.array([one.amount.sum() for one in candidates])
    fractions = is_tall * ink / ink.sum()
    return dict(zip(word, (1 - (1 - DAMAGED) ** fractions).tolist(), strict=True))


def _letters(graph: Graph, number: int) -> list[int]:
    """Return the candidates, by number, into which gaps divide one that may be several letters; itself without gaps."""
    whole = graph.candidates[number]
    gaps = np.flatnonzero(graph.crosses_gap[whole.start + 1 : whole.end]) + whole.start + 1
    ends = list(pairwise([whole.start, *gaps.tolist(), whole.end]))
    numbers = {(one.start, one.end): place for place, one in enumerate(graph.candidates)}
    return [numbers[one] for one in ends] if all(one in numbers for one in ends) else [number]


def _stands_alone(graph: Graph, number: int) -> bool:
    """Tell whether no ink joins a candidate to what is beside it."""
    candidate = graph.candidates[number]
    return bool(graph.crosses_gap[[candidate.start, candidate.end]].all())


def _part(graph: Graph, start: int, end: int) -> tuple[Sequence[int], Graph]:
    """Return the candidates, by number, between two cuts, and the graph of these."""
    numbers = [number for number, one in enumerate(graph.candidates) if start <= one.start and one.end <= end]
    places = np.arange(len(graph.cuts))
    return numbers, graph.reduced((start <= places) & (places <= end), [graph.candidates[number] for number in numbers])
