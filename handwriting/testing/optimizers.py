"""The contract of optimizers as tests, on a bowl whose bottom is known."""

from collections.abc import Iterator

import numpy as np

from handwriting.interfaces import Floats, Optimizer
from handwriting.testing.findings import Finding, Test, expect, findings, insist

SIZE = 50
STEPS = 1000


def check_optimizer(optimizer: Optimizer) -> None:
    """Raise `AssertionError` where an optimizer breaks the contract."""
    insist(optimizer_findings(optimizer))


def optimizer_findings(optimizer: Optimizer) -> Iterator[Finding]:
    """Run every test on an optimizer and tell what was found."""
    yield from findings(optimizer_tests(optimizer))


def optimizer_tests(optimizer: Optimizer) -> dict[str, Test]:
    """Return every test by name, to be run one by one."""
    trial = Trial(optimizer)
    return {
        "float32, in place": trial.forms,
        "same answer twice": trial.repetition,
        "saved and restored": trial.restoration,
        "gets downhill": trial.descent,
        "learning rate 0": trial.rest,
    }


class Trial:
    """An optimizer on trial; each method is a test, returns what it saw, or raises."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.bottom = np.linspace(-1, 1, SIZE, dtype=np.float32)
        self.gradients = np.random.default_rng(0).normal(size=(6, SIZE)).astype(np.float32)

    def forms(self) -> str:
        """A step changes the parameters in place and finite, and the state stays a table of arrays of fixed shapes."""
        parameters, state = np.ones(SIZE, np.float32), self.optimizer.start(SIZE)
        shapes = {name: np.shape(array) for name, array in state.items()}
        result = self.optimizer.step(parameters, self.gradients[0].copy(), state, 0.1)
        expect(result is None, "step returns something; it is to change the parameters in place")
        expect(not np.array_equal(parameters, np.ones(SIZE)), "step leaves the parameters as they were")
        expect(np.isfinite(parameters).all(), "the parameters become infinite or NaN in the first step")
        expect(all(isinstance(array, np.ndarray) for array in state.values()), "the state holds what is no array")
        expect(all(array.dtype == np.float32 for array in state.values()), "the state holds other than float32 numbers")
        expect(
            {name: np.shape(array) for name, array in state.items()} == shapes, "the state's arrays change their shape"
        )
        return f"remembers {', '.join(state) or 'nothing'}"

    def repetition(self) -> str:
        """The same gradients give the same parameters."""
        expect(np.array_equal(self._walk(), self._walk()), "a second walk over the same gradients ends elsewhere")
        return "equal"

    def restoration(self) -> str:
        """A walk that is saved on the way and goes on from there ends where it would have ended."""
        expect(np.array_equal(self._walk(), self._walk(pause=3)), "something is remembered outside of the state")
        return "equal"

    def descent(self) -> str:
        """It comes near the bottom of a bowl."""
        parameters, state = np.zeros(SIZE, np.float32), self.optimizer.start(SIZE)
        for step in range(STEPS):
            rate = self.optimizer.learning_rate * (1 - step / STEPS)
            self.optimizer.step(parameters, parameters - self.bottom, state, rate)
        left = float(np.abs(parameters - self.bottom).max())
        expect(left < 0.5, f"after {STEPS} steps down a bowl it is still {left:.3g} from the bottom, at first 1")
        return f"{left:.1g} from the bottom"

    def rest(self) -> str:
        """With a learning rate of 0 nothing moves."""
        parameters = np.ones(SIZE, np.float32)
        self.optimizer.step(parameters, self.gradients[0].copy(), self.optimizer.start(SIZE), 0.0)
        expect(np.allclose(parameters, 1), "the parameters move although the learning rate is 0")
        return "nothing moves"

    def _walk(self, pause: int | None = None) -> Floats:
        parameters, state = np.ones(SIZE, np.float32), self.optimizer.start(SIZE)
        for step, gradient in enumerate(self.gradients):
            if step == pause:
                state = {name: array.copy() for name, array in state.items()}
            self.optimizer.step(parameters, gradient.copy(), state, 0.1)
        return parameters
