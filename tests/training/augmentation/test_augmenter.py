"""What augmentation does to images, and what it leaves: the digit, its ink, and everything where all is set to 0."""

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting.errors import SettingError
from handwriting.training.augmentation.augmenter import LIMITS, STRENGTHS, Augmenter
from handwriting.training.augmentation.extended import parse_augmenter
from tests.helpers.sample_images import NONE, bars, noise, rng

DEFAULT = Augmenter()


def test_the_same_random_state_gives_the_same_images_and_another_one_others() -> None:
    images = noise(40)
    assert np.array_equal(DEFAULT(images, rng(3)), DEFAULT(images, rng(3)))
    assert not np.array_equal(DEFAULT(images, rng(3)), DEFAULT(images, rng(4)))


def test_all_versions_of_an_image_differ() -> None:
    versions = DEFAULT(bars(50), rng())
    assert len({version.tobytes() for version in versions}) == 50


@given(n=st.integers(0, 40), settings=st.fixed_dictionaries({name: st.floats(0, LIMITS[name]) for name in STRENGTHS}))
def test_images_stay_uint8_of_their_shape_whatever_the_settings(n: Any, settings: Any) -> None:
    images = noise(n)
    before = images.copy()
    changed = Augmenter(**settings)(images, rng())
    assert changed.dtype == np.uint8
    assert changed.shape == (n, 28, 28)
    assert np.array_equal(images, before)


@pytest.mark.parametrize("name", STRENGTHS)
def test_background_stays_background_and_each_setting_alone_changes_ink(name: Any) -> None:
    alone = replace(NONE, **{name: LIMITS[name] / 4})
    assert name == "noise" or not alone(np.zeros((40, 28, 28), np.uint8), rng()).any()
    assert not np.array_equal(alone(bars(200), rng()), bars(200))


def test_settings_of_0_leave_images_as_they_are() -> None:
    assert np.array_equal(NONE(noise(40), rng()), noise(40))


def test_the_defaults_keep_the_ink_on_the_image(mnist_folder: Path) -> None:
    raw = gzip.decompress((mnist_folder / "train-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(raw, np.uint8, offset=16, count=1000 * 28 * 28).reshape(1000, 28, 28)
    changed = DEFAULT(images, rng())
    assert changed.mean() == pytest.approx(images.mean(), rel=0.25)
    edges = np.concatenate([changed[:, [0, -1]].reshape(-1), changed[:, :, [0, -1]].reshape(-1)])
    assert edges.mean() < 4


def test_settings_are_parsed_and_the_others_keep_their_defaults() -> None:
    assert parse_augmenter("") == DEFAULT
    assert parse_augmenter("rotation=15, elastic=0") == replace(DEFAULT, rotation=15.0, elastic=0.0)


@pytest.mark.parametrize(("annealing", "progress", "left"), [(0, 1, 1), (0.8, 0, 1), (0.8, 0.5, 0.6), (1, 1, 0)])
def test_annealing_is_linear(annealing: float, progress: float, left: float) -> None:
    change = replace(DEFAULT, annealing=annealing).at(progress)
    strengths, full = ([getattr(one, name) for name in STRENGTHS] for one in (change, DEFAULT))
    assert strengths == pytest.approx([value * left for value in full])
    assert change.sigma == DEFAULT.sigma


def test_once_all_is_annealed_images_stay_as_they_are() -> None:
    images = rng().integers(0, 256, (40, 28, 28), np.uint8)
    assert np.array_equal(replace(DEFAULT, annealing=1.0).at(1.0)(images, rng()), images)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rotate=3", "augment has no setting 'rotate'; did you mean rotation? its settings: rotation: float = "),
        ("rotation=much", "augment: rotation takes a number, not 'much'"),
        ("noise=nan", "augment: noise takes a number, not 'nan'"),
        ("shift=inf", "augment: shift must be from 0 to 28, got inf"),
        ("elastic=-1", "augment: elastic must be from 0 to 14, got -1.0"),
        ("annealing=1.1", "augment: annealing must be from 0 to 1, got 1.1"),
        ("sigma=0.5", "augment: sigma must be at least 2, got 0.5"),
        ("blur=0,blur=1", "augment: blur is given twice"),
    ],
)
def test_bad_settings_are_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(SettingError) as refused:
        parse_augmenter(text)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
