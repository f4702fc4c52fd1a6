"""The dataset of non-digits as a whole."""

from pathlib import Path

import numpy as np

from handwriting.datasets.non_digits import NonDigits
from handwriting.interfaces import NON_DIGIT
from handwriting.testing import check_dataset

SMALL = NonDigits(train_count=150, test_count=50)


def test_fulfils_the_contract(tmp_path: Path) -> None:
    check_dataset(SMALL, tmp_path)


def test_every_image_is_a_non_digit_and_has_ink(tmp_path: Path) -> None:
    list(SMALL.prepare(tmp_path))
    splits = SMALL.load(tmp_path)
    assert splits.class_names == (NON_DIGIT,)
    assert not splits.train.labels.any()
    assert (splits.train.images.reshape(150, -1).max(axis=1) > 0).mean() > 0.95


def test_the_images_follow_from_the_seed_alone() -> None:
    one, again, other = (next(NonDigits.draw(100, seed)).images for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
