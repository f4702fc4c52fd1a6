"""Schedules: start, middle and end, and factors from 0 to 1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.nn.schedules import SCHEDULES, WARM_UP


@pytest.mark.parametrize("name", SCHEDULES)
@given(done=st.floats(0, 1))
def test_factor_lies_between_0_and_1(name: Any, done: Any) -> None:
    assert 0 <= SCHEDULES[name](done) <= 1


@pytest.mark.parametrize(
    ("name", "start", "middle", "end"),
    [("constant", 1, 1, 1), ("linear", 1, 0.5, 0), ("cosine", 1, 0.5, 0)],
)
def test_start_middle_and_end(name: str, start: int, middle: float, end: int) -> None:
    assert [SCHEDULES[name](done) for done in (0, 0.5, 1)] == pytest.approx([start, middle, end])


def test_one_cycle_rises_then_falls() -> None:
    factor = SCHEDULES["one-cycle"]
    assert factor(0) == pytest.approx(1 / 25)
    assert factor(WARM_UP) == pytest.approx(1)
    assert factor(1) == pytest.approx(0)
    rising = [factor(i / 100 * WARM_UP) for i in range(100)]
    falling = [factor(WARM_UP + i / 100 * (1 - WARM_UP)) for i in range(100)]
    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
