"""Random handwriting."""

import numpy as np
import pytest

from handwriting.datasets.strokes.paths import load_paths
from handwriting.datasets.strokes.writing import write


def test_glyphs_are_drawn_by_their_frequencies() -> None:
    paths = load_paths()
    lines = write(np.ones(3000, dtype=np.intp), np.random.default_rng(0))
    lifted = ~lines.pen_down.all(axis=1)  # ones with a foot or a serif of their own
    expected = paths.frequencies[(paths.characters == 1) & ~paths.pen_down.all(axis=1)].sum()
    assert lifted.mean() == pytest.approx(expected, abs=0.03)
