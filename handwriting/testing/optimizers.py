"""The contract of optimizers as tests, on a quadratic function with a known minimum."""

import copy

import numpy as np

from handwriting.interfaces import Floats, Optimizer, Shape
from handwriting.nn.by_array import for_arrays
from handwriting.system.thread_pool import slices
from handwriting.testing.findings import Test, check, expect, keeps_attributes
from handwriting.testing.side_effects import leaves_nothing_behind

SIZE = 50
SHAPES: tuple[Shape, ...] = ((6, 7), (8,))
"""Arrays with that many elements, for optimizers that need the shapes."""
STEPS = 1000
THREADS = 3
"""Slices of the parameters that are updated on their own."""
RATE = 0.01
"""The learning rate of a short training."""


def check_optimizer(optimizer: Optimizer) -> None:
    """Raise `AssertionError` if an optimizer violates the contract."""
    check(optimizer_tests(optimizer))


def optimizer_tests(optimizer: Optimizer) -> dict[str, Test]:
    """Return all tests of an optimizer by name."""
    contract = OptimizerContract(optimizer)
    return quick_tests(optimizer) | {
        "deterministic": contract.deterministic,
        "saved and restored": contract.saved_and_restored,
        "no state on self": contract.no_state_on_self,
        "slices": contract.sliced,
        "finds a minimum": contract.finds_a_minimum,
        "learning rate 0": contract.learning_rate_0,
        "leaves nothing behind": contract.leaves_nothing_behind,
    }


def quick_tests(optimizer: Optimizer) -> dict[str, Test]:
    """Return the tests that an optimizer must pass before it is used."""
    return {"float32, in place": OptimizerContract(optimizer).float32_in_place}


class OptimizerContract:
    """The tests of an optimizer; each method is a `Test`."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.learning_rate = for_arrays(optimizer, SHAPES), optimizer.learning_rate
        self.unused = copy.deepcopy(self.optimizer)
        self.gradients = np.random.default_rng(0).normal(size=(6, SIZE)).astype(np.float32)
        self.gradients[2:4] *= 100  # as they may be early in training

    def float32_in_place(self) -> str:
        """A step changes the parameters in place to finite values, and the state keeps its form: float32 arrays."""
        rate = self.learning_rate
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
        """Training that is interrupted and resumed, with nothing left but its state, gives the same parameters."""
        try:
            resumed = self._train(restore_at=3)
        except Exception as error:
            raise AssertionError(
                f"resumed with its saved state it raises {type(error).__name__}: {error} (is something kept outside of "
                "the state?)"
            ) from error
        expect(
            np.array_equal(self._train(), resumed),
            "resumed with its saved state it gives other parameters: keep all that lasts in the dict that `start` "
            "returns, nothing on self",
        )
        return "equal"

    def no_state_on_self(self) -> str:
        """Two trainings at once do not affect each other, and nothing is stored on `self`."""
        alone = self._train()
        parameters, state = self._start()
        others, other_state = self._start()
        with keeps_attributes(self.optimizer):
            for gradient in self.gradients:
                self.optimizer.step(parameters, gradient.copy(), state, RATE)
                self.optimizer.step(others, gradient[::-1] / 3, other_state, RATE)
        expect(
            np.array_equal(parameters, alone),
            "two trainings at once affect each other: keep all that lasts in the dict that `start` returns",
        )
        return "nothing is stored"

    def sliced(self) -> str:
        """An `elementwise` optimizer does the same for each slice of the parameters as for all of them."""
        if not self.optimizer.elementwise:
            return "not claimed"
        parts = [self._train(part) for part in slices(SIZE, THREADS)]
        expect(
            np.allclose(np.concatenate(parts), self._train(), rtol=1e-4, atol=1e-6),
            "the update of a parameter depends on others: set elementwise = False",
        )
        return "slices of the parameters are updated alike"

    def finds_a_minimum(self) -> str:
        """It comes close to the minimum of |x - m|^2 / 2, whose gradient is x - m.

        It starts at other numbers than 0, from which rules such as LARS, whose steps are a fraction of the norm, never
        move.
        """
        minimum = np.linspace(-1, 1, SIZE, dtype=np.float32)
        parameters, state = minimum + np.float32(1), self.optimizer.start(SIZE)
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

    def leaves_nothing_behind(self) -> str:
        """Steps keep no memory beside the state, and no files or threads."""
        parameters, state = np.ones(20 * SIZE, np.float32), self.optimizer.start(20 * SIZE)
        gradient = np.resize(self.gradients, parameters.shape)
        return leaves_nothing_behind(lambda: self.optimizer.step(parameters, gradient.copy(), state, RATE))

    def _start(self, part: slice = slice(None)) -> tuple[Floats, dict[str, Floats]]:
        """Return parameters and the initial state for a slice of `SIZE` parameters."""
        parameters = np.ones(SIZE, np.float32)[part]
        return parameters, self.optimizer.start(len(parameters))

    def _train(self, part: slice = slice(None), restore_at: int | None = None) -> Floats:
        """Return a slice of the parameters after a step for each gradient.

        At the step `restore_at` only a copy of the state is left, and the optimizer is one that was never used.
        """
        optimizer = self.optimizer
        parameters, state = self._start(part)
        for step, gradient in enumerate(self.gradients):
            if step == restore_at:
                optimizer = copy.deepcopy(self.unused)
                state = {name: array.copy() for name, array in state.items()}
            optimizer.step(parameters, gradient[part].copy(), state, RATE)
        return parameters
