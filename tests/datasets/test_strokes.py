"""The digits that the package draws: the same ones every time, prepared as MNIST was, and safe on disk."""

import hashlib
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting.datasets import drawn_file, load
from handwriting.datasets.strokes import Strokes, drawing, framing, hands, paths, pen
from handwriting.datasets.strokes.ways import WAYS
from handwriting.errors import DataError, HandwritingError, SettingError
from handwriting.interfaces import Examples, Images, Progress

SMALL = Strokes(train_count=200, test_count=60)


def draw(count: int, *seed: int) -> Examples:
    chunks = list(drawing.draw(count, *seed))
    return Examples(np.concatenate([c.images for c in chunks]), np.concatenate([c.labels for c in chunks]))


@pytest.fixture(scope="module")
def drawn() -> Examples:
    return draw(2000, 7)


def ink_box(image: Images) -> tuple[int, int]:
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def only_file(folder: Path) -> Path:
    (found,) = folder.glob("*.bin")
    return found


# What is drawn


@given(count=st.integers(1, 130), more=st.integers(0, 80), seed=st.integers(0, 2**40))
@settings(max_examples=20, deadline=None)
def test_fewer_digits_are_the_first_ones_of_more(count: int, more: int, seed: int) -> None:
    few, many = draw(count, seed), draw(count + more, seed)
    np.testing.assert_array_equal(few.images, many.images[:count])
    np.testing.assert_array_equal(few.labels, many.labels[:count])


@given(count=st.integers(1, 130))
@settings(max_examples=10, deadline=None)
def test_classes_are_balanced(count: int) -> None:
    assert np.ptp(np.bincount(draw(count, 3).labels, minlength=10)) <= 1


def test_classes_are_shuffled_and_digits_differ(drawn: Examples) -> None:
    assert not np.array_equal(drawn.labels[:10], drawn.labels[10:20])
    assert len(np.unique(drawn.images, axis=0)) == len(drawn)


def test_seeds_and_splits_differ() -> None:
    assert not np.array_equal(draw(20, 1, 0).images, draw(20, 1, 1).images)
    assert not np.array_equal(draw(20, 1, 0).images, draw(20, 2, 0).images)


def test_ink_fills_a_box_of_20(drawn: Examples) -> None:
    sides = np.array([max(ink_box(image)) for image in drawn.images])
    assert sides.max() == 20
    assert sides.min() >= 19  # the outermost pixels may be covered by less than 1/255


def test_mass_is_at_the_centre(drawn: Examples) -> None:
    ink = drawn.images / drawn.images.sum(axis=(1, 2), keepdims=True)
    middle = np.arange(28) + 0.5
    mass = np.stack([ink.sum(axis=2) @ middle, ink.sum(axis=1) @ middle])
    assert np.quantile(abs(mass - framing.CENTRE), 0.995) <= 0.51
    assert abs(mass - framing.CENTRE).max() < 2


def test_light_ink_with_soft_edges_on_dark(drawn: Examples) -> None:
    share = (drawn.images > 0).mean(axis=(1, 2))
    assert share.min() > 0.02
    assert share.max() < 0.5
    assert np.all(drawn.images.max(axis=(1, 2)) > 200)
    assert 0.05 < ((drawn.images > 0) & (drawn.images < 255)).mean() < 0.25


# The ways of writing


def test_every_digit_has_many_ways() -> None:
    assert list(WAYS) == list(range(10))
    assert all(len(ways) >= 10 for ways in WAYS.values())


@pytest.mark.parametrize(("digit", "name"), [(digit, name) for digit, ways in WAYS.items() for name in ways])
def test_way_is_written_within_its_grid(digit: int, name: str) -> None:
    weight, path = WAYS[digit][name]
    strokes = paths.parse(path)
    points = np.concatenate(strokes)
    assert weight > 0
    assert all(len(stroke) >= 2 for stroke in strokes)
    assert -0.5 <= points[:, 1].min() <= 1
    assert 6 <= points[:, 1].max() <= 10.5
    assert np.ptp(points[:, 0]) <= 12


def test_curves_keep_to_their_points() -> None:
    everything = paths.all_paths()
    np.testing.assert_allclose(everything.bases.sum(axis=3), 1, atol=1e-5)  # weighted means
    straight, through, rounded = everything.bases @ everything.controls
    assert np.abs(through - straight).max() < 1.5
    assert np.abs(rounded - straight).max() < 1.5


def test_one_sample_apart_is_a_small_step() -> None:
    everything = paths.all_paths()
    steps = np.hypot(*np.moveaxis(np.diff(everything.bases[1] @ everything.controls, axis=1), 2, 0))
    assert steps[everything.pen_down].max() < 2  # a fifth of the height


def test_shares_of_each_digit_sum_to_one() -> None:
    everything = paths.all_paths()
    np.testing.assert_allclose(np.bincount(everything.signs, everything.shares), 1)


def test_common_ways_are_drawn_most_often() -> None:
    everything = paths.all_paths()
    lines = hands.write(np.ones(3000, dtype=np.intp), np.random.default_rng(0))
    lifted = ~lines.pen_down.all(axis=1)  # ones with a foot or a serif of its own
    expected = everything.shares[(everything.signs == 1) & ~everything.pen_down.all(axis=1)].sum()
    assert lifted.mean() == pytest.approx(expected, abs=0.03)


# The pen


def straight_line(start: tuple[float, float], end: tuple[float, float], radius: float) -> hands.Writing:
    points = np.linspace(start, end, paths.SAMPLES, dtype=np.float32)[None]
    down = np.ones((1, paths.SAMPLES - 1), dtype=np.bool_)
    return hands.Writing(points, np.full((1, paths.SAMPLES), radius, dtype=np.float32), down)


def test_pen_covers_pixels_by_share() -> None:
    (ink,) = pen.draw(straight_line((5, 10), (15, 10), 1.25))
    np.testing.assert_allclose(ink[:, 10][7:13], [0, 0.25, 1, 1, 0.25, 0], atol=1e-5)


@given(angle=st.floats(0, 2 * np.pi), radius=st.floats(1, 3))
@settings(deadline=None)
def test_amount_of_ink_is_the_area_of_the_line(angle: float, radius: float) -> None:
    across = 5 * np.array([np.cos(angle), np.sin(angle)])
    (ink,) = pen.draw(straight_line(tuple(10 - across), tuple(10 + across), radius))
    assert ink.sum() == pytest.approx(2 * radius * 10 + np.pi * radius**2, rel=0.06)


def test_lifted_pen_leaves_no_ink() -> None:
    line = straight_line((5, 10), (15, 10), 1)
    assert pen.draw(hands.Writing(line.points, line.radii, ~line.pen_down)).max() == 0


# On disk


def test_prepare_then_load(tmp_path: Path) -> None:
    events = list(SMALL.prepare(tmp_path))
    splits = SMALL.load(tmp_path)
    assert events[-1] == Progress("drawing strokes", 260, 260, unit="images")
    assert (len(splits.train), len(splits.test)) == (200, 60)
    assert splits.train.images.shape == (200, 28, 28)
    assert splits.train.images.dtype == splits.train.labels.dtype == np.uint8
    assert splits.class_names == tuple("0123456789")
    np.testing.assert_array_equal(splits.train.images, draw(200, 0, 0).images)
    np.testing.assert_array_equal(splits.test.labels, draw(60, 0, 1).labels)


def test_full_size_is_drawn_quickly_and_only_once(tmp_path: Path) -> None:
    started = time.process_time()
    assert len(load(Strokes(), tmp_path).train) == 20_000
    drawn_in = time.process_time() - started
    started = time.process_time()
    assert list(Strokes().prepare(tmp_path)) == []
    assert len(Strokes().load(tmp_path).test) == 4_000
    assert drawn_in < 10
    assert time.process_time() - started < drawn_in / 4


@pytest.mark.parametrize("damage", ["flip", "truncate", "lengthen", "empty"])
def test_damaged_cache_is_refused_then_redrawn(tmp_path: Path, damage: str) -> None:
    good = load(SMALL, tmp_path)
    path = only_file(tmp_path)
    content = path.read_bytes()
    flipped = content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]
    path.write_bytes({"flip": flipped, "truncate": content[:-1], "lengthen": content + b"x", "empty": b""}[damage])
    with pytest.raises(DataError, match="prepare"):
        SMALL.load(tmp_path)
    np.testing.assert_array_equal(load(SMALL, tmp_path).train.images, good.train.images)


def test_cache_of_another_version_is_redrawn(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    content = only_file(tmp_path).read_bytes()[drawn_file.DIGEST :]
    only_file(tmp_path).write_bytes(hashlib.sha256(b"another recipe" + content).digest() + content)
    with pytest.raises(DataError, match="another version"):
        SMALL.load(tmp_path)
    assert list(SMALL.prepare(tmp_path))


def test_load_before_prepare(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't read"):
        SMALL.load(tmp_path / "nowhere")


def test_settings_have_caches_of_their_own(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    load(Strokes(train_count=20, test_count=10, seed=5), tmp_path)
    assert list(SMALL.prepare(tmp_path)) == []


def test_interrupted_drawing_leaves_nothing_broken(tmp_path: Path) -> None:
    drawing_stopped = SMALL.prepare(tmp_path)
    next(iter(drawing_stopped))
    drawing_stopped.close()  # type: ignore[attr-defined]  # it is a generator
    assert list(tmp_path.glob("*.bin")) == []
    assert len(load(SMALL, tmp_path).train) == 200


@pytest.mark.skipif(os.name != "posix", reason="folders are made read-only otherwise on Windows")
def test_read_only_folder_with_a_good_cache(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    tmp_path.chmod(0o500)
    try:
        assert list(SMALL.prepare(tmp_path)) == []
        assert len(SMALL.load(tmp_path).test) == 60
    finally:
        tmp_path.chmod(0o700)


def test_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HandwritingError, match="can't write"):
        list(SMALL.prepare(tmp_path / "file" / "strokes"))


@pytest.mark.parametrize("settings", [{"train_count": 0}, {"test_count": -1}, {"seed": -1}])
def test_senseless_settings(settings: dict[str, int]) -> None:
    with pytest.raises(SettingError, match="at least 1"):
        Strokes(**settings)
