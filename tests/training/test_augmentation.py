"""What augmentation does to pictures, and what it leaves: the digit, its ink, and everything where all is set to 0."""

import gzip
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handwriting.errors import HandwritingError, SettingError
from handwriting.training.augmentation import (
    DEFAULT,
    LIMITS,
    NONE,
    STRENGTHS,
    Augmentation,
    augmentation,
    contact_sheet,
)
from handwriting.training.augmentation.geometry import MARGIN, knots, matrices, sample, sources
from handwriting.training.augmentation.stroke import blurred, thickened


def rng(seed=0):
    return np.random.default_rng(seed)


def noise(n, size=28, seed=0):
    return rng(seed).integers(0, 256, (n, size, size), dtype=np.uint8)


def bars(n):
    """Upright bars, 4 pixels wide and 16 high, in the middle."""
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    return images


def padded(images):
    return np.pad(images.astype(np.float32), ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))


def moved(images, angle=0.0, lean=0.0, factors=(1.0, 1.0), shift=(0.0, 0.0), strays=None, sigma=5.0):
    """All images changed by one and the same map."""
    n, *shape = images.shape
    both = [np.repeat(np.array(pair, np.float32)[:, None], n, axis=1) for pair in (factors, shift)]
    back = matrices(np.full(n, angle), np.full(n, lean), both[0])
    strays = np.zeros((2, n, 0), np.float32) if strays is None else strays
    return sample(padded(images), sources(tuple(shape), back, both[1], strays, sigma))


def test_the_same_random_state_gives_the_same_pictures_and_another_one_others():
    images = noise(40)
    assert np.array_equal(DEFAULT(images, rng(3)), DEFAULT(images, rng(3)))
    assert not np.array_equal(DEFAULT(images, rng(3)), DEFAULT(images, rng(4)))


def test_every_version_of_a_picture_is_another():
    versions = DEFAULT(bars(50), rng())
    assert len({version.tobytes() for version in versions}) == 50


@given(n=st.integers(0, 40), settings=st.fixed_dictionaries({name: st.floats(0, LIMITS[name]) for name in STRENGTHS}))
def test_pictures_stay_uint8_of_their_shape_whatever_the_settings(n, settings):
    images = noise(n)
    before = images.copy()
    changed = Augmentation(**settings)(images, rng())
    assert changed.dtype == np.uint8
    assert changed.shape == (n, 28, 28)
    assert np.array_equal(images, before)


@pytest.mark.parametrize("name", STRENGTHS)
def test_background_stays_background_and_each_setting_alone_changes_ink(name):
    alone = replace(NONE, **{name: LIMITS[name] / 4})
    assert name == "noise" or not alone(np.zeros((40, 28, 28), np.uint8), rng()).any()
    assert not np.array_equal(alone(bars(40), rng()), bars(40))


def test_settings_of_0_leave_pictures_as_they_are():
    assert np.array_equal(NONE(noise(40), rng()), noise(40))


def test_a_map_that_moves_nothing_returns_every_pixel():
    assert moved(noise(3)) == pytest.approx(noise(3).astype(float), abs=0.01)


@pytest.mark.parametrize(("down", "right"), [(0, 3), (5, 0), (-2, -7), (27, 1)])
def test_a_shift_by_whole_pixels_moves_pixels_and_leaves_background(down, right):
    images = noise(3)
    wide = np.pad(images, ((0, 0), (28, 28), (28, 28)))
    expected = wide[:, 28 - down : 56 - down, 28 - right : 56 - right]
    assert moved(images, shift=(down, right)) == pytest.approx(expected.astype(float), abs=0.01)


@pytest.mark.parametrize("turns", [1, 2, -1])
def test_a_quarter_of_a_turn_is_anticlockwise(turns):
    expected = np.rot90(noise(3), turns, axes=(1, 2))
    assert moved(noise(3), angle=turns * np.pi / 2) == pytest.approx(expected.astype(float), abs=0.05)


def test_leaning_moves_the_top_to_the_right_and_the_bottom_to_the_left():
    leaning = moved(bars(1), lean=np.radians(20))[0]
    top, bottom = (leaning[row] @ np.arange(28) / leaning[row].sum() for row in (7, 20))
    assert top - bottom == pytest.approx(13 * np.tan(np.radians(20)), abs=0.1)


def test_factors_stretch_height_and_width():
    stretched = moved(bars(1), factors=(1.25, 1.5))[0] / 255
    assert stretched[:, 13].sum() == pytest.approx(20, abs=0.5)
    assert stretched[13].sum() == pytest.approx(6, abs=0.5)


def test_points_stray_as_far_as_elastic_says_everywhere_and_together():
    n, shape, sigma = 4000, (28, 28), 5.0
    nothing = np.zeros((2, n, np.prod(knots(shape, sigma))), np.float32)
    strays = rng().standard_normal(nothing.shape, dtype=np.float32)
    still = matrices(np.zeros(n), np.zeros(n), np.ones((2, n))), np.zeros((2, n))
    field = sources(shape, *still, strays, sigma) - sources(shape, *still, nothing, sigma)
    field = field.reshape(2, n, 28, 28)
    assert np.sqrt((field**2).mean(axis=1)) == pytest.approx(np.ones((2, 28, 28)), abs=0.08)
    beside, far = (float((field[..., 14, 8] * field[..., 14, 8 + step]).mean()) for step in (1, 18))
    assert beside > 0.95  # exp(-1 / (4 sigma^2)) = 0.99
    assert abs(far) < 0.1


def test_thickness_adds_a_pixel_or_takes_one_on_each_side():
    thicker, thinner, same = thickened(padded(bars(3)), np.array([1, -1, 0], np.float32)) / 255
    assert (thicker.sum(), thinner.sum(), same.sum()) == (18 * 6, 14 * 2, 16 * 4)
    assert (thicker[:, 14 : 16 + MARGIN] >= same[:, 14 : 16 + MARGIN]).all()


def test_blur_keeps_the_ink_and_softens_edges():
    soft = blurred(padded(bars(1)), np.ones(1, np.float32))
    assert soft.sum() == pytest.approx(bars(1).sum(dtype=int))
    across = soft[0, 14, MARGIN:-MARGIN]
    assert across[10:18].tolist() == [0, 63.75, 191.25, 255, 255, 191.25, 63.75, 0]


def test_noise_comes_with_half_of_the_pictures_and_as_strong_as_said():
    grey = np.full((2000, 28, 28), 128, np.uint8)
    deviations = replace(NONE, noise=0.1)(grey, rng()).std(axis=(1, 2)) / 255
    assert (deviations > 0).mean() == pytest.approx(0.5, abs=0.05)
    assert deviations.max() == pytest.approx(0.1, abs=0.01)


def test_occlusion_covers_a_small_rectangle_of_some_pictures():
    covered = replace(NONE, occlusion=0.25)(np.full((2000, 28, 28), 255, np.uint8), rng()) == 0
    areas = covered.sum(axis=(1, 2))
    assert (areas > 0).mean() == pytest.approx(0.25, abs=0.05)
    assert areas[areas > 0].min() == 4
    assert areas.max() == 36
    assert np.array_equal(covered.any(axis=1).sum(axis=1) * covered.any(axis=2).sum(axis=1), areas)


def test_fading_takes_up_to_a_share_of_the_brightness():
    brightest = replace(NONE, fading=0.4)(bars(2000), rng()).max(axis=(1, 2)) / 255
    assert brightest.min() == pytest.approx(0.6, abs=0.01)
    assert brightest.max() == pytest.approx(1, abs=0.01)


def test_the_defaults_keep_the_ink_on_the_picture(mnist_folder):
    raw = gzip.decompress((mnist_folder / "train-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(raw, np.uint8, offset=16, count=1000 * 28 * 28).reshape(1000, 28, 28)
    changed = DEFAULT(images, rng())
    assert changed.mean() == pytest.approx(images.mean(), rel=0.25)
    edges = np.concatenate([changed[:, [0, -1]].reshape(-1), changed[:, :, [0, -1]].reshape(-1)])
    assert edges.mean() < 4


def test_text_sets_what_it_names_and_leaves_the_rest():
    assert augmentation() == augmentation("") == DEFAULT
    assert augmentation("rotation=15, elastic=0") == replace(DEFAULT, rotation=15.0, elastic=0.0)


@pytest.mark.parametrize(("annealing", "share_done", "left"), [(0, 1, 1), (0.8, 0, 1), (0.8, 0.5, 0.6), (1, 1, 0)])
def test_what_is_annealed_goes_evenly(annealing, share_done, left):
    change = replace(DEFAULT, annealing=annealing).at(share_done)
    strengths, full = ([getattr(one, name) for name in STRENGTHS] for one in (change, DEFAULT))
    assert strengths == pytest.approx([value * left for value in full])
    assert change.sigma == DEFAULT.sigma


def test_once_all_of_it_is_annealed_pictures_stay_as_they_are():
    images = rng().integers(0, 256, (40, 28, 28), np.uint8)
    assert np.array_equal(replace(DEFAULT, annealing=1.0).at(1.0)(images, rng()), images)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rotate=3", "augment has no setting 'rotate'; its settings: rotation: float = "),
        ("rotation=much", "augment: rotation takes float, not 'much'"),
        ("noise=nan", "augment: noise takes float, not 'nan'"),
        ("shift=inf", "augment: shift lies between 0 and 28, not inf"),
        ("elastic=-1", "augment: elastic lies between 0 and 14, not -1.0"),
        ("annealing=1.1", "augment: annealing lies between 0 and 1, not 1.1"),
        ("sigma=0.5", "augment: sigma is at least 2 pixels, not 0.5"),
        ("blur=0,blur=1", "augment: blur is given twice"),
    ],
)
def test_text_that_does_not_fit_is_refused_in_one_line(text, message):
    with pytest.raises(SettingError) as refused:
        augmentation(text)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_a_contact_sheet_shows_each_original_beside_its_versions(tmp_path):
    originals, versions = noise(2, seed=1), noise(6, seed=2).reshape(2, 3, 28, 28)
    contact_sheet.save(tmp_path / "sheet.png", contact_sheet.draw(originals, versions))
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))[::2, ::2]
    assert sheet.shape == (2 * 32, 4 * 32)
    assert np.array_equal(sheet[32 + 2 : 64 - 2, 2:30], originals[1])
    assert np.array_equal(sheet[32 + 2 : 64 - 2, 96 + 2 : 128 - 2], versions[1, 2])


def test_a_sheet_that_can_not_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(HandwritingError, match="can't write"):
        contact_sheet.save(tmp_path / "file" / "sheet.png", contact_sheet.draw(noise(1), noise(1)[None]))
