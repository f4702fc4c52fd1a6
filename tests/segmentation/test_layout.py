"""Lines of text are found at any angle, also beside clutter."""

import numpy as np
import pytest
from scipy import ndimage

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
