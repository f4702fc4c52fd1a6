import numpy as np

from handwriting.cli.terminal import thumbnails
from handwriting.evaluation.mistakes import Mistake
from tests.helpers.terminal import console


def test_long_names_are_cut_and_control_characters_escaped() -> None:
    mistakes = [Mistake(0, "\x1b[31mred" * 5, "a very long name", 1.0, 0.0)] * 2
    images = np.full((2, 28, 28), 255, np.uint8)
    lines = [line.plain for line in thumbnails.mistakes(mistakes, images, console(width=40), 40)]
    assert all(len(line) <= 40 for line in lines)
    assert not any("\x1b" in line for line in lines)
