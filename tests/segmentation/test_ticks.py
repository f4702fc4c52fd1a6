"""The ticks on a form's base line are no 1s, and 1s on a line no ticks."""

import numpy as np
import pytest

from handwriting.interfaces import Floats
from tests.helpers.handwritten_numbers import number, text_of

GAP = 30
"""Width of the gaps between digits, in pixels; a tick stands in each."""


def with_base_line(ink: Floats, pen: int = 3) -> Floats:
    """The ink above a line."""
    ink = np.pad(ink, ((0, 10), (0, 0)))
    foot = int(np.flatnonzero(ink.any(axis=1))[-1]) + 6
    ink[foot : foot + pen, 5:-5] = 1
    return ink


def with_ticks(text: str, height: int, pen: int = 3) -> Floats:
    """A number above a line with ticks of a `height`, in pixels, in front of each digit and behind the last."""
    ink = with_base_line(number(text, gap=GAP), pen)
    foot = int(np.flatnonzero(ink.mean(axis=1) > 0.8)[0])
    gaps = np.flatnonzero(~(ink[:foot] > 0).any(axis=0))
    runs = np.split(gaps, np.flatnonzero(np.diff(gaps) > 1) + 1)
    for column in [int(run.mean()) for run in runs if len(run) > GAP // 2]:
        ink[foot - height : foot, column : column + pen] = 1
    return ink


@pytest.mark.parametrize("pen", [2, 3])
@pytest.mark.parametrize("height", [12, 24, 36])
def test_ticks_between_digits_are_left_out(height: int, pen: int) -> None:
    assert text_of(with_ticks("40728", height, pen)) == "40728"


@pytest.mark.parametrize("text", ["11", "1111", "41414", "7171"])
def test_digits_on_a_line_are_no_ticks(text: str) -> None:
    assert text_of(with_base_line(number(text, gap=GAP))) == text
