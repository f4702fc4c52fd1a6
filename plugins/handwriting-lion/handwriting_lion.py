"""Lion, "evolved sign momentum" (Chen et al. 2023, "Symbolic discovery of optimization algorithms").

A program found it by search. It looks at signs only, so that every parameter moves by the same amount at each step,
and it remembers one number for each parameter where Adam remembers two.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.errors import SettingError
from handwriting.interfaces import Floats, Optimizer


@final
@dataclass(frozen=True)
class Lion(Optimizer):
    """With parameters w, gradient g, running mean of the gradients m, and the learning rate r, one step is

        w -= r (sign(b1 m + (1 - b1) g) + weight_decay w)        then        m = b2 m + (1 - b2) g

    where b1 = `direction_decay` and b2 = `mean_decay`: the mean forgets slowly, the direction heeds g more than that.
    """

    direction_decay: float = 0.9
    mean_decay: float = 0.99
    weight_decay: float = 0.0
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.001

    def __post_init__(self) -> None:
        for name in ("direction_decay", "mean_decay"):
            if not 0 <= getattr(self, name) < 1:
                raise SettingError(f"{name} is a share from 0 up to (not including) 1, not {getattr(self, name)}")
        if not self.weight_decay >= 0:
            raise SettingError(f"weight_decay is a number from 0, not {self.weight_decay}")

    def start(self, size: int) -> dict[str, Floats]:
        """Remember the running mean of the gradients."""
        return {"mean": np.zeros(size, np.float32)}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Move every parameter by the learning rate, against the sign of its direction."""
        mean = state["mean"]
        news = np.subtract(gradient, mean, out=gradient)
        move = np.multiply(news, 1 - self.direction_decay)
        move += mean
        np.sign(move, out=move)
        move *= learning_rate
        if self.weight_decay:
            parameters *= 1 - learning_rate * self.weight_decay
        parameters -= move
        news *= 1 - self.mean_decay
        mean += news
