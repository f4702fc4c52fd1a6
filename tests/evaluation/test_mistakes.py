"""Mistakes: the worst are those with the lowest confidence in the true class."""

import numpy as np

from handwriting.evaluation import mistakes


def test_the_worst_have_the_lowest_confidence_in_the_truth() -> None:
    confidences = np.array([[0.9, 0.1, 0], [0.2, 0.1, 0.7], [0.5, 0.5, 0], [0.6, 0.3, 0.1], [0.3, 0.7, 0]])
    labels = np.array([0, 0, 2, 1, 2], np.uint8)
    found = mistakes.worst(confidences, labels, ("a", "b", "c"))
    assert [mistake.position for mistake in found] == [4, 2, 1, 3]
    assert found[2] == mistakes.Mistake(1, "a", "c", 0.7, 0.2)
    assert mistakes.worst(confidences, labels, ("a", "b", "c"), 1) == found[:1]
