"""A picture shows one digit or a number."""

import numpy as np

from handwriting.interfaces import Images, Labels
from tests.benchmarks.cropping import tight_crop
from tests.helpers.handwritten_numbers import file_of, number, reader, text_of


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
