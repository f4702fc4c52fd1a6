"""Averaged weights: a moving average over the last steps is less noisy than the weights after any single step.

Polyak and Juditsky 1992; as an exponential moving average, Kingma and Ba 2014, section 7.2.
"""

import numpy as np

from handwriting.nn.network import Network


class Average:
    """A network whose parameters are the moving average of those of another network in training."""

    def __init__(self, training: Network, decay: float) -> None:
        """Start with the current parameters of `training`; in each step the average keeps `decay` of itself."""
        self.training, self.decay = training, decay
        self.network = Network(training.stages, training.vector.copy())
        self.steps = 0

    def follow(self) -> None:
        """Update the average after a gradient step: average += (1 - decay) * (parameters - average).

        At first the decay is smaller, (1 + steps) / (10 + steps), so that the initial weights are soon forgotten.
        """
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        difference = np.subtract(self.training.vector, self.network.vector)
        difference *= 1 - decay
        self.network.vector += difference
