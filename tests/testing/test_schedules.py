"""The contract of schedules finds what is wrong with one."""

from typing import Any

import pytest

from handwriting.interfaces import Schedule
from handwriting.testing.findings import run
from handwriting.testing.schedules import schedule_tests


class Counts(Schedule):
    def __init__(self) -> None:
        self.calls = 0

    def factor(self, done: float) -> float:
        self.calls += 1
        return 1 / self.calls


class Text(Schedule):
    def factor(self, done: float) -> Any:
        return "fast"


class Rises(Schedule):
    def factor(self, done: float) -> float:
        return 2 * done


class Zero(Schedule):
    def factor(self, done: float) -> float:
        return 0.0


@pytest.mark.parametrize(
    ("schedule", "test", "detail"),
    [
        (Counts(), "depends on the fraction alone", "depends on earlier calls"),
        (Counts(), "nothing on self", "it stores calls on self"),
        (Text(), "factors", "'fast' instead of a number"),
        (Rises(), "factors", "the factor at 0.505 of the training is 1.01: it must be from 0 to 1"),
        (Zero(), "factors", "nothing would be learned"),
    ],
)
def test_faults_are_found(schedule: Schedule, test: str, detail: str) -> None:
    finding = run(test, schedule_tests(schedule)[test])
    assert not finding.passed
    assert detail in finding.detail
