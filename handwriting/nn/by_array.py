"""Optimizers that need the shapes of the parameters, as LARS and Muon do."""

import math
from collections.abc import Sequence
from typing import final

from handwriting.interfaces import Floats, Optimizer, Shape


def for_arrays(optimizer: Optimizer, shapes: Sequence[Shape]) -> Optimizer:
    """Return an optimizer of one flat vector, in which arrays of these shapes lie one after the other."""
    return ByArray(optimizer, shapes) if optimizer.by_array else optimizer


@final
class ByArray(Optimizer):
    """An optimizer of a flat vector that calls another one for each array in it, with a state of its own."""

    def __init__(self, optimizer: Optimizer, shapes: Sequence[Shape]) -> None:
        self.optimizer, self.shapes = optimizer, tuple(shapes)

    def start(self, size: int) -> dict[str, Floats]:
        """Return the states of all arrays, by "POSITION.NAME"."""
        states = [self.optimizer.start(math.prod(shape)) for shape in self.shapes]
        return {f"{position}.{name}": array for position, state in enumerate(states) for name, array in state.items()}

    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update each array and its state."""
        start = 0
        for position, shape in enumerate(self.shapes):
            end, prefix = start + math.prod(shape), f"{position}."
            own = {name.removeprefix(prefix): array for name, array in state.items() if name.startswith(prefix)}
            self.optimizer.step(
                parameters[start:end].reshape(shape), gradient[start:end].reshape(shape), own, learning_rate
            )
            state |= {prefix + name: array for name, array in own.items()}
            start = end
