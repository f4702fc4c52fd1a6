from typing import Any

import pytest

from handwriting.cli.terminal import curve

BLANK = chr(0x2800)


def test_a_curve_rises_from_left_to_right() -> None:
    lines = curve.lines([0.5, 0.9], steps=2, columns=20, text="{:.1f}".format, rows=3)
    assert [line.partition(" ▏")[0] for line in lines] == ["0.9", "   ", "0.5"]
    dots = [line.partition("▏")[2] for line in lines]
    assert all(len(row) == 15 for row in dots)
    assert dots[0].startswith(BLANK)
    assert not dots[0].endswith(BLANK)
    assert not dots[2].startswith(BLANK)
    assert dots[2].endswith(BLANK)
    half = curve.lines([0.5, 0.9], steps=3, columns=20, text="{:.1f}".format, rows=3)
    assert all(line.endswith(BLANK * 6) for line in half)  # space for the third value


@pytest.mark.parametrize("values", [[0.3], [0.3, 0.3, 0.3]])
def test_a_curve_of_one_value(values: Any) -> None:
    lines = curve.lines(values, steps=5, columns=20, text="{:.1f}".format)
    assert len(lines) == curve.ROWS
    assert any(set(line.partition("▏")[2]) != {BLANK} for line in lines)
