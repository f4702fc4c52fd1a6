"""Batch normalisation (Ioffe and Szegedy 2015): each unit's inputs are kept around 0 and of size 1, batch by batch.

While training, mean and variance are those of the batch, or of the part of it that a thread has ("ghost batches":
Hoffer, Hubara and Soudry 2017). In use an answer must not depend on what else is asked, so running averages, collected
while training, take their place: parameters that the layer itself updates, not a gradient.

All of a batch counts, also pictures of no digit that are learnt beside digits. If these were left out of mean and
variance, the network would learn to tell them by just that: what has a part in the statistics can't lie far from them.
In use nothing has a part in them, and digits are taken for nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.maps import as_batch, as_rows


@final
@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = g n + b, where n = (x - mean) / sqrt(variance + epsilon), and scale g and shift b are learnt.

    There is one of each for every unit, or for every channel of a picture. With each batch the running averages keep
    the share `decay` of themselves; `epsilon` keeps a unit that never changes from dividing by 0.
    """

    decay: float = 0.9
    epsilon: float = 1e-5
    divisible: ClassVar[bool] = True

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

    def in_use(self, parameters: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Return the factor and the summand, for each place on the last axis, that it comes to when not training."""
        factor = parameters["scale"] / np.sqrt(parameters["variance"] + self.epsilon)
        return factor, parameters["shift"] - parameters["mean"] * factor

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` normalised, by the batch's own mean and variance where `training`, else by the running ones."""
        if training:
            return self._in_training(x, parameters)
        factor, summand = self.in_use(parameters)
        normal = (x - parameters["mean"]) / np.sqrt(parameters["variance"] + self.epsilon)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            over = tuple(range(gradient.ndim - 1))  # all axes but the last
            gradients["scale"][...] = (gradient * normal).sum(axis=over)
            gradients["shift"][...] = gradient.sum(axis=over)
            return gradient * factor

        return x * factor + summand, backward

    def _in_training(self, x: Floats, parameters: Mapping[str, Floats]) -> tuple[Floats, Backward]:
        lines = _lines(x)
        count = lines.size // lines.shape[1]
        mean = _sums(lines) / count
        centred = lines - mean[:, np.newaxis]
        variance = _sums(centred, centred) / count
        deviation = np.sqrt(variance + self.epsilon)
        factor = parameters["scale"] / deviation
        self._remember(parameters, mean, variance * (count / max(count - 1, 1)))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            by_y = _lines(gradient)
            by_shift, by_scale = _sums(by_y), _sums(by_y, centred) / deviation
            gradients["shift"][...], gradients["scale"][...] = by_shift, by_scale
            # x moves the batch's mean and variance as well: what these undo of the gradient is taken out
            undone = centred * (factor * by_scale / (deviation * count))[:, np.newaxis]
            undone += (factor * by_shift / count)[:, np.newaxis]
            by_x = by_y * factor[:, np.newaxis]
            by_x -= undone
            return _unlined(by_x, x)

        y = centred * factor[:, np.newaxis]
        y += parameters["shift"][:, np.newaxis]
        return _unlined(y, x), backward

    def _remember(self, parameters: Mapping[str, Floats], mean: Floats, variance: Floats) -> None:
        for name, seen in (("mean", mean), ("variance", variance)):
            running = parameters[name]
            running += (1 - self.decay) * (seen - running)


def _lines(x: Floats) -> Floats:
    """Return `x` (batch, ..., channels) as (height, channels, the rest), the numbers of a channel side by side."""
    pictures = x if x.ndim == 4 else x.reshape(len(x), -1, 1, x.shape[-1])
    rows = as_rows(pictures)
    return rows.reshape(*rows.shape[:2], rows.shape[2] * rows.shape[3])


def _unlined(lines: Floats, x: Floats) -> Floats:
    """Return what `_lines` made of an array of the shape of `x` in that shape again."""
    height, channels, _ = lines.shape
    return as_batch(lines.reshape(height, channels, -1, len(x))).reshape(x.shape)


def _sums(lines: Floats, other: Floats | None = None) -> Floats:
    """Return the sum over each channel of `lines`, or of its product with `other`."""
    by_height = lines.sum(axis=2) if other is None else np.vecdot(lines, other)
    return np.asarray(by_height.sum(axis=0))
