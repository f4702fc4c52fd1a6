"""Text from outside: what could control a terminal is written as an escape sequence that can be read."""

import pytest

from handwriting.system.text import printable


@pytest.mark.parametrize("text", ["", "plain", "può essere", "数字", "⣿▀█", "a  b"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\x1b[2J", r"\u001b[2J"),
        ("\x7f\x9b", r"\u007f\u009b"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\u202egpj", r"\u202egpj"),
        ("\u2028\u200b", r"\u2028\u200b"),
        ("\udcff", r"\udcff"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_can_not_be_seen_is_escaped(text: str, written: str) -> None:
    assert printable(text) == written


def test_some_characters_can_be_kept() -> None:
    assert printable("a\n\u00a0\x1b", keep="\n\u00a0") == "a\n\u00a0\\u001b"
