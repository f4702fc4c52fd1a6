"""Pen paths: the glyphs of all digits, and the splines through their control points."""

import numpy as np
import pytest

from handwriting.datasets.strokes.paths import DIGITS, load_paths, parse, read_glyphs

GLYPHS = read_glyphs(DIGITS)


def test_every_digit_has_many_glyphs() -> None:
    assert list(GLYPHS) == list("0123456789")
    assert all(len(glyphs) >= 10 for glyphs in GLYPHS.values())


@pytest.mark.parametrize(("digit", "name"), [(digit, name) for digit, glyphs in GLYPHS.items() for name in glyphs])
def test_glyphs_stay_within_the_grid(digit: str, name: str) -> None:
    weight, path = GLYPHS[digit][name]
    strokes = parse(path)
    points = np.concatenate(strokes)
    assert weight > 0
    assert all(len(stroke) >= 2 for stroke in strokes)
    assert -0.5 <= points[:, 1].min() <= 1
    assert 6 <= points[:, 1].max() <= 10.5
    assert np.ptp(points[:, 0]) <= 12


def test_splines_stay_close_to_their_control_points() -> None:
    paths = load_paths()
    np.testing.assert_allclose(paths.bases.sum(axis=3), 1, atol=1e-5)  # weighted means
    straight, through, rounded = paths.bases @ paths.controls
    assert np.abs(through - straight).max() < 1.5
    assert np.abs(rounded - straight).max() < 1.5


def test_successive_samples_are_close() -> None:
    paths = load_paths()
    steps = np.hypot(*np.moveaxis(np.diff(paths.bases[1] @ paths.controls, axis=1), 2, 0))
    assert steps[paths.pen_down].max() < 2  # a fifth of the height


def test_frequencies_of_each_digit_sum_to_one() -> None:
    paths = load_paths()
    np.testing.assert_allclose(np.bincount(paths.characters, paths.frequencies), 1)
