"""The contract of losses as tests, on random outputs and labels."""

import numpy as np

from handwriting.interfaces import Floats, Loss
from handwriting.testing.findings import Test, attributes, check, expect, expect_nothing_stored
from handwriting.testing.gradient_check import largest_error
from handwriting.testing.side_effects import leaves_nothing_behind

BATCH, CLASSES = 6, 10
EXTREMES = (0.0, 1e-6, 1.0, 30.0, 1e4)
"""Outputs that must give a finite cost, gradient and confidences, with either sign."""


def check_loss(loss: Loss) -> None:
    """Raise `AssertionError` if a loss violates the contract."""
    check(loss_tests(loss))


def loss_tests(loss: Loss) -> dict[str, Test]:
    """Return all tests of a loss by name."""
    contract = LossContract(loss)
    return quick_tests(loss) | {
        "empty batch": contract.empty_batch,
        "mean over the batch": contract.mean_over_the_batch,
        "calls apart": contract.calls_apart,
        "extreme outputs": contract.extreme_outputs,
        "right labels cost less": contract.right_labels_cost_less,
        "gradient": contract.gradient,
        "leaves nothing behind": contract.leaves_nothing_behind,
    }


def quick_tests(loss: Loss) -> dict[str, Test]:
    """Return the tests that a loss must pass before it is used."""
    contract = LossContract(loss)
    return {
        "cost and gradient": contract.cost_and_gradient,
        "confidences": contract.confidences,
        "outputs unchanged": contract.outputs_unchanged,
    }


class LossContract:
    """The tests of a loss; each method is a `Test`."""

    def __init__(self, loss: Loss) -> None:
        self.loss, self.before = loss, attributes(loss)
        rng = np.random.default_rng(1)
        self.outputs = rng.uniform(-3, 3, (BATCH, CLASSES))
        self.labels = rng.integers(0, CLASSES, BATCH).astype(np.uint8)

    def cost_and_gradient(self) -> str:
        """The cost is a number, and its gradient has the shape and dtype of the outputs."""
        for outputs in (self.outputs.astype(np.float32), self.outputs):
            cost, gradient = self.loss.cost(outputs, self.labels)
            expect(np.ndim(cost) == 0 and np.isfinite(cost), f"the cost is {cost!r} instead of a finite number")
            _expect_form("the gradient", gradient, outputs)
        return "finite, float32 and float64"

    def confidences(self) -> str:
        """Confidences lie between 0 and 1, and the largest output has the highest."""
        outputs = self.outputs.astype(np.float32)
        confidences = self.loss.confidences(outputs)
        _expect_form("the array of confidences", confidences, outputs)
        expect(confidences.min() >= 0 and confidences.max() <= 1 + 1e-6, "a confidence is not between 0 and 1")
        chosen = confidences[np.arange(BATCH), outputs.argmax(axis=1)]
        expect(np.array_equal(chosen, confidences.max(axis=1)), "the largest output does not have the most confidence")
        return "0 to 1"

    def outputs_unchanged(self) -> str:
        """The outputs and labels are not changed."""
        outputs, labels = self.outputs.copy(), self.labels.copy()
        self.loss.cost(outputs, labels)
        self.loss.confidences(outputs)
        unchanged = np.array_equal(outputs, self.outputs) and np.array_equal(labels, self.labels)
        expect(unchanged, "in-place change of the outputs or the labels")
        return "unchanged"

    def empty_batch(self) -> str:
        """There may be no outputs to turn into confidences."""
        none = self.outputs[:0].astype(np.float32)
        _expect_form("the array of confidences", self.loss.confidences(none), none)
        return "accepted"

    def mean_over_the_batch(self) -> str:
        """The cost of a batch is the mean of the costs of its examples, and so is the gradient."""
        cost, gradient = self.loss.cost(self.outputs, self.labels)
        for part in (slice(0, 2), slice(2, BATCH)):
            weight = len(self.labels[part]) / BATCH
            part_cost, part_gradient = self.loss.cost(self.outputs[part], self.labels[part])
            cost -= weight * part_cost
            same = np.allclose(gradient[part], weight * part_gradient, atol=1e-9)
            expect(same, "the gradient of an example depends on others, or is not divided by the batch")
        expect(abs(cost) < 1e-6, "the cost is not the mean over the batch")
        return "the parts of a batch give the same cost and gradient"

    def calls_apart(self) -> str:
        """Calls do not affect each other, and store nothing on `self`."""
        first, first_gradient = self.loss.cost(self.outputs, self.labels)
        kept = first_gradient.copy()
        self.loss.cost(-self.outputs, self.labels)
        expect(np.array_equal(first_gradient, kept), "a second call changes the gradient that the first returned")
        second, second_gradient = self.loss.cost(self.outputs, self.labels)
        expect(first == second and np.array_equal(kept, second_gradient), "a second call gives another cost")
        expect_nothing_stored(self.loss, self.before)
        return "equal"

    def leaves_nothing_behind(self) -> str:
        """Calls keep no memory, files or threads, and leave the global random numbers alone."""
        return leaves_nothing_behind(
            lambda: (self.loss.cost(self.outputs, self.labels), self.loss.confidences(self.outputs))
        )

    def extreme_outputs(self) -> str:
        """Outputs of any size up to 1e4 give a finite cost, gradient and confidences."""
        for size in (sign * size for size in EXTREMES for sign in (1, -1)):
            outputs = self.outputs.astype(np.float32) * 0
            outputs[:, 0] = size
            with np.errstate(all="ignore"):
                cost, gradient = self.loss.cost(outputs, self.labels)
                confidences = self.loss.confidences(outputs)
            finite = np.isfinite(cost) and np.isfinite(gradient).all() and np.isfinite(confidences).all()
            expect(finite, f"the cost, its gradient or a confidence is infinite or NaN for an output of {size:g}")
        return f"finite up to +-{max(EXTREMES):g}"

    def right_labels_cost_less(self) -> str:
        """An output of 1 for the label and 0 for all others costs less than one of 1 for another class."""
        right = np.eye(CLASSES)[self.labels]
        wrong = np.roll(right, 1, axis=1)
        less = self.loss.cost(right, self.labels)[0] < self.loss.cost(wrong, self.labels)[0]
        expect(less, "right outputs cost no less than wrong ones")
        return "they do"

    def gradient(self) -> str:
        """The gradient agrees with central differences of the cost in float64."""

        def cost(outputs: Floats) -> float:
            return self.loss.cost(outputs, self.labels)[0]

        found = self.loss.cost(self.outputs, self.labels)[1]
        return f"largest error {largest_error('the cost', BATCH * found, lambda o: BATCH * cost(o), self.outputs):.1g}"


def _expect_form(what: str, array: Floats, outputs: Floats) -> None:
    expect(isinstance(array, np.ndarray), f"{what} is no array")
    expect(array.shape == outputs.shape, f"{what} has the shape {array.shape} instead of {outputs.shape}")
    expect(array.dtype == outputs.dtype, f"{what} is {array.dtype} for outputs of {outputs.dtype}")
    expect(np.isfinite(array).all(), f"{what} is infinite or NaN for outputs between -3 and 3")
