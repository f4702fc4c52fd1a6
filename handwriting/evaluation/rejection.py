"""Rejection: from what confidence in "non-digit" on an image is rejected instead of read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Labels

REJECTED_DIGITS = 0.005
"""The fraction of digits that may be rejected, for the sake of rejecting non-digits."""
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = 0.5, 0.999


@dataclass(frozen=True)
class Rejection:
    """A threshold for the confidence in "non-digit", and the fractions of non-digits and of digits that it rejects."""

    threshold: float
    non_digits: float
    digits: float

    def as_json(self) -> dict[str, float]:
        """Return it as a model file records it."""
        return {"threshold": self.threshold, "of_nothing": self.non_digits, "of_others": self.digits}


def choose_threshold(confidences: Floats, labels: Labels, non_digit: int) -> Rejection:
    """Return the lowest threshold, at least 0.5, at which at most `REJECTED_DIGITS` of the digits are rejected.

    Confidences are (n, classes), labels (n,), and `non_digit` is the class of the non-digits. If there are no digits
    or no non-digits to choose by, the threshold is 0.5.
    """
    confidence = confidences[:, non_digit]
    is_non_digit = labels == non_digit
    threshold = 0.5
    if is_non_digit.any() and not is_non_digit.all():
        spared = np.quantile(confidence[~is_non_digit], 1 - REJECTED_DIGITS, method="higher")
        above = float(np.nextafter(spared, confidence.dtype.type(1)))
        threshold = min(max(above, LOWEST_THRESHOLD), HIGHEST_THRESHOLD)
    rejected = confidence >= threshold
    return Rejection(threshold, _fraction(rejected[is_non_digit]), _fraction(rejected[~is_non_digit]))


def _fraction(chosen: NDArray[np.bool_]) -> float:
    return float(chosen.mean()) if len(chosen) else 0.0
