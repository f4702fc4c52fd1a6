"""focal: cross-entropy that cares less for what is read right already (Lin et al. 2017)."""

from dataclasses import dataclass

import numpy as np

from handwriting.interfaces import Floats, Labels, Loss
from handwriting.nn.losses import softmax, targets


@dataclass(frozen=True)
class Focal(Loss):
    """cost = -(1 - p)^gamma log p for the probability p of the label."""

    api_version = 2
    gamma: float = 2.0

    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        z = outputs - outputs.max(axis=1, keepdims=True)
        log_p = (z[np.arange(len(labels)), labels] - np.log(np.exp(z).sum(axis=1)))[:, None]
        p = np.exp(log_p)
        cost = -float(((1 - p) ** self.gamma * log_p).mean())
        slope = self.gamma * p * (1 - p) ** (self.gamma - 1) * log_p - (1 - p) ** self.gamma
        gradient = slope * (targets(outputs, labels, 0.0) - softmax(outputs))
        return cost, gradient / len(labels)

    def confidences(self, outputs: Floats) -> Floats:
        return softmax(outputs)
