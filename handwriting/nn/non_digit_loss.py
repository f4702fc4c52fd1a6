"""Cross-entropy for training on non-digits beside digits: telling digits apart stays the main task.

Non-digits are one more class. With plain cross-entropy the network would spend much of its effort on rejecting them and
would read digits less well; here the rejection counts less.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from handwriting.interfaces import Floats, Labels, Loss
from handwriting.nn.losses import CrossEntropy, softmax

REJECTION_WEIGHT = 0.3
"""The weight of telling digits from non-digits; telling digits from each other has the weight 1."""


@final
@dataclass(frozen=True)
class NonDigitCrossEntropy(Loss):
    """Cross-entropy with a reduced weight w = `REJECTION_WEIGHT` for the decision between digit and non-digit.

    By the chain rule of probability, cross-entropy is the sum of two terms: which digit an image shows, if it shows
    one, and whether it shows one. With the logits z_k of the digits and z_n of the class `non_digit`:

        q_k = e^z_k / sum_j e^z_j        the probability of digit k among the digits
        s   = z_n - log sum_j e^z_j      the logit of "this is a non-digit"
        r   = 1 / (1 + e^-s)             its probability
        cost = -sum_k y_k log q_k        for digits alone
             - w (t log r + (1 - t) log(1 - r))

    As ds/dz_n = 1 and ds/dz_k = -q_k, the second term adds w (r - t) to dcost/dz_n and -w (r - t) q_k to dcost/dz_k.
    With label smoothing, y is spread over the digits alone, and t is label_smoothing / digits instead of 0, and 1 minus
    that instead of 1.
    """

    label_smoothing: float
    non_digit: int

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean cost of a batch, whose labels may be the class `non_digit`, and its gradient."""
        if outputs.shape[1] == 1:
            return CrossEntropy(self.label_smoothing).cost(outputs, labels)
        digit_logits = np.delete(outputs, self.non_digit, axis=1)
        is_digit = labels != self.non_digit
        log_sums = np.logaddexp.reduce(digit_logits, axis=1)
        cost, which_gradient = self._which_digit(digit_logits[is_digit], labels[is_digit])

        smoothed = self.label_smoothing / digit_logits.shape[1]
        target = np.where(is_digit, smoothed, 1 - smoothed).astype(outputs.dtype)
        logit = outputs[:, self.non_digit] - log_sums
        rejection = np.exp(-np.logaddexp(0, -logit))
        slope = REJECTION_WEIGHT * (rejection - target)
        cost += REJECTION_WEIGHT * float((np.logaddexp(0, logit) - target * logit).sum())

        digit_gradient = -slope[:, None] * np.exp(digit_logits - log_sums[:, None])
        digit_gradient[is_digit] += which_gradient
        gradient = np.insert(digit_gradient, self.non_digit, slope, axis=1)
        gradient /= len(labels)
        return cost / len(labels), gradient

    def confidences(self, outputs: Floats) -> Floats:
        """Return softmax(outputs); each row sums to 1."""
        return softmax(outputs)

    def _which_digit(self, logits: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the summed cost of telling digits (n,) apart by their logits (n, digits), and its gradient."""
        if not len(labels):
            return 0.0, logits
        places = labels - (labels > self.non_digit).astype(labels.dtype)
        cost, gradient = CrossEntropy(self.label_smoothing).cost(logits, places)
        return cost * len(labels), gradient * logits.dtype.type(len(labels))
