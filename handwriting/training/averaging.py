"""Averaged weights: the network one has is noisy from step to step; the mean of the last ones reads better.

Polyak and Juditsky 1992; as an exponential moving average as in Kingma and Ba 2014, section 7.2.
"""

import numpy as np

from handwriting.nn.network import Network


class Average:
    """A network whose parameters are the moving average of those of another one, while that one learns."""

    def __init__(self, learning: Network, decay: float) -> None:
        """Begin with the parameters that `learning` has now; `decay` (0 to 1) of the average is kept each step."""
        self.learning, self.decay = learning, decay
        self.network = Network(learning.stages, learning.vector.copy())
        self.steps = 0

    def follow(self) -> None:
        """Take in the parameters after a step: average += (1 - decay) * (parameters - average).

        At first the decay is smaller, (1 + steps) / (10 + steps), so that the initial weights are soon forgotten.
        """
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        difference = np.subtract(self.learning.vector, self.network.vector)
        difference *= 1 - decay
        self.network.vector += difference
