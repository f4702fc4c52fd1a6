"""Dropout: while training, a random share of the inputs is silenced, so that no unit relies on a single other one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Backward, Floats, Layer, Parameter, Shape


@final
@dataclass(frozen=True)
class Dropout(Layer):
    """Silence each input with probability `rate` and scale the others by 1 / (1 - rate) (Srivastava et al. 2014).

    The scaling keeps the mean, so that in use, where nothing is silenced, the layer passes its input on as it is.
    """

    rate: float = 0.5
    independent: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise SettingError(f"dropout's rate is a share from 0 up to (not including) 1, not {self.rate}")

    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Any shape suits and is kept."""
        return input_shape, {}

    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return `x` with a share silenced where `training`, else `x`."""
        if not training:
            return x, lambda gradient, gradients: gradient
        keep = 1 - self.rate
        mask = (rng.random(x.shape, dtype=np.float32) < keep).astype(x.dtype) / x.dtype.type(keep)
        return x * mask, lambda gradient, gradients: gradient * mask
