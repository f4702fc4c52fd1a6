"""lars: momentum whose steps are a fraction of each array's norm (You, Gitman and Ginsburg 2017)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from handwriting.interfaces import Floats, Optimizer


@dataclass(frozen=True)
class Lars(Optimizer):
    """velocity = decay * velocity + |parameters| / |gradient| * gradient; biases take the plain gradient."""

    api_version = 2
    by_array: ClassVar[bool] = True
    decay: float = 0.9
    learning_rate: ClassVar[float] = 0.02

    def start(self, size: int) -> dict[str, Floats]:
        return {"velocity": np.zeros(size, np.float32)}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        velocity = state["velocity"].reshape(parameters.shape)
        if parameters.ndim > 1:
            gradient *= np.linalg.norm(parameters) / (np.linalg.norm(gradient) + 1e-9)
        velocity *= self.decay
        velocity += gradient
        parameters -= learning_rate * velocity
