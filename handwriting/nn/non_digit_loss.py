"""Cross-entropy for training on non-digits beside digits: telling digits apart stays the main task.

Non-digits are one more class. With plain cross-entropy the network would spend much of its effort on rejecting them and
would read digits less well; here the rejection counts less.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from handwriting.interfaces import Floats, Labels
from handwriting.nn.losses import TargetLoss, softmax

REJECTION_WEIGHT = 0.3
"""The weight of telling digits from non-digits; telling digits from each other has the weight 1."""


@final
@dataclass(frozen=True)
class NonDigitCrossEntropy(TargetLoss):
    """Cross-entropy with a reduced weight w = `REJECTION_WEIGHT` for the decision between digit and non-digit.

    By the chain rule of probability, cross-entropy is the sum of two terms: which digit an image shows, if it shows
    one, and whether it shows one. With the logits z_k of the digits and z_n of the class `non_digit`, and targets y:

        q_k = e^z_k / sum_j e^z_j        the probability of digit k among the digits
        s   = z_n - log sum_j e^z_j      the logit of "this is a non-digit"
        r   = 1 / (1 + e^-s)             its probability
        cost = -sum_k y_k log q_k
             - w (y_n log r + (1 - y_n) log(1 - r))

    As ds/dz_n = 1 and ds/dz_k = -q_k, the gradient is

        dcost/dz_k = q_k sum_j y_j - y_k - w (r - y_n) q_k        dcost/dz_n = w (r - y_n)

    With label smoothing, `label_smoothing` / digits is the probability that a digit is a non-digit, and the other way
    round; the digits alone share the rest.
    """

    non_digit: int = 0

    def targets(self, outputs: Floats, labels: Labels) -> Floats:
        """Return the targets of `labels` (batch,), which may be the class `non_digit`."""
        digits = max(outputs.shape[1] - 1, 1)
        spread, is_digit = self.label_smoothing / digits, labels != self.non_digit
        y = np.repeat(np.where(is_digit, spread, 1 / digits)[:, None], outputs.shape[1], axis=1).astype(outputs.dtype)
        y[is_digit, labels[is_digit]] = 1 - self.label_smoothing + spread
        non_digits = np.where(is_digit, spread, 1 - spread)
        y *= 1 - non_digits[:, None].astype(outputs.dtype)
        y[:, self.non_digit] = non_digits
        return y

    def cost_of_targets(self, outputs: Floats, targets: Floats) -> tuple[float, Floats]:
        """Return the mean cost of a batch, and its gradient."""
        if outputs.shape[1] == 1:
            return 0.0, np.zeros_like(outputs)
        logits, digits = (np.delete(array, self.non_digit, axis=1) for array in (outputs, targets))
        log_sums = np.logaddexp.reduce(logits, axis=1)
        log_q = logits - log_sums[:, None]
        logit, target = outputs[:, self.non_digit] - log_sums, targets[:, self.non_digit]
        cost = -np.vdot(digits, log_q) + REJECTION_WEIGHT * (np.logaddexp(0, logit) - target * logit).sum()
        slope = REJECTION_WEIGHT * (np.exp(-np.logaddexp(0, -logit)) - target)
        digit_gradient = (digits.sum(axis=1) - slope)[:, None] * np.exp(log_q) - digits
        gradient = np.insert(digit_gradient, self.non_digit, slope, axis=1)
        gradient /= len(outputs)
        return float(cost) / len(outputs), gradient

    def confidences(self, outputs: Floats) -> Floats:
        """Return softmax(outputs); each row sums to 1."""
        return softmax(outputs)
