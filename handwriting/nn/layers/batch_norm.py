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

from handwriting.interfaces import Activation, Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.aligned import empty
from handwriting.nn.layers.blockwise import blocks, blockwise
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
            return self.forward_in_training(x, parameters)
        factor, offset = self.inference_constants(parameters)
        normalized = (x - parameters["mean"]) / np.sqrt(parameters["variance"] + self.epsilon)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            all_but_last = tuple(range(gradient.ndim - 1))
            gradients["scale"][...] = (gradient * normalized).sum(axis=all_but_last)
            gradients["shift"][...] = gradient.sum(axis=all_but_last)
            return gradient * factor

        return x * factor + offset, backward

    def forward_in_training(
        self, x: Floats, parameters: Mapping[str, Floats], activation: Activation | None = None
    ) -> tuple[Floats, Backward]:
        """Return `x` normalized by the statistics of the batch, with `activation`, if there is one, applied to it.

        Its inputs, the normalized numbers, are computed again in the backward pass: that is faster than to store them.
        """
        pixels = _as_pixels(x)
        count = len(pixels) * len(x)
        mean = _channel_sums(pixels) / count
        variance = _deviation_products(pixels, mean, pixels) / count
        deviation = np.sqrt(variance + self.epsilon)
        factor = parameters["scale"] / deviation
        self._update_running_averages(parameters, mean, variance * (count / max(count - 1, 1)))
        factors, offsets = _for_batch(factor, pixels), _for_batch(parameters["shift"] - mean * factor, pixels)
        means = _for_batch(mean, pixels)

        def normalize(result: Floats, pixels: Floats) -> None:
            np.multiply(pixels, factors, out=result)
            result += offsets
            if activation:
                result[...] = activation.forward(result)

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Floats:
            g, by_shift, by_deviation = summed(_as_pixels(gradient))
            by_scale = by_deviation / deviation
            gradients["shift"][...], gradients["scale"][...] = by_shift, by_scale
            slope = factor * by_scale / (deviation * count)
            offset = factor * by_shift / count - slope * mean
            return _from_pixels(_corrected(g, factor, pixels, slope, offset), x)

        def summed(gradient: Floats) -> tuple[Floats, Floats, Floats]:
            """Return g, and the sums of g and of g * (x - mean) for each channel."""
            g = empty(gradient.shape, gradient.dtype) if activation else gradient
            by_shift, by_deviation = np.zeros_like(mean), np.zeros_like(mean)
            for block in blocks(g):
                if activation:
                    z = pixels[block] * factors
                    z += offsets
                    g[block] = activation.backward(gradient[block], z, y[block])
                by_shift += g[block].sum(axis=0).sum(axis=1)
                by_deviation += np.vecdot(pixels[block] - means, g[block]).sum(axis=0)
            return g, by_shift, by_deviation

        y = blockwise(normalize, pixels)
        return _from_pixels(y, x), backward

    def _update_running_averages(self, parameters: Mapping[str, Floats], mean: Floats, variance: Floats) -> None:
        for name, seen in (("mean", mean), ("variance", variance)):
            running = parameters[name]
            running += (1 - self.decay) * (seen - running)


def _as_pixels(x: Floats) -> Floats:
    """Return `x` (batch, ..., channels) as a contiguous array (pixels, channels, batch)."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1)).reshape(-1, x.shape[-1], len(x))


def _from_pixels(pixels: Floats, x: Floats) -> Floats:
    """Undo `_as_pixels`: return `pixels` in the shape of `x`."""
    return np.moveaxis(pixels.reshape(*x.shape[1:], len(x)), -1, 0)


def _for_batch(vector: Floats, pixels: Floats) -> Floats:
    """Return a number for each channel as (channels, batch): NumPy would be slower if it had to repeat them itself."""
    return np.repeat(vector, pixels.shape[2]).reshape(pixels.shape[1:])


def _channel_sums(pixels: Floats) -> Floats:
    """Return the sum of each channel over all pixels and the batch: (channels,)."""
    return np.asarray(pixels.sum(axis=0).sum(axis=1))


def _deviation_products(pixels: Floats, mean: Floats, others: Floats) -> Floats:
    """Return the sum of (pixels - mean) * others over all pixels and the batch, for each channel: (channels,).

    Where `others` are the pixels themselves, that is the sum of the squared deviations.
    """
    means, total = _for_batch(mean, pixels), np.zeros_like(mean)
    for block in blocks(pixels):
        deviations = pixels[block] - means
        total += np.vecdot(deviations, deviations if others is pixels else others[block]).sum(axis=0)
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
