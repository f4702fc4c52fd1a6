"""Losses: how wrong the outputs are, and which way is downhill.

A loss takes the network's outputs (batch, classes) and the labels (batch,), and gives the mean cost of the batch with
its gradient dcost/doutputs, the 1/batch of the mean included. It also turns outputs into a confidence for each class.
"""

from abc import ABC, abstractmethod
from typing import final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Labels


class Loss(ABC):
    """What a trainer makes smaller."""

    name: str
    activated_outputs: bool = False
    """Whether the network's last layer has the activation of the hidden ones behind it."""

    @abstractmethod
    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean cost of a batch and its gradient, which has the shape of `outputs`."""

    @abstractmethod
    def confidences(self, outputs: Floats) -> Floats:
        """Return for every class how sure the network is, from 0 to 1; (batch, classes)."""


@final
class MeanSquaredError(Loss):
    """Half the squared distance between the outputs and the one-hot label: the textbook's first loss.

    The outputs are those of an activation such as the logistic function, and count as confidences as they are.
    """

    name = "mse"
    activated_outputs = True

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """cost = |a - y|^2 / 2, so dcost/da = a - y."""
        difference = outputs.copy()
        difference[np.arange(len(labels)), labels] -= 1
        cost = 0.5 * float(np.vdot(difference, difference)) / len(labels)
        difference /= len(labels)
        return cost, difference

    def confidences(self, outputs: Floats) -> Floats:
        """Return the outputs, cut to 0 ... 1; they need not sum to 1."""
        return np.clip(outputs, 0, 1)


@final
class CrossEntropy(Loss):
    """Softmax and its cross-entropy in one, which is stable where the two apart would overflow or take log 0.

    With the outputs z as logits, p = e^z / sum e^z and cost = -log p[label], so dcost/dz = p - y (y one-hot).
    """

    name = "cross-entropy"

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean of -log p[label] and (p - y) / batch."""
        shifted = outputs - outputs.max(axis=1, keepdims=True)  # softmax is the same for z + c; now e^z <= 1
        rows = np.arange(len(labels))
        wanted = shifted[rows, labels]
        exponentials = np.exp(shifted, out=shifted)
        sums = exponentials.sum(axis=1, keepdims=True)
        cost = float(np.sum(np.log(sums[:, 0]) - wanted)) / len(labels)
        gradient = np.divide(exponentials, sums, out=exponentials)
        gradient[rows, labels] -= 1
        gradient /= len(labels)
        return cost, gradient

    def confidences(self, outputs: Floats) -> Floats:
        """Return softmax(outputs); each row sums to 1."""
        exponentials = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)


LOSSES: dict[str, type[Loss]] = {loss.name: loss for loss in (CrossEntropy, MeanSquaredError)}


def loss(name: str) -> Loss:
    """Return the loss of that name; raises `SettingError` where there is none."""
    if name not in LOSSES:
        raise SettingError(f"there is no loss {name!r}; there are: {', '.join(LOSSES)}")
    return LOSSES[name]()
