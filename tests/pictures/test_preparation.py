"""However a digit was drawn, scanned or photographed, the network sees it alike; where there is none, it sees none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageFilter

from handwriting.pictures.preparation import BOX, SETTINGS, SIZE, prepare
from tests.benchmarks.cropping import trimmed

SEVEN = [(20, 14), (78, 18), (44, 88)]


def drawing(strokes=(SEVEN,), width=9, scale=1.0, size=(100, 100), shift=(0, 0)):
    """Ink, 0 to 1 (height, width), of strokes drawn with a round pen on a picture of the given size."""
    detail = 4
    picture = Image.new("L", (round(size[0] * detail * scale), round(size[1] * detail * scale)))
    pen = ImageDraw.Draw(picture)
    radius = width * scale * detail / 2
    for stroke in strokes:
        points = [((x + shift[0]) * scale * detail, (y + shift[1]) * scale * detail) for x, y in stroke]
        pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = picture.resize((round(size[0] * scale), round(size[1] * scale)), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def only(grey, **settings):
    (digit,) = prepare(np.asarray(grey, np.float32), **settings)
    return digit


def likeness(one, other):
    """The correlation of two pictures, where they fit best: rounding may place them a pixel apart."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float(np.corrcoef(np.roll(one, shift, (0, 1)).ravel(), other.ravel())[0, 1]) for shift in shifts)


INK = drawing()
REFERENCE = only(1 - INK).image


def test_a_prepared_digit_is_as_in_mnist():
    assert REFERENCE.shape == (SIZE, SIZE)
    assert REFERENCE.dtype == np.uint8
    assert REFERENCE.max() == 255
    rows, columns = (np.flatnonzero(REFERENCE.any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == BOX
    centres = [float(REFERENCE.sum(axis=1 - axis) @ np.arange(SIZE) / REFERENCE.sum()) for axis in (0, 1)]
    assert all(13.5 <= centre < 14.5 for centre in centres)


def test_the_settings_can_be_stored_as_json():
    assert SETTINGS["version"] == 1
    assert all(isinstance(value, int | float | str) for value in SETTINGS.values())


@pytest.mark.parametrize("scale", [0.5, 1, 2, 4, 8])
def test_size_does_not_matter(scale):
    assert likeness(only(1 - drawing(scale=scale)).image, REFERENCE) > 0.97


@pytest.mark.parametrize("shift", [(-10, -8), (150, 20), (300, 380), (0, 200)])
def test_place_does_not_matter(shift):
    digit = only(1 - drawing(size=(400, 500), shift=shift))
    assert likeness(digit.image, REFERENCE) > 0.97
    x, y, width, height = digit.box
    assert (x, y) == pytest.approx((15 + shift[0], 9 + shift[1]), abs=2)
    assert (width, height) == pytest.approx((68, 83), abs=3)


def test_the_box_is_in_pixels_of_the_picture():
    assert only(1 - drawing(scale=16)).box == pytest.approx((16 * 15.5, 16 * 9.5, 16 * 67, 16 * 83), abs=24)


@pytest.mark.parametrize(("paper", "ink"), [(1, 0), (0, 1), (0.9, 0.6), (0.2, 0.35), (0.5, 0.4), (0.3, 1)])
def test_light_on_dark_is_read_like_dark_on_light(paper, ink):
    assert likeness(only(paper + (ink - paper) * INK).image, REFERENCE) > 0.99


@pytest.mark.parametrize(("paper", "pen"), [(0.7, 0.2), (0.2, 0.7)])
def test_a_margin_shows_the_paper_of_a_thick_digit(paper, pen):
    turns = np.linspace(0, 2 * np.pi, 40)
    ring = [(50 + 18 * np.cos(turn), 50 + 20 * np.sin(turn)) for turn in turns]
    thick = np.pad(drawing([ring], width=28), 10)
    grain = np.random.default_rng(2).normal(0, 0.03, thick.shape)
    assert likeness(only(paper + thick * (pen - paper) + grain).image, only(1 - thick).image) > 0.9


def test_invert_overrules_what_is_found():
    assert likeness(only(1 - INK, invert="no").image, REFERENCE) > 0.99
    assert likeness(only(INK, invert="yes").image, REFERENCE) > 0.99
    wrong = prepare(np.asarray(1 - INK, np.float32), "yes")
    assert not wrong or likeness(wrong[0].image, REFERENCE) < 0.9


@pytest.mark.parametrize("width", [2, 4, 9, 18])
def test_pens_of_any_width_are_read(width):
    image = only(1 - drawing(width=width, scale=4)).image
    assert likeness(image, REFERENCE) > 0.7
    assert 0.07 < image.mean() / 255 < 0.22


def photograph(ink, seed=0, contrast=0.5):
    """Ink on paper that is lit unevenly, blurred and noisy."""
    rng = np.random.default_rng(seed)
    height, width = ink.shape
    light = 0.55 + 0.35 * np.linspace(0, 1, width) - 0.15 * np.linspace(-1, 1, height)[:, None] ** 2
    picture = Image.fromarray((light * (1 - contrast * ink) * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return np.clip(np.asarray(picture) / 255 + rng.normal(0, 0.015, ink.shape), 0, 1)


FAR = drawing(size=(320, 240), shift=(90, 60), scale=2)


@pytest.mark.parametrize("contrast", [0.3, 0.5, 0.8])
def test_uneven_light_does_not_matter(contrast):
    assert likeness(only(photograph(FAR, contrast=contrast)).image, REFERENCE) > 0.93


def test_a_shadow_and_a_table_are_no_ink():
    grey = photograph(FAR)
    grey[:, :300] *= 0.65
    assert likeness(only(grey).image, REFERENCE) > 0.9
    grey = photograph(FAR)
    grey[:, :50] = 0.1
    assert likeness(only(grey).image, REFERENCE) > 0.9


def test_a_sheet_on_a_black_table_is_no_ink():
    assert likeness(only(np.pad(1 - INK, 20)).image, REFERENCE) > 0.95


def test_specks_remains_of_lines_and_frames_are_no_digits():
    lines = 1 - INK
    lines[:, 2:5] = 0
    lines[95:97] = 0
    lines[50, 92] = lines[30:32, 5:7] = 0
    assert likeness(only(lines).image, REFERENCE) > 0.97
    framed = np.pad(np.pad(1 - INK, 3), 20, constant_values=1)
    assert likeness(only(framed).image, REFERENCE) > 0.97


def test_a_five_keeps_its_hat():
    hat, body = [(36, 12), (76, 10)], [(32, 24), (28, 46), (62, 48), (70, 68), (50, 88), (24, 82)]
    joined = drawing([hat, [hat[0], body[0]], body], width=6)
    assert likeness(only(1 - drawing([hat, body], width=6)).image, only(1 - joined).image) > 0.9


def test_a_digit_that_fills_the_picture_is_read():
    tight = trimmed(INK)
    assert likeness(only(1 - tight).image, REFERENCE) > 0.95
    postal = np.asarray(Image.fromarray(tight).resize((13, 16), Image.Resampling.BOX))
    assert likeness(only(postal).image, REFERENCE) > 0.9


@pytest.mark.parametrize("width", [9, 18, 24])
@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_thick_digit_that_fills_the_picture_is_read(width, paper, pen, scale):
    large = drawing(width=width, scale=scale)
    tight = trimmed(large)
    roomy = only(1 - large).image
    assert likeness(only(paper + tight * (pen - paper)).image, roomy) > 0.93


@pytest.mark.parametrize("width", [9, 18])
@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_digit_that_reaches_only_some_sides_is_read(width, paper, pen, scale):
    large = drawing(width=width, scale=scale)
    rows = np.flatnonzero(large.any(axis=1))
    between = large[rows[0] : rows[-1] + 1]  # there is paper beside it, none above and below
    roomy = only(1 - large).image
    assert likeness(only(paper + between * (pen - paper)).image, roomy) > 0.93
    assert likeness(only(paper + large[rows[0] :] * (pen - paper)).image, roomy) > 0.93


@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize(("width", "size"), [(14, 16), (14, 100), (14, 400), (20, 16), (26, 400)])
def test_a_slanted_one_is_read_though_it_leaves_hardly_any_paper(paper, pen, width, size):
    one = drawing([[(53, 14), (47, 88)]], width=width)
    tight = trimmed(one)
    across = round(size * tight.shape[1] / tight.shape[0])
    tight = np.asarray(Image.fromarray(tight).resize((across, size), Image.Resampling.BICUBIC)).clip(0, 1)
    assert likeness(only(paper + tight * (pen - paper)).image, only(1 - one).image) > 0.9


@pytest.mark.parametrize(("paper", "pen"), [(1, 0), (0, 1), (0.85, 0.3)])
@pytest.mark.parametrize(("across", "lean"), [(2, 0), (3, 0), (3, 1), (4, 1)])
def test_an_upright_one_is_read_though_it_leaves_but_soft_edges(paper, pen, across, lean):
    one = drawing([[(50 + lean, 14), (50 - lean, 88)]], width=10)
    tiny = Image.fromarray(trimmed(one)).resize((across, 20))
    tight = np.asarray(tiny.resize((across * 5, 100), Image.Resampling.BICUBIC)).clip(0, 1)
    assert likeness(only(paper + tight * (pen - paper)).image, only(1 - one).image) > 0.8


@pytest.mark.parametrize("size", [(28, 28), (100, 100), (480, 640), (1, 1), (1, 500), (500, 1)])
def test_a_blank_picture_holds_nothing(size):
    rng = np.random.default_rng(1)
    for level in (0.0, 0.5, 1.0):
        assert prepare(np.full(size, level, np.float32)) == []
    assert prepare((0.8 + rng.normal(0, 0.01, size)).astype(np.float32)) == []


@pytest.mark.parametrize("size", [(100, 100), (480, 640), (640, 480)])
def test_light_alone_is_no_ink(size):
    assert prepare(photograph(np.zeros(size)).astype(np.float32)) == []
    assert prepare((0.5 + 0.4 * np.linspace(0, 1, size[1]) * np.ones(size)).astype(np.float32)) == []


@settings(max_examples=150, deadline=None)
@given(
    arrays.arrays(
        np.float32, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.floats(0, 1, width=32)
    ),
    st.sampled_from(["auto", "yes", "no"]),
)
def test_any_picture_is_taken(grey, invert):
    before = grey.copy()
    for digit in prepare(grey, invert):
        assert digit.image.shape == (SIZE, SIZE)
        assert digit.image.max() == 255
        x, y, width, height = digit.box
        assert 0 <= x < x + width <= grey.shape[1]
        assert 0 <= y < y + height <= grey.shape[0]
    np.testing.assert_array_equal(grey, before)


@pytest.mark.parametrize("inverted", [False, True])
def test_mnist_passes_as_it_is(mnist_test, inverted):
    images, _ = mnist_test
    changes = []
    for image in images:
        grey = image.astype(np.float32) / 255
        changes.append(np.abs(only(1 - grey if inverted else grey).image.astype(int) - image).max())
    assert np.median(changes) <= 8
    assert np.mean(np.array(changes) <= 32) > 0.85
