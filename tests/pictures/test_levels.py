"""A digit cut out along its outline is read like one with a margin."""

import numpy as np
import pytest
from PIL import Image

from tests.benchmarks.cropping import trimmed
from tests.helpers.drawings import INK, REFERENCE, drawing, likeness, prepared


def test_a_digit_that_fills_the_picture_is_read() -> None:
    tight = trimmed(INK)
    assert likeness(prepared(1 - tight).image, REFERENCE) > 0.95
    postal = np.asarray(Image.fromarray(tight).resize((13, 16), Image.Resampling.BOX))
    assert likeness(prepared(postal).image, REFERENCE) > 0.9


@pytest.mark.parametrize("width", [9, 18, 24])
@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_thick_digit_that_fills_the_picture_is_read(width: int, paper: float, pen: float, scale: int) -> None:
    large = drawing(width=width, scale=scale)
    tight = trimmed(large)
    roomy = prepared(1 - large).image
    assert likeness(prepared(paper + tight * (pen - paper)).image, roomy) > 0.93


@pytest.mark.parametrize("width", [9, 18])
@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_digit_that_reaches_only_some_sides_is_read(width: int, paper: float, pen: float, scale: int) -> None:
    large = drawing(width=width, scale=scale)
    rows = np.flatnonzero(large.any(axis=1))
    between = large[rows[0] : rows[-1] + 1]  # paper on the left and right, none above and below
    roomy = prepared(1 - large).image
    assert likeness(prepared(paper + between * (pen - paper)).image, roomy) > 0.93
    assert likeness(prepared(paper + large[rows[0] :] * (pen - paper)).image, roomy) > 0.93


@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize(("width", "size"), [(14, 16), (14, 100), (14, 400), (20, 16), (26, 400)])
def test_a_slanted_one_that_leaves_hardly_any_paper_is_read(paper: float, pen: float, width: int, size: int) -> None:
    one = drawing([[(53, 14), (47, 88)]], width=width)
    tight = trimmed(one)
    across = round(size * tight.shape[1] / tight.shape[0])
    tight = np.asarray(Image.fromarray(tight).resize((across, size), Image.Resampling.BICUBIC)).clip(0, 1)
    assert likeness(prepared(paper + tight * (pen - paper)).image, prepared(1 - one).image) > 0.9


@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize(("across", "lean"), [(2, 0), (3, 0), (3, 1), (4, 1)])
def test_an_upright_one_that_leaves_only_soft_edges_is_read(paper: float, pen: float, across: int, lean: int) -> None:
    one = drawing([[(50 + lean, 14), (50 - lean, 88)]], width=10)
    tiny = Image.fromarray(trimmed(one)).resize((across, 20))
    tight = np.asarray(tiny.resize((across * 5, 100), Image.Resampling.BICUBIC)).clip(0, 1)
    assert likeness(prepared(paper + tight * (pen - paper)).image, prepared(1 - one).image) > 0.8
