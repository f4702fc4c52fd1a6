"""The contract of learning rate schedules as tests, from the beginning of a training to its end."""

import numbers

from handwriting.interfaces import Schedule
from handwriting.testing.findings import Test, attributes, check, expect, expect_nothing_stored
from handwriting.testing.side_effects import leaves_nothing_behind

POINTS = [place / 200 for place in range(201)]
"""The fractions of a training at which the factor is looked at."""


def check_schedule(schedule: Schedule) -> None:
    """Raise `AssertionError` if a schedule violates the contract."""
    check(schedule_tests(schedule))


def schedule_tests(schedule: Schedule) -> dict[str, Test]:
    """Return all tests of a schedule by name."""
    before = attributes(schedule)
    return quick_tests(schedule) | {
        "depends on the fraction alone": lambda: _depends_on_the_fraction_alone(schedule),
        "nothing on self": lambda: _nothing_on_self(schedule, before),
        "leaves nothing behind": lambda: leaves_nothing_behind(lambda: schedule.factor(0.5)),
    }


def quick_tests(schedule: Schedule) -> dict[str, Test]:
    """Return the tests that a schedule must pass before it is used."""
    return {"factors": lambda: _factors(schedule)}


def _factors(schedule: Schedule) -> str:
    """Factors are numbers from 0 to 1, and not all 0."""
    factors = [schedule.factor(done) for done in POINTS]
    for done, factor in zip(POINTS, factors, strict=True):
        expect(isinstance(factor, numbers.Real), f"the factor at {done:g} is {factor!r} instead of a number")
        expect(0 <= factor <= 1, f"the factor at {done:g} of the training is {factor:g}: it must be from 0 to 1")
    expect(max(factors) > 0, "the factor is 0 all the time, so nothing would be learned")
    return f"from {min(factors):.3g} to {max(factors):.3g}"


def _depends_on_the_fraction_alone(schedule: Schedule) -> str:
    """The factors are the same in any order, as after a training was resumed."""
    forwards = [schedule.factor(done) for done in POINTS]
    backwards = [schedule.factor(done) for done in reversed(POINTS)]
    expect(forwards == backwards[::-1], "the factor depends on earlier calls")
    return "equal in any order"


def _nothing_on_self(schedule: Schedule, before: dict[str, object]) -> str:
    """Calls store nothing on `self`."""
    schedule.factor(0.5)
    expect_nothing_stored(schedule, before)
    return "nothing"
