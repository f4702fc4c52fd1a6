"""Loss functions: how wrong the outputs are, and how the cost changes with each of them.

A loss takes the network's outputs (batch, classes) and the labels (batch,). It returns the cost, averaged over the
batch, and its gradient dcost/doutputs (the 1/batch of the average included), where backpropagation begins. It also
turns outputs into a confidence for each class.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Floats, Labels, Loss
from handwriting.registry.ranges import check_fraction


@final
@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """Half the squared distance between the outputs and the one-hot label: the first loss in most textbooks.

    For outputs a, those of an activation such as the logistic function, and targets y:

        cost = |a - y|^2 / 2        dcost/da = a - y

    `label_smoothing` is the probability that the targets spread over all classes.
    """

    label_smoothing: float = 0.0
    activated_outputs: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fraction("label_smoothing", self.label_smoothing)

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean of |a - y|^2 / 2 and its gradient (a - y) / batch."""
        difference = outputs - targets(outputs, labels, self.label_smoothing)
        cost = 0.5 * float(np.vdot(difference, difference)) / len(labels)
        difference /= len(labels)
        return cost, difference

    def confidences(self, outputs: Floats) -> Floats:
        """Return the outputs, clipped to 0 ... 1; they need not sum to 1."""
        return np.clip(outputs, 0, 1)


@final
@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax and cross-entropy in one. For outputs z, taken as logits, and targets y:

        p_k = e^z_k / sum_j e^z_j        cost = -sum_k y_k log p_k        dcost/dz = p - y

    Computed apart, softmax could overflow and the logarithm of a p that has become 0 would be infinite. Together they
    are stable: p is the same for z - max z, and log p_k = z_k - log sum_j e^z_j.

    `label_smoothing` is the probability that the targets spread over all classes.
    """  # fmt: skip

    label_smoothing: float = 0.1

    def __post_init__(self) -> None:
        check_fraction("label_smoothing", self.label_smoothing)

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean of -sum y log p and its gradient (p - y) / batch."""
        y = targets(outputs, labels, self.label_smoothing).T  # a column for each example: faster in NumPy
        z = outputs.T.copy()
        z -= z.max(axis=0)
        exponentials = np.exp(z)
        sums = exponentials.sum(axis=0)
        cost = float(np.log(sums).sum() - np.vdot(y, z)) / len(labels)
        gradient = np.divide(exponentials, sums, out=exponentials)
        gradient -= y
        gradient /= len(labels)
        return cost, gradient.T

    def confidences(self, outputs: Floats) -> Floats:
        """Return the probabilities p = softmax(outputs); each row sums to 1."""
        return softmax(outputs)


def targets(outputs: Floats, labels: Labels, label_smoothing: float) -> Floats:
    """Return the targets y, with shape and dtype of `outputs` (batch, classes); their transpose is contiguous.

    With label smoothing s (Szegedy et al. 2016) and K classes, the target of an example is 1 - s + s/K for its label
    and s/K for every other class, instead of 1 and 0.
    """
    smoothed = label_smoothing / outputs.shape[1]
    y = np.full(outputs.T.shape, smoothed, outputs.dtype)
    y[labels, np.arange(len(labels))] = 1 - label_smoothing + smoothed
    return y.T


def softmax(logits: Floats) -> Floats:
    """Return e^z / sum e^z for each row z of `logits` (batch, classes)."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
