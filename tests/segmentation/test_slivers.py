"""Slivers along the sides of a picture are ignored, and a 1 beside them is read."""

from typing import Any

import numpy as np
import pytest

from tests.benchmarks.cropping import trimmed
from tests.helpers.handwritten_numbers import number, text_of


def with_sliver(ink: Any, side: str, deepest: int) -> Any:
    """The ink with a dark wedge along a side, from a third of its length to a corner, where it is widest."""
    page = np.rot90(ink, {"left": 0, "top": 1, "right": 2}[side]).copy()
    for row in range(len(page) // 3, len(page)):
        page[row, : round(deepest * row / len(page))] = 0.8
    return np.rot90(page, -{"left": 0, "top": 1, "right": 2}[side])


@pytest.mark.parametrize("side", ["left", "top", "right"])
@pytest.mark.parametrize("text", ["43", "4072", "171"])
def test_a_sliver_is_not_a_digit(text: str, side: str) -> None:
    assert text_of(with_sliver(number(text, gap=12, margin=30), side, 5)) == text


@pytest.mark.parametrize("margin", [0, 1, 2])
@pytest.mark.parametrize("text", ["108", "801", "717", "1572", "140721"])
def test_upright_digits_of_a_tight_crop_are_neither_slivers_nor_rules(text: str, margin: int) -> None:
    assert text_of(np.pad(trimmed(number(text, gap=12), 0.1), margin)) == text
