"""Metrics: every figure compared with a count by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from handwriting.evaluation.metrics import accuracy, beats_guessing, measure, wilson_interval

NAMES = ("a", "b", "c")


def outputs_for(readings: Any) -> Any:
    return np.eye(len(NAMES), dtype=np.float32)[readings]


@given(
    hnp.arrays(np.uint8, st.shared(st.integers(1, 60), key="n"), elements=st.integers(0, 2)),
    hnp.arrays(np.int64, st.shared(st.integers(1, 60), key="n"), elements=st.integers(0, 2)),
)
def test_scores_agree_with_counting(labels: Any, readings: Any) -> None:
    metrics = measure(outputs_for(readings), labels, NAMES)
    pairs = list(zip(labels.tolist(), readings.tolist(), strict=True))
    assert metrics.count == len(pairs)
    assert metrics.accuracy == pytest.approx(sum(w == r for w, r in pairs) / len(pairs))
    assert metrics.accuracy == pytest.approx(accuracy(outputs_for(readings), labels))
    for i, name in enumerate(NAMES):
        right = sum(w == r == i for w, r in pairs)
        read, there = sum(r == i for _, r in pairs), sum(w == i for w, _ in pairs)
        score = metrics.classes[name]
        precision, recall = right / read if read else 0, right / there if there else 0
        assert (score.precision, score.recall, score.count) == (precision, recall, there)
        assert score.f1 == pytest.approx(2 * precision * recall / (precision + recall) if right else 0)
    low, high = metrics.interval
    assert 0 <= low <= metrics.accuracy + 1e-12
    assert metrics.accuracy - 1e-12 <= high <= 1


def test_most_confused_pairs_come_first() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2], np.uint8)
    metrics = measure(outputs_for([1, 1, 0, 2, 1, 2]), labels, NAMES)
    assert metrics.confusion.tolist() == [[1, 2, 0], [0, 1, 1], [0, 0, 1]]
    assert metrics.most_confused() == [("a", "b", 2), ("b", "c", 1)]


def test_wilson_interval_has_the_published_values() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0.0000 to 0.1611
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


@pytest.mark.parametrize(
    ("labels", "right", "beats"),
    [
        ([0, 1] * 50, 0.5, False),
        ([0, 1] * 50, 0.51, True),
        ([0] * 90 + [1] * 10, 0.9, False),
        ([0] * 90 + [1] * 10, 0.902, True),
        ([0] * 10, 1.0, True),  # nothing can be guessed wrong
        ([0, 1], 0.0, False),
    ],
)
def test_guessing_is_beaten_by_more_than_the_most_frequent_class(labels: Any, right: float, beats: bool) -> None:
    assert beats_guessing(right, np.array(labels, np.uint8)) is beats
