"""Soften: at inference time, images are blurred as much as augmentation has blurred those of the training.

An image that augmentation has rotated or stretched is interpolated between its old pixels, which softens its edges. A
network that was trained on such images alone misreads some sharp ones, which it reads well once they are as soft.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.pixels import check_image_shape


@final
@dataclass(frozen=True)
class Soften(Layer):
    """Blur images at inference time with the kernel (share, 1 - 2 share, share) along each axis, none in training."""

    share: float = 0.125
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 0.5:
            raise SettingError(f"share must be from 0 to 0.5, got {self.share}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Keep the shape (height, width, channels); raises `ShapeError` for any other."""
        check_image_shape(input_shape)
        return input_shape, {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` itself if `training`, else `x` blurred."""
        if training:
            return x, lambda gradient, gradients: gradient
        return self._blurred(x), lambda gradient, gradients: self._blurred(gradient)  # the blur is its own transpose

    def _blurred(self, x: Floats) -> Floats:
        for axis in (2, 1):
            kept, passed = x * (1 - 2 * self.share), np.moveaxis(x * self.share, axis, 0)
            along = np.moveaxis(kept, axis, 0)
            along[1:] += passed[:-1]
            along[:-1] += passed[1:]
            x = kept
        return x
