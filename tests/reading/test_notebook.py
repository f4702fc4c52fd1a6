"""A reading in a notebook."""

from pathlib import Path

import pytest

from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader


def test_a_reading_is_one_line_and_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "<b>.png"
    path.write_bytes(file_of(number(TEXT)))
    for source in (path, path.read_bytes()):
        reading = reader().read(source)
        assert repr(reading).startswith(f"Reading('{reading.path}', text='{TEXT}', confidence=0.")
        assert repr(reading.digits[0]).startswith("Digit(digit='4', confidence=0.")
        shown = reading._repr_html_()
        assert shown.startswith('<div><img src="data:image/png;base64,')
        assert f"<pre>{TEXT}\nconfidence" in shown
        assert "<b>" not in shown


def test_the_picture_of_a_file_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(file_of(number(TEXT)))
    reading = reader().read(tmp_path / "x.png")
    assert reading.picture is None
    (tmp_path / "x.png").unlink()
    assert "<img" not in reading._repr_html_()


@pytest.mark.parametrize("source", [b"junk", "no-such-file.png"])
def test_what_can_t_be_read_says_why(source: bytes | str) -> None:
    reading = reader().read(source)
    assert "reason=" in repr(reading)
    assert "<img" not in reading._repr_html_()
