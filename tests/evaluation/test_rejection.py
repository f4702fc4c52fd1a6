"""The threshold from which an image is rejected as a non-digit."""

from typing import Any

import numpy as np
import pytest

from handwriting.evaluation.rejection import REJECTED_DIGITS, choose_threshold


def test_the_threshold_spares_all_but_a_few_digits() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [10_000, 1000]).astype(np.uint8)
    confidence = np.where(labels == 1, rng.beta(8, 1, 11_000), rng.beta(1, 5, 11_000))
    chosen = choose_threshold(np.stack([1 - confidence, confidence], axis=1), labels, non_digit=1)
    assert chosen.digits == np.mean(confidence[labels == 0] >= chosen.threshold) <= REJECTED_DIGITS
    assert chosen.non_digits == np.mean(confidence[labels == 1] >= chosen.threshold) > 0.9
    assert np.mean(confidence[labels == 0] >= chosen.threshold - 0.01) > REJECTED_DIGITS


@pytest.mark.parametrize("labels", [[0, 0], [1, 1], []])
def test_without_both_digits_and_non_digits_the_threshold_is_a_half(labels: Any) -> None:
    assert choose_threshold(np.full((len(labels), 2), 0.5), np.array(labels, np.uint8), non_digit=1).threshold == 0.5
