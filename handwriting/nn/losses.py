"""Losses: how wrong the outputs are, and which way is downhill.

A loss takes the network's outputs (batch, classes) and the labels (batch,), and gives the mean cost of the batch with
its gradient dcost/doutputs, the 1/batch of the mean included. It also turns outputs into a confidence for each class.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Labels


@dataclass(frozen=True)
class Loss(ABC):
    """What a trainer makes smaller.

    With `label_smoothing` s (Szegedy et al. 2016) the network is not asked for certainty: of K classes the right one is
    wanted with 1 - s + s/K, each other one with s/K.
    """

    label_smoothing: float = 0.0
    name: ClassVar[str]
    activated_outputs: ClassVar[bool] = False
    """Whether the network's last layer has the activation of the hidden ones behind it."""

    @abstractmethod
    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean cost of a batch and its gradient, which has the shape of `outputs`."""

    @abstractmethod
    def confidences(self, outputs: Floats) -> Floats:
        """Return for every class how sure the network is, from 0 to 1; (batch, classes)."""

    def _subtract_wanted(self, values: Floats, labels: Labels) -> None:
        """Subtract y, what is wanted, from each row."""
        values[np.arange(len(labels)), labels] -= 1 - self.label_smoothing
        if self.label_smoothing:
            values -= self.label_smoothing / values.shape[1]


@final
@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """Half the squared distance between the outputs and the one-hot label: the textbook's first loss.

    The outputs are those of an activation such as the logistic function, and count as confidences as they are.
    """

    name: ClassVar[str] = "mse"
    activated_outputs: ClassVar[bool] = True

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """cost = |a - y|^2 / 2, so dcost/da = a - y."""
        difference = outputs.copy()
        self._subtract_wanted(difference, labels)
        cost = 0.5 * float(np.vdot(difference, difference)) / len(labels)
        difference /= len(labels)
        return cost, difference

    def confidences(self, outputs: Floats) -> Floats:
        """Return the outputs, cut to 0 ... 1; they need not sum to 1."""
        return np.clip(outputs, 0, 1)


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """Softmax and its cross-entropy in one, which is stable where the two apart would overflow or take log 0.

    With the outputs z as logits, p = e^z / sum e^z and cost = -sum y log p, so dcost/dz = p - y.
    """

    name: ClassVar[str] = "cross-entropy"

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean of -sum y log p and (p - y) / batch."""
        shifted = outputs.T.copy()  # a column an example: NumPy is faster along the longer axis
        shifted -= shifted.max(axis=0)  # softmax is the same for z + c; now e^z <= 1
        wanted = shifted[labels, np.arange(len(labels))]
        if self.label_smoothing:
            wanted = (1 - self.label_smoothing) * wanted + self.label_smoothing * shifted.mean(axis=0)
        exponentials = np.exp(shifted, out=shifted)
        sums = exponentials.sum(axis=0)
        cost = float((np.log(sums) - wanted).sum()) / len(labels)
        exponentials /= sums
        gradient = exponentials.T
        self._subtract_wanted(gradient, labels)
        gradient /= len(labels)
        return cost, gradient

    def confidences(self, outputs: Floats) -> Floats:
        """Return softmax(outputs); each row sums to 1."""
        exponentials = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)


NOTHING_WEIGHT = 0.3
"""What it counts to tell digits from what is none, beside telling them from each other.

A compromise, measured with an earlier `best`. Of 10,000 held-out digits it misread 28 if it learnt nothing beside them;
39 if that counted as much as everything else (1), 34 at 0.1. But at 0.1 it refused only 88 % of what is no digit, at 1
99 %, and at this weight 95 %.
"""


@final
@dataclass(frozen=True)
class CrossEntropyBesideNothing(CrossEntropy):
    """Cross-entropy where one class, `nothing`, is that of pictures that show none of the others.

    By the chain rule cross-entropy is the sum of two: which of the others a picture shows, if it shows any; and whether
    it does. Here the second counts only `NOTHING_WEIGHT`, so that the network does not forget the first over it.
    Smoothed labels are spread over the others alone, and ask for as little certainty that there is one of them.
    """

    nothing: int = 0

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Of K other classes with logits z: cost = -sum y log p(class | any) - w sum t log p(any or nothing).

        As s = z[nothing] - log sum e^z, the logit of nothing, ds/dz is 1 for nothing and -p(class | any) for a class.
        """
        if outputs.shape[1] == 1:
            return CrossEntropy(self.label_smoothing).cost(outputs, labels)
        others = np.delete(outputs, self.nothing, axis=1)
        shows = labels != self.nothing
        log_sums = np.logaddexp.reduce(others, axis=1)
        cost, gradient_of_shown = self._which(others[shows], labels[shows])

        smoothed = self.label_smoothing / others.shape[1]
        wanted = np.where(shows, smoothed, 1 - smoothed).astype(outputs.dtype)
        logits = outputs[:, self.nothing] - log_sums
        slope = NOTHING_WEIGHT * (_logistic(logits) - wanted)
        cost += NOTHING_WEIGHT * float((np.logaddexp(0, logits) - wanted * logits).sum())

        gradient_of_others = -slope[:, None] * np.exp(others - log_sums[:, None])
        gradient_of_others[shows] += gradient_of_shown
        gradient = np.insert(gradient_of_others, self.nothing, slope, axis=1)
        gradient /= len(labels)
        return cost / len(labels), gradient

    def _which(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the sum of the costs of pictures (n,) that show one of the others, and its gradient."""
        if not len(labels):
            return 0.0, outputs
        places = labels - (labels > self.nothing).astype(labels.dtype)
        cost, gradient = CrossEntropy(self.label_smoothing).cost(outputs, places)
        return cost * len(labels), gradient * outputs.dtype.type(len(labels))


def _logistic(logits: Floats) -> Floats:
    """Return 1 / (1 + e^-logits), without overflow."""
    return np.exp(-np.logaddexp(0, -logits))


LOSSES: dict[str, type[Loss]] = {loss.name: loss for loss in (CrossEntropy, MeanSquaredError)}


def loss(name: str, label_smoothing: float = 0.0, nothing: int | None = None) -> Loss:
    """Return the loss of that name; raises `SettingError` where there is none.

    `nothing` is the class of pictures that show none of the others, None where there is no such class.
    """
    if name not in LOSSES:
        raise SettingError(f"there is no loss {name!r}; there are: {', '.join(LOSSES)}")
    if not 0 <= label_smoothing < 1:
        raise SettingError(f"the label smoothing is a share from 0 up to (not including) 1, not {label_smoothing}")
    if nothing is not None and name == CrossEntropy.name:
        return CrossEntropyBesideNothing(label_smoothing, nothing)
    return LOSSES[name](label_smoothing)
