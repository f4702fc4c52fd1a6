"""Conv2d: the same small patterns are looked for everywhere in an image; each output channel says where one of them is.

The plain formula, for one image x (height, width, input channels) and weights W (kernel, kernel, input channels,
channels), with zeros outside of x:

    y[r, c] = b + sum over i, j of x[stride r + i - padding, stride c + j - padding] W[i, j]

(Strictly this is a cross-correlation, since W is not flipped; like all libraries we call it a convolution.) There are
two ways to compute it fast: im2col.py for kernels of any size, winograd.py for the most common ones, those of 3 x 3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError, ShapeError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers import im2col, winograd
from handwriting.nn.layers.im2col import ConvolutionBackward
from handwriting.nn.layers.pixels import as_batch, as_pixels, check_image_shape
from handwriting.registry.ranges import check_at_least

FEWEST_CHANNELS = 8
"""Channels, of the input and of the output, from which on Winograd's transformations cost less than they save."""


@final
@dataclass(frozen=True)
class Conv2d(Layer):
    """A convolution with `channels` patterns of `kernel` x `kernel` pixels; its formula is at the top of this file."""

    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("channels", "kernel", "stride"):
            check_at_least(name, getattr(self, name), 1)
        if not 0 <= self.padding < self.kernel:
            raise SettingError(f"padding must be from 0 to {self.kernel - 1} (kernel - 1), got {self.padding}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Turn (height, width, input channels) into (rows, columns, channels).

        rows = (height + 2 padding - kernel) / stride + 1, rounded down, and columns likewise from the width.
        """
        check_image_shape(input_shape, ": put it before `flatten`")
        *sides, depth = input_shape
        if min(sides) + 2 * self.padding < self.kernel:
            raise ShapeError(f"has a kernel of {self.kernel}x{self.kernel}, which is larger")
        rows, columns = ((side + 2 * self.padding - self.kernel) // self.stride + 1 for side in sides)
        area = self.kernel * self.kernel
        weights = Parameter((self.kernel, self.kernel, depth, self.channels), fans=(area * depth, area * self.channels))
        return (rows, columns, self.channels), {"weights": weights, "bias": Parameter((self.channels,))}

    def workspace(self, input_shape: Shape) -> int:
        """Return the size of the rows side by side of im2col.py; Winograd's transformations take about as much."""
        *sides, depth = input_shape
        height, width = (side + 2 * self.padding for side in sides)
        return ((height - self.kernel) // self.stride + 1) * width * self.kernel * depth

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return y (batch, rows, columns, channels) for `x` (batch, height, width, input channels)."""
        y, convolution_backward = self._convolve(as_pixels(x), parameters["weights"], parameters["bias"])

        def backward(gradient: Floats, gradients: dict[str, Floats]) -> Callable[[], Floats]:
            weight_gradient, bias_gradient, input_gradient = convolution_backward(as_pixels(gradient))
            gradients["weights"][...], gradients["bias"][...] = weight_gradient, bias_gradient
            return lambda: as_batch(input_gradient())

        return as_batch(y), backward

    def _convolve(self, pixels: Floats, weights: Floats, bias: Floats) -> tuple[Floats, ConvolutionBackward]:
        if self.kernel == winograd.KERNEL and self.stride == 1 and min(weights.shape[2:]) >= FEWEST_CHANNELS:
            return winograd.convolve(pixels, weights, bias, padding=self.padding)
        return im2col.convolve(pixels, weights, bias, stride=self.stride, padding=self.padding)
