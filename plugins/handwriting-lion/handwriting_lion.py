"""Lion, "evolved sign momentum" (Chen et al. 2023, "Symbolic discovery of optimization algorithms").

The authors found it by a search over programs. It uses only the sign of the direction, so every parameter changes by
the same amount in each step; its state is one number for each parameter, half of Adam's.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from handwriting.interfaces import Floats, Optimizer
from handwriting.registry.ranges import check_at_least, check_fraction


@final
@dataclass(frozen=True)
class Lion(Optimizer):
    """With parameters w, gradient g, moving average of the gradients m and learning rate r, one step is

        w -= r (sign(b1 m + (1 - b1) g) + weight_decay w)        then        m = b2 m + (1 - b2) g

    where b1 = `direction_decay` and b2 = `mean_decay`. With b1 < b2, g has more weight in the direction than in m.
    """

    direction_decay: float = 0.9
    mean_decay: float = 0.99
    weight_decay: float = 0.0
    elementwise: ClassVar[bool] = True
    learning_rate: ClassVar[float] = 0.001

    def __post_init__(self) -> None:
        check_fraction("direction_decay", self.direction_decay)
        check_fraction("mean_decay", self.mean_decay)
        check_at_least("weight_decay", self.weight_decay, 0)

    def start(self, size: int) -> dict[str, Floats]:
        """Return a moving average of 0."""
        return {"mean": np.zeros(size, np.float32)}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update the parameters and the moving average."""
        mean = state["mean"]
        difference = np.subtract(gradient, mean, out=gradient)
        update = np.multiply(difference, 1 - self.direction_decay)
        update += mean
        np.sign(update, out=update)
        update *= learning_rate
        if self.weight_decay:
            parameters *= 1 - learning_rate * self.weight_decay
        parameters -= update
        difference *= 1 - self.mean_decay
        mean += difference
