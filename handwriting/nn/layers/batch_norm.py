"""Batch normalization (Ioffe and Szegedy 2015): over each batch, every unit's inputs get mean 0 and variance 1.

During training, mean and variance are those of the batch, or of the shard of it that a thread has ("ghost batches":
Hoffer, Hubara and Soudry 2017). At inference time the output for one example must not depend on others, so running
averages take their place: parameters that no gradient reaches, which the layer itself updates during training.

All examples of a batch count, non-digits too. If non-digits were left out of the statistics, the network could
recognise them by that alone; at inference time, where no example is in the statistics, it would then reject digits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.blockwise import blocks, blockwise
from handwriting.nn.layers.pixels import as_batch, as_pixels
from handwriting.registry.ranges import check_above, check_fraction


class _Identity(Activation):
    """No activation: a = z."""

    def forward(self, z: Floats) -> Floats:
        """Return z."""
        return z

    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """da/dz = 1."""
        return gradient


@final
@dataclass(frozen=True)
class BatchNorm(Layer):
    """y = scale * n + shift, where n = (x - mean) / sqrt(variance + epsilon); scale and shift are trained.

    Each unit, or each channel of an image, has its own mean, variance, scale and shift. The running averages follow
    running = decay * running + (1 - decay) * batch; `epsilon` avoids a division by 0. Over m examples, with g = dL/dy:

        dL/dshift = sum g        dL/dscale = sum g n
        dL/dx = scale / sqrt(variance + epsilon) * (g - dL/dshift / m - n dL/dscale / m)

    The last two terms arise because each x also changes the mean and the variance of its batch; at inference time they
    are 0.
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
        _, factor, offset = self._constants(parameters, parameters["mean"], parameters["variance"])
        return factor, offset

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` normalized by the statistics of the batch if `training`, else by the running averages."""
        return self.forward_activated(x, parameters, training, _Identity())

    def forward_activated(
        self, x: Floats, parameters: Mapping[str, Floats], training: bool, activation: Activation
    ) -> tuple[Floats, Backward]:
        """Return f(y) for the activation f, where y is what `forward` returns.

        To compute y again in the backward pass is faster than to move it to memory and back.
        """
        pixels = _by_pixel(x)
        mean, variance = self._statistics(pixels, parameters, training)
        deviation, factor, offset = self._constants(parameters, mean, variance)
        factors, offsets = _for_batch(factor, pixels), _for_batch(offset, pixels)

        def normalize(result: Floats, pixels: Floats) -> None:
            np.multiply(pixels, factors, out=result)
            result += offsets

        def activate(result: Floats, pixels: Floats) -> None:
            normalize(result, pixels)
            result[...] = activation.forward(result)

        def activation_backward(result: Floats, gradient: Floats, pixels: Floats, outputs: Floats) -> None:
            normalize(result, pixels)
            result[...] = activation.backward(gradient, result, outputs)

        outputs = blockwise(activate, pixels)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            g = blockwise(activation_backward, _by_pixel(gradient), pixels, outputs)
            by_shift, by_scale = _channel_sums(g), _deviation_products(pixels, mean, g) / deviation
            gradients["shift"][...], gradients["scale"][...] = by_shift, by_scale
            if not training:
                return _from_pixels(g * factor[:, np.newaxis], x)
            slope = factor * by_scale / (deviation * _count(pixels))
            correction = factor * by_shift / _count(pixels) - slope * mean
            return _from_pixels(_corrected(g, factor, pixels, slope, correction), x)

        return _from_pixels(outputs, x), backward

    def _constants(
        self, parameters: Mapping[str, Floats], mean: Floats, variance: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Return the deviation, and the factor and offset of y = x * factor + offset: (channels,) each."""
        deviation = np.sqrt(variance + self.epsilon)
        factor = parameters["scale"] / deviation
        return deviation, factor, parameters["shift"] - mean * factor

    def _statistics(self, pixels: Floats, parameters: Mapping[str, Floats], training: bool) -> tuple[Floats, Floats]:
        """Return mean and variance: those of the batch, which the running averages then follow, or these."""
        if not training:
            return parameters["mean"], parameters["variance"]
        count = _count(pixels)
        mean = _channel_sums(pixels) / count
        variance = _deviation_products(pixels, mean) / count
        for name, seen in (("mean", mean), ("variance", variance * (count / max(count - 1, 1)))):
            running = parameters[name]
            running += (1 - self.decay) * (seen - running)
        return mean, variance


def _by_pixel(x: Floats) -> Floats:
    """Return `x` (batch, ..., channels) as a contiguous array (pixels, channels, batch)."""
    batch, *places, channels = x.shape
    return as_pixels(x).reshape(math.prod(places), channels, batch)


def _from_pixels(pixels: Floats, x: Floats) -> Floats:
    """Undo `_by_pixel`: return `pixels` in the shape of `x`."""
    return as_batch(pixels.reshape(*x.shape[1:], len(x)))


def _for_batch(vector: Floats, pixels: Floats) -> Floats:
    """Return a number for each channel as (channels, batch): NumPy would be slower if it had to repeat them itself."""
    return np.repeat(vector, pixels.shape[2]).reshape(pixels.shape[1:])


def _count(pixels: Floats) -> int:
    """Return how many numbers each channel has."""
    return pixels.shape[0] * pixels.shape[2]


def _channel_sums(pixels: Floats) -> Floats:
    """Return the sum of each channel over all pixels and the batch: (channels,)."""
    return np.asarray(pixels.sum(axis=0).sum(axis=1))


def _deviation_products(pixels: Floats, mean: Floats, others: Floats | None = None) -> Floats:
    """Return the sum of (pixels - mean) * others over all pixels and the batch, for each channel: (channels,).

    Without `others`, that of the squares of pixels - mean.
    """
    means, total = _for_batch(mean, pixels), np.zeros_like(mean)
    for block in blocks(pixels):
        deviations = pixels[block] - means
        total += np.vecdot(deviations, deviations if others is None else others[block]).sum(axis=0)
    return total


def _corrected(gradient: Floats, factor: Floats, pixels: Floats, slope: Floats, offset: Floats) -> Floats:
    """Return gradient * factor - (pixels * slope + offset), with numbers for each channel."""
    factors, slopes, offsets = (_for_batch(vector, pixels) for vector in (factor, slope, offset))

    def fill(result: Floats, gradient: Floats, pixels: Floats) -> None:
        correction = pixels * slopes
        correction += offsets
        np.multiply(gradient, factors, out=result)
        result -= correction

    return blockwise(fill, gradient, pixels)
