"""Batch normalisation (Ioffe and Szegedy 2015): each unit's inputs are kept around 0 and of size 1, batch by batch.

While training, mean and variance are those of the batch. In use an answer must not depend on what else is asked, so
running averages, collected while training, take their place: parameters that the layer itself updates, not a gradient.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = g n + b, where n = (x - mean) / sqrt(variance + epsilon), and scale g and shift b are learnt.

    There is one of each for every unit, or for every channel of a picture. With each batch the running averages keep
    the share `decay` of themselves; `epsilon` keeps a unit that never changes from dividing by 0.
    """

    decay: float = 0.9
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        if not 0 <= self.decay < 1:
            raise SettingError(f"decay is a share from 0 up to (not including) 1, not {self.decay}")
        if not 0 < self.epsilon < math.inf:
            raise SettingError(f"epsilon is a small number above 0, not {self.epsilon}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Any shape suits and is kept; the parameters have one number for each place on its last axis."""
        shape = input_shape[-1:]
        return input_shape, {
            "scale": Parameter(shape, value=1.0),
            "shift": Parameter(shape),
            "mean": Parameter(shape, trained=False),
            "variance": Parameter(shape, value=1.0, trained=False),
        }

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` normalised, by the batch's own mean and variance where `training`, else by the running ones."""
        over = tuple(range(x.ndim - 1))  # all axes but the last
        count = x.size // x.shape[-1]  # values that one mean is taken of
        mean, variance = parameters["mean"], parameters["variance"]
        if training:
            batch_mean, batch_variance = x.mean(axis=over), x.var(axis=over)
            unbiased = batch_variance * (count / max(count - 1, 1))
            mean += (1 - self.decay) * (batch_mean - mean)
            variance += (1 - self.decay) * (unbiased - variance)
            mean, variance = batch_mean, batch_variance
        deviation = np.sqrt(variance + self.epsilon)
        normal = (x - mean) / deviation
        factor = parameters["scale"] / deviation

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            by_scale = np.sum(gradient * normal, axis=over, out=gradients["scale"])
            by_shift = np.sum(gradient, axis=over, out=gradients["shift"])
            if not training:
                return gradient * factor
            # x moves the batch's mean and variance as well: take out what these undo of the gradient
            return factor * (gradient - by_shift / count - normal * (by_scale / count))

        return parameters["scale"] * normal + parameters["shift"], backward
