"""The contract of optimizers as tests, on a quadratic function with a known minimum."""

import numpy as np

from handwriting.interfaces import Floats, Optimizer, Shape
from handwriting.nn.by_array import for_arrays
from handwriting.testing.findings import Test, check, expect

SIZE = 50
SHAPES: tuple[Shape, ...] = ((6, 7), (8,))
"""Arrays with that many elements, for optimizers that need the shapes."""
STEPS = 1000


def check_optimizer(optimizer: Optimizer) -> None:
    """Raise `AssertionError` if an optimizer violates the contract."""
    check(optimizer_tests(optimizer))


def optimizer_tests(optimizer: Optimizer) -> dict[str, Test]:
    """Return all tests of an optimizer by name."""
    contract = OptimizerContract(optimizer)
    return quick_tests(optimizer) | {
        "deterministic": contract.deterministic,
        "saved and restored": contract.saved_and_restored,
        "finds a minimum": contract.finds_a_minimum,
        "learning rate 0": contract.learning_rate_0,
    }


def quick_tests(optimizer: Optimizer) -> dict[str, Test]:
    """Return the tests that an optimizer must pass before it is used."""
    return {"float32, in place": OptimizerContract(optimizer).float32_in_place}


class OptimizerContract:
    """The tests of an optimizer; each method is a `Test`."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.learning_rate = for_arrays(optimizer, SHAPES), optimizer.learning_rate
        self.gradients = np.random.default_rng(0).normal(size=(6, SIZE)).astype(np.float32)

    def float32_in_place(self) -> str:
        """A step changes the parameters in place to finite values, and the state keeps its form: float32 arrays."""
        rate = self.optimizer.learning_rate
        expect(isinstance(rate, int | float) and rate > 0, f"learning_rate is {rate!r} instead of a number above 0")
        parameters, state = np.ones(SIZE, np.float32), self.optimizer.start(SIZE)
        shapes = {name: np.shape(array) for name, array in state.items()}
        result = self.optimizer.step(parameters, self.gradients[0].copy(), state, 0.1)
        expect(result is None, "step returns something; it should change the parameters in place")
        expect(not np.array_equal(parameters, np.ones(SIZE)), "step does not change the parameters")
        expect(np.isfinite(parameters).all(), "the parameters become infinite or NaN in the first step")
        for name, array in state.items():
            expect(isinstance(array, np.ndarray), f"the state {name!r} is not an array")
            expect(array.dtype == np.float32, f"the state {name!r} is {array.dtype} instead of float32")
        expect({name: array.shape for name, array in state.items()} == shapes, "the shapes of the state change")
        return f"state: {', '.join(state) or 'none'}"

    def deterministic(self) -> str:
        """The same gradients give the same parameters."""
        expect(np.array_equal(self._train(), self._train()), "the same gradients give other parameters")
        return "equal"

    def saved_and_restored(self) -> str:
        """Training that is interrupted, with its state saved, and resumed gives the same parameters."""
        expect(np.array_equal(self._train(), self._train(restore_at=3)), "something is kept outside of the state")
        return "equal"

    def finds_a_minimum(self) -> str:
        """It comes close to the minimum of |x - m|^2 / 2, whose gradient is x - m."""
        minimum = np.linspace(-1, 1, SIZE, dtype=np.float32)
        parameters, state = np.zeros(SIZE, np.float32), self.optimizer.start(SIZE)
        for step in range(STEPS):
            rate = self.learning_rate * (1 - step / STEPS)
            self.optimizer.step(parameters, parameters - minimum, state, rate)
        distance = float(np.abs(parameters - minimum).max())
        expect(distance < 0.5, f"after {STEPS} steps it is still {distance:.3g} from a minimum that was 1 away")
        return f"{distance:.1g} from the minimum"

    def learning_rate_0(self) -> str:
        """A learning rate of 0 changes nothing."""
        parameters = np.ones(SIZE, np.float32)
        self.optimizer.step(parameters, self.gradients[0].copy(), self.optimizer.start(SIZE), 0.0)
        expect(np.allclose(parameters, 1), "the parameters change although the learning rate is 0")
        return "unchanged"

    def _train(self, restore_at: int | None = None) -> Floats:
        parameters, state = np.ones(SIZE, np.float32), self.optimizer.start(SIZE)
        for step, gradient in enumerate(self.gradients):
            if step == restore_at:
                state = {name: array.copy() for name, array in state.items()}
            self.optimizer.step(parameters, gradient.copy(), state, 0.1)
        return parameters
