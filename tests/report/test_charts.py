"""The axes of charts: ticks are few and round, also on a logarithmic scale."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.report.charts import Axis


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.booleans())
def test_ticks_are_few_rising_and_on_the_axis(low: Any, length: Any, whole: Any) -> None:
    axis = Axis(low, low + length, 0, 100, whole=whole)
    ticks = axis.ticks()
    assert len(ticks) <= 7
    assert ticks == sorted(set(ticks))
    slack = 1e-6 * max(abs(low) + length, 1 if whole else 0)  # a tick that misses the end by rounding is on it
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in ticks)
    if whole:
        assert all(abs(tick - round(tick)) < 1e-6 for tick in ticks)


def test_a_logarithmic_axis() -> None:
    axis = Axis(0.001, 10, 100, 0, logarithmic=True)
    assert axis(0.001) == 100
    assert axis(0.1) == pytest.approx(50)
    assert axis.ticks() == pytest.approx([0.001, 0.01, 0.1, 1, 10])
