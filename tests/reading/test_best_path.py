"""The best path reads some candidates as digits, and skips others."""

from collections.abc import Mapping

import numpy as np
import pytest

from handwriting.interfaces import Floats
from handwriting.reading.best_path import best_segmentation
from handwriting.segmentation.graph import Candidate, Graph
from handwriting.segmentation.levelling import LevelLine

HEIGHT = 48
"""Of digits, in pixels."""


def graph_of(spans: Mapping[tuple[int, int], float], cut_ink: list[float]) -> Graph:
    """Return a graph with candidates of these spans and relative heights, each cut of which crosses that much ink."""
    line = LevelLine(np.ones((HEIGHT, 90), np.float32), HEIGHT, np.eye(2, 3))
    candidates = [
        Candidate(start, end, np.ones((1, 1), np.float32), 0, 0, round(HEIGHT * height), 15 * (end - start), True)
        for (start, end), height in spans.items()
    ]
    count = len(cut_ink)
    return Graph(line, 4.0, np.zeros((count, HEIGHT), np.intp), np.array(cut_ink), np.zeros(count), candidates)


def confidences(*said: tuple[int, float]) -> Floats:
    """Return the confidences in ten digits of candidates that are said to be one of them."""
    rows = np.full((len(said), 10), 1e-5, np.float32)
    for row, (digit, confidence) in zip(rows, said, strict=True):
        row[digit] = confidence
    return rows


@pytest.mark.parametrize(("digit", "read"), [(0, [0]), (1, [])])
def test_a_low_ring_is_a_zero_and_a_low_stroke_is_a_mark(digit: int, read: list[int]) -> None:
    low = graph_of({(0, 1): 0.38}, [0, 0])
    assert best_segmentation(low, confidences((digit, 0.95)), zero=0).digits == read


def test_the_probability_is_that_among_all_paths() -> None:
    """One candidate of half the height is read or skipped."""
    found = best_segmentation(graph_of({(0, 1): 0.5}, [0, 0]), confidences((7, 0.2)), zero=0)
    is_digit = 1 / (1 + np.exp(16 * (0.45 - 0.5)))
    read, skipped = is_digit * 0.2**0.85, 1 - is_digit
    assert found.skipped == [0]
    assert found.probability == pytest.approx(skipped / (skipped + read), abs=0.01)


@pytest.mark.parametrize(("place", "read"), [(0, [1, 2]), (1, [0, 1, 2]), (2, [0, 1])])
def test_a_sign_is_left_out_at_the_ends_of_a_line_but_not_within_it(place: int, read: list[int]) -> None:
    said = [(4, 0.98), (2, 0.98), (7, 0.98)]
    said[place] = (said[place][0], 0.004)
    line = graph_of(dict.fromkeys([(0, 1), (1, 2), (2, 3)], 1.0), [0, 0, 0, 0])
    assert best_segmentation(line, confidences(*said), zero=None).digits == read
