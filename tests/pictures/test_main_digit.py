"""The main digit is found among specks, lines and frames, with all of its strokes."""

import numpy as np

from tests.helpers.drawings import INK, REFERENCE, drawing, likeness, prepared


def test_specks_lines_and_frames_are_not_the_digit() -> None:
    lines = 1 - INK
    lines[:, 2:5] = 0
    lines[95:97] = 0
    lines[50, 92] = lines[30:32, 5:7] = 0
    assert likeness(prepared(lines).image, REFERENCE) > 0.97
    framed = np.pad(np.pad(1 - INK, 3), 20, constant_values=1)
    assert likeness(prepared(framed).image, REFERENCE) > 0.97


def test_a_five_keeps_its_bar() -> None:
    bar, body = [(36, 12), (76, 10)], [(32, 24), (28, 46), (62, 48), (70, 68), (50, 88), (24, 82)]
    joined = drawing([bar, [bar[0], body[0]], body], width=6)
    assert likeness(prepared(1 - drawing([bar, body], width=6)).image, prepared(1 - joined).image) > 0.9
