"""Schedules: start, middle and end, and factors from 0 to 1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.errors import SettingError
from handwriting.nn.schedules import OneCycle
from handwriting.registry import entry_points, specs
from handwriting.testing import check_schedule

NAMES = [entry.name for entry in entry_points.entries("schedule") if entry.built_in]


@pytest.mark.parametrize("name", NAMES)
@given(done=st.floats(0, 1))
def test_factor_lies_between_0_and_1(name: Any, done: Any) -> None:
    assert 0 <= specs.make("schedule", name).factor(done) <= 1


@pytest.mark.parametrize("spec", [*NAMES, "one-cycle:0", "one-cycle:warm_up=0.9"])
def test_each_fulfils_the_contract_of_a_plugin(spec: str) -> None:
    check_schedule(specs.make("schedule", spec))


@pytest.mark.parametrize(
    ("name", "start", "middle", "end"),
    [("constant", 1, 1, 1), ("linear", 1, 0.5, 0), ("cosine", 1, 0.5, 0)],
)
def test_start_middle_and_end(name: str, start: int, middle: float, end: int) -> None:
    schedule = specs.make("schedule", name)
    assert [schedule.factor(done) for done in (0, 0.5, 1)] == pytest.approx([start, middle, end])


@pytest.mark.parametrize("warm_up", [0.25, 0.3])
def test_one_cycle_rises_then_falls(warm_up: float) -> None:
    factor = OneCycle(warm_up).factor
    assert factor(0) == pytest.approx(1 / 25)
    assert factor(warm_up) == pytest.approx(1)
    assert factor(1) == pytest.approx(0)
    rising = [factor(i / 100 * warm_up) for i in range(100)]
    falling = [factor(warm_up + i / 100 * (1 - warm_up)) for i in range(100)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


def test_a_warm_up_out_of_range_and_an_unknown_schedule_are_refused() -> None:
    with pytest.raises(SettingError, match="one-cycle: warm_up must be at least 0 and below 1, got 1"):
        specs.make("schedule", "one-cycle:1")
    with pytest.raises(SettingError, match="did you mean cosine"):
        specs.make("schedule", "cosin")
