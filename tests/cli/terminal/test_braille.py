import numpy as np

from handwriting.cli.terminal import braille


def test_dots_are_where_unicode_puts_them() -> None:
    dots = np.zeros((5, 3), bool)
    dots[0, 0] = dots[3, 1] = dots[4, 2] = True
    assert braille.lines(dots) == [chr(0x2800 + 0x01 + 0x80) + chr(0x2800), chr(0x2800) + chr(0x2800 + 0x01)]
    assert braille.lines(np.ones((4, 2), bool)) == ["⣿"]
