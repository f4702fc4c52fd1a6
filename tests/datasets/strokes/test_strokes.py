"""Drawing: the images depend on the seed alone, and the classes are balanced."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting.interfaces import Examples
from tests.helpers.drawn_digits import draw


@given(count=st.integers(1, 130), more=st.integers(0, 80), seed=st.integers(0, 2**40))
@settings(max_examples=20)
def test_fewer_digits_are_the_first_ones_of_more(count: int, more: int, seed: int) -> None:
    few, many = draw(count, seed), draw(count + more, seed)
    np.testing.assert_array_equal(few.images, many.images[:count])
    np.testing.assert_array_equal(few.labels, many.labels[:count])


@given(count=st.integers(1, 130))
@settings(max_examples=10)
def test_classes_are_balanced(count: int) -> None:
    assert np.ptp(np.bincount(draw(count, 3).labels, minlength=10)) <= 1


def test_classes_are_shuffled_and_digits_differ(drawn: Examples) -> None:
    assert not np.array_equal(drawn.labels[:10], drawn.labels[10:20])
    assert len(np.unique(drawn.images, axis=0)) == len(drawn)


def test_seeds_and_splits_differ() -> None:
    assert not np.array_equal(draw(20, 1, 0).images, draw(20, 1, 1).images)
    assert not np.array_equal(draw(20, 1, 0).images, draw(20, 2, 0).images)
