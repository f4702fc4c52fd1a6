"""Dropout: random inputs are silenced during training, so that no unit relies on a single other one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape
from handwriting.registry.ranges import check_fraction


@final
@dataclass(frozen=True)
class Dropout(Layer):
    """Set each input to 0 with probability `rate` and scale the others by 1 / (1 - rate) (Srivastava et al. 2014).

    The scaling keeps the mean the same, so that at inference time the layer can pass its input on unchanged.
    """

    rate: float = 0.5
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fraction("rate", self.rate)

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Accept and keep any shape."""
        return input_shape, {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` with random elements silenced if `training`, else `x` itself."""
        if not training:
            return x, lambda gradient, gradients: gradient
        keep = 1 - self.rate
        mask = (rng.random(x.shape, dtype=np.float32) < keep).astype(x.dtype) / x.dtype.type(keep)
        return x * mask, lambda gradient, gradients: gradient * mask
