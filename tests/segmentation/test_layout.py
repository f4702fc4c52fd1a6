"""Lines of text are found at any angle, also beside clutter."""

import numpy as np
import pytest
from scipy import ndimage

from handwriting.interfaces import Floats
from tests.helpers.handwritten_numbers import TEXT, number, text_of


@pytest.mark.parametrize("degrees", [-25, -10, 10, 25])
def test_the_line_may_run_up_or_down(degrees: int) -> None:
    page = ndimage.rotate(number(TEXT, gap=12), degrees, order=1).clip(0, 1)
    assert text_of(page) == TEXT


def test_a_line_of_clutter_does_not_spoil_the_others() -> None:
    ink = number(TEXT)
    clutter = np.zeros((90, ink.shape[1]), np.float32)
    clutter[10:35, 5:130] = 0.8
    clutter[60:80, 2:90] = 0.8
    assert text_of(np.vstack([clutter, ink])) == TEXT


SEGMENTS = ["abcdef", "bc", "abdeg", "abcdg", "bcfg", "acdfg", "acdefg", "abc", "abcdefg", "abcdfg"]
"""The segments of each digit on a display: a to f clockwise from the top, g in the middle."""
PLACES: dict[str, tuple[int, int, bool]] = {
    "a": (0, 6, False), "b": (6, 40, True), "c": (52, 40, True), "d": (92, 6, False), "e": (52, 0, True),
    "f": (6, 0, True), "g": (46, 6, False),
}  # fmt: skip
"""Row and column of each segment, and whether it is upright."""


def display(text: str) -> Floats:
    """Return the ink of digits whose segments do not touch."""
    page = np.zeros((150, 70 * len(text) + 40), np.float32)
    for position, digit in enumerate(text):
        for segment in SEGMENTS[int(digit)]:
            row, column, upright = PLACES[segment]
            height, width = (40, 10) if upright else (10, 32)
            top, left = 20 + row, 30 + 70 * position + column
            page[top : top + height, left : left + width] = 1
    return page


@pytest.mark.parametrize("text", ["1572", "43890", "2025"])
def test_the_segments_of_a_display_are_no_lines_of_ones(text: str) -> None:
    assert text_of(display(text)) in (None, text)
