"""A picture shows one digit or a number."""

import numpy as np
import pytest

from handwriting.interfaces import Images, Labels
from tests.benchmarks.cropping import tight_crop
from tests.helpers.handwritten_numbers import digits, file_of, number, reader, text_of


def test_a_tight_crop_is_one_digit_although_its_strokes_look_like_rules(mnist_test: tuple[Images, Labels]) -> None:
    images, labels = (part[:100] for part in mnist_test)
    crops = (1 - np.asarray(tight_crop(image, 100)) / 255 for image in images)
    readings = [reader().read(file_of(crop, 255, 0)).text for crop in crops]
    assert np.mean([text == str(label) for text, label in zip(readings, labels, strict=True)]) > 0.97


def test_single_reads_one_digit_of_whatever_is_there() -> None:
    reading = reader(expected="single").read(file_of(number("407", gap=40)))
    assert len(reading.text) == 1


def test_a_picture_as_small_as_those_of_mnist_may_show_a_number() -> None:
    small = {text: number(text, margin=0, scale=0.25) for text in ("10", "31", "73", "96")}
    pages = {text: np.zeros((28, 28), np.float32) for text in small}
    for text, ink in small.items():
        pages[text][6 : 6 + len(ink), 2 : 2 + ink.shape[1]] = ink
    assert [text_of(page, paper=255, pen=0) for page in pages.values()] == [*pages]


@pytest.mark.parametrize("scale", [0.3, 0.5])
@pytest.mark.parametrize("text", ["01", "10", "71"])
def test_digits_that_touch_in_a_small_picture_are_a_number(text: str, scale: float) -> None:
    assert text_of(number(text, gap=-8, margin=12, scale=scale), paper=230, pen=40) == text


@pytest.mark.parametrize("digit", [4, 5, 8, 2])
@pytest.mark.parametrize("left", [0, 2, 4])
def test_a_1_near_the_side_is_a_digit_and_a_rule_that_reaches_the_side_is_none(digit: int, left: int) -> None:
    ink = digits()[digit]
    page = np.zeros((ink.shape[0] + 14, ink.shape[1] + 22), np.float32)
    page[7:-7, 15:-7] = ink
    rows = slice(7, -7) if left else slice(None)
    page[rows, left : left + 3] = 1
    assert text_of(page, paper=230, pen=40) == (f"1{digit}" if left else f"{digit}")
