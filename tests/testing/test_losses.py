"""The contract of losses finds what is wrong with one."""

from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Loss
from handwriting.nn.losses import MeanSquaredError
from handwriting.testing.findings import run
from handwriting.testing.losses import loss_tests


class Right(Loss):
    def cost(self, outputs: Any, labels: Any) -> Any:
        return MeanSquaredError().cost(outputs, labels)

    def confidences(self, outputs: Any) -> Any:
        return np.clip(outputs / 1e5 + 0.5, 0, 1)


class SumOverTheBatch(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        cost, gradient = super().cost(outputs, labels)
        return cost * len(labels), gradient * len(labels)


class WrongSlope(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        cost, gradient = super().cost(outputs, labels)
        return cost, 2 * gradient


class Upwards(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        cost, gradient = super().cost(outputs, labels)
        return -cost, -gradient


class Overflows(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        cost, gradient = super().cost(outputs, labels)
        return cost, gradient * np.exp(outputs) / np.exp(outputs)


class Reuses(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        cost, gradient = super().cost(outputs, labels)
        self.buffer = vars(self).get("buffer", gradient)
        self.buffer[...] = gradient
        return cost, self.buffer


class Stores(Right):
    def cost(self, outputs: Any, labels: Any) -> Any:
        self.outputs = outputs
        return super().cost(outputs, labels)


class ComparesExamples(Right):
    def confidences(self, outputs: Any) -> Any:
        return (outputs - outputs.min()) / np.ptp(outputs)


class Reversed(Right):
    def confidences(self, outputs: Any) -> Any:
        return super().confidences(-outputs)


def failures(loss: Loss) -> dict[str, str]:
    findings = [run(name, test) for name, test in loss_tests(loss).items()]
    return {finding.test: finding.detail for finding in findings if not finding.passed}


def test_a_right_one_passes() -> None:
    assert failures(Right()) == {}


@pytest.mark.parametrize(
    ("loss", "test", "detail"),
    [
        (SumOverTheBatch(), "mean over the batch", "not divided by the batch"),
        (WrongSlope(), "gradient", "by finite differences"),
        (Upwards(), "right labels cost less", "cost no less than wrong ones"),
        (Overflows(), "extreme outputs", "infinite or NaN for an output of 10000"),
        (Reuses(), "calls apart", "a second call changes the gradient"),
        (Stores(), "calls apart", "it stores outputs on self"),
        (ComparesExamples(), "empty batch", "raises ValueError"),
        (Reversed(), "confidences", "the largest output does not have the most confidence"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Loss) else None,
)
def test_faults_are_found(loss: Loss, test: str, detail: str) -> None:
    assert detail in failures(loss)[test]
