"""The kinds of non-digits that a pen writes."""

from typing import Any

import numpy as np
import pytest

from handwriting.datasets.non_digits import WRITTEN, kinds
from handwriting.datasets.strokes.paths import read_glyphs
from handwriting.datasets.strokes.writing import write


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.__name__)
def test_every_kind_leaves_ink(kind: Any) -> None:
    writing = kind(40, np.random.default_rng(0))
    assert len(writing.points) == 40
    assert np.isfinite(writing.points).all()
    assert writing.pen_down.any(axis=1).mean() > 0.95


def test_two_digits_stand_side_by_side() -> None:
    rng = np.random.default_rng(0)
    one, other = (write(np.full(30, 8), rng) for _ in range(2))
    pair = kinds.beside(one, other, rng)
    samples = one.points.shape[1]
    first, second = pair.points[:, :samples, 0], pair.points[:, samples:, 0]
    gaps = second.min(axis=1) - first.max(axis=1)
    assert (gaps >= kinds.GAP[0] - 1e-4).all()
    assert (gaps <= kinds.GAP[1] + 1e-4).all()
    assert not pair.pen_down[:, samples - 1].any()


def test_what_is_clipped_lies_within_its_limits() -> None:
    whole = write(np.full(30, 0), np.random.default_rng(0))
    x = whole.points[..., 0]
    low, middle = x.min(axis=1), (x.min(axis=1) + x.max(axis=1)) / 2
    left = kinds.clipped(whole, low, middle)
    assert (left.points[..., 0] <= middle[:, None]).all()
    assert left.pen_down.sum() < whole.pen_down.sum()


def test_no_sign_is_written_like_a_digit() -> None:
    assert not set(read_glyphs(kinds.SIGNS)) & set("0123456789OoIlZSBGgqYyUDJn")
