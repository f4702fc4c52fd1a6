"""Batch normalization (Ioffe and Szegedy 2015): over each batch, every unit's inputs get mean 0 and variance 1.

During training, mean and variance are those of the batch, or of the shard of it that a thread has ("ghost batches":
Hoffer, Hubara and Soudry 2017). At inference time the output for one example must not depend on others, so running
averages take their place: parameters that no gradient reaches, which the layer itself updates during training.

All examples of a batch count, non-digits too. If non-digits were left out of the statistics, the network could
recognise them by that alone; at inference time, where no example is in the statistics, it would then reject digits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.image_rows import as_batch, as_rows
from handwriting.registry.ranges import check_above, check_fraction


@final
@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = scale * n + shift, where n = (x - mean) / sqrt(variance + epsilon); scale and shift are trained.

    Each unit, or each channel of an image, has its own mean, variance, scale and shift. The running averages follow
    running = decay * running + (1 - decay) * batch; `epsilon` avoids a division by 0. Over m examples, with g = dL/dy:

        dL/dshift = sum g        dL/dscale = sum g n
        dL/dx = scale / sqrt(variance + epsilon) * (g - dL/dshift / m - n dL/dscale / m)

    The last two terms arise because each x also changes the mean and the variance of its batch.
    """

    decay: float = 0.9
    epsilon: float = 1e-5
    divisible: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fraction("decay", self.decay)
        check_above("epsilon", self.epsilon, 0)

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape; the parameters have one number for each place on its last axis."""
        shape = input_shape[-1:]
        return input_shape, {
            "scale": Parameter(shape, value=1.0),
            "shift": Parameter(shape),
            "mean": Parameter(shape, trained=False),
            "variance": Parameter(shape, value=1.0, trained=False),
        }

    def inference_constants(self, parameters: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """Return the `factor` and `offset`, (channels,) each, of y = x * factor + offset at inference time."""
        factor = parameters["scale"] / np.sqrt(parameters["variance"] + self.epsilon)
        return factor, parameters["shift"] - parameters["mean"] * factor

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` normalized by the statistics of the batch if `training`, else by the running averages."""
        if training:
            return self._forward_in_training(x, parameters)
        factor, offset = self.inference_constants(parameters)
        normalized = (x - parameters["mean"]) / np.sqrt(parameters["variance"] + self.epsilon)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            all_but_last = tuple(range(gradient.ndim - 1))
            gradients["scale"][...] = (gradient * normalized).sum(axis=all_but_last)
            gradients["shift"][...] = gradient.sum(axis=all_but_last)
            return gradient * factor

        return x * factor + offset, backward

    def _forward_in_training(self, x: Floats, parameters: Mapping[str, Floats]) -> tuple[Floats, Backward]:
        lines = _as_lines(x)
        count = lines.size // lines.shape[1]
        mean = _channel_sums(lines) / count
        centred = lines - mean[:, np.newaxis]
        variance = _channel_sums(centred, centred) / count
        deviation = np.sqrt(variance + self.epsilon)
        factor = parameters["scale"] / deviation
        self._update_running_averages(parameters, mean, variance * (count / max(count - 1, 1)))

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            g = _as_lines(gradient)
            by_shift, by_scale = _channel_sums(g), _channel_sums(g, centred) / deviation
            gradients["shift"][...], gradients["scale"][...] = by_shift, by_scale
            correction = centred * (factor * by_scale / (deviation * count))[:, np.newaxis]
            correction += (factor * by_shift / count)[:, np.newaxis]
            x_gradient = g * factor[:, np.newaxis]
            x_gradient -= correction
            return _from_lines(x_gradient, x)

        y = centred * factor[:, np.newaxis]
        y += parameters["shift"][:, np.newaxis]
        return _from_lines(y, x), backward

    def _update_running_averages(self, parameters: Mapping[str, Floats], mean: Floats, variance: Floats) -> None:
        for name, seen in (("mean", mean), ("variance", variance)):
            running = parameters[name]
            running += (1 - self.decay) * (seen - running)


def _as_lines(x: Floats) -> Floats:
    """Return `x` (batch, ..., channels) as (height, channels, the rest): the numbers of a channel lie side by side."""
    images = x if x.ndim == 4 else x.reshape(len(x), -1, 1, x.shape[-1])
    rows = as_rows(images)
    return rows.reshape(*rows.shape[:2], rows.shape[2] * rows.shape[3])


def _from_lines(lines: Floats, x: Floats) -> Floats:
    """Undo `_as_lines`: return `lines` in the shape of `x`."""
    height, channels, _ = lines.shape
    return as_batch(lines.reshape(height, channels, -1, len(x))).reshape(x.shape)


def _channel_sums(lines: Floats, other: Floats | None = None) -> Floats:
    """Return the sum over each channel of `lines`, or of its product with `other`: (channels,)."""
    by_height = lines.sum(axis=2) if other is None else np.vecdot(lines, other)
    return np.asarray(by_height.sum(axis=0))
