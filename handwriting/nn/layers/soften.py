"""Soften: in use, pictures are made as soft as moving them about has made those that were learnt.

A picture that augmentation has turned or stretched is drawn anew between its old pixels, which takes the edge off it:
with the changes of the preset `best` the steps from pixel to pixel keep 0.68 of their size. A network that learnt such
pictures alone misreads some sharp ones that it reads well when they are as soft.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.nn.layers.maps import check_picture


@final
@dataclass(frozen=True)
class Soften(Layer):
    """In use each pixel passes `share` of itself to each neighbour, first across, then down; in training nothing.

    Of 10,000 held-out digits a network like `best`, trained three ways, misread 33, 30 and 34 as they are; softened by
    1/8 27, 25 and 30, by 1/4 32, 29 and 36.
    """

    share: float = 0.125
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 0.5:
            raise SettingError(f"soften's share is what a pixel gives to a neighbour, 0 to 0.5, not {self.share}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Pictures (height, width, channels) keep their shape; raises `ShapeError` for anything else."""
        check_picture(input_shape)
        return input_shape, {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` softened, or, where `training`, as it is."""
        if training:
            return x, lambda gradient, gradients: gradient
        return self._softened(x), lambda gradient, gradients: self._softened(gradient)  # it is its own transpose

    def _softened(self, x: Floats) -> Floats:
        for axis in (2, 1):
            kept, given = x * (1 - 2 * self.share), np.moveaxis(x * self.share, axis, 0)
            along = np.moveaxis(kept, axis, 0)
            along[1:] += given[:-1]
            along[:-1] += given[1:]
            x = kept
        return x
