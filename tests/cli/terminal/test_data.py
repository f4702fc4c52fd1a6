"""JSON and CSV for programs, and CSV that a spreadsheet can open without harm."""

import csv
import io
import json
from pathlib import Path

import pytest

from handwriting.cli.terminal.data import write_csv, write_json, write_json_array
from tests.helpers.hwr import Hwr


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1+1)", "'@SUM(1+1)"),
        ("+cmd", "'+cmd"),
        ("-cmd.png", "'-cmd.png"),
        ("\t=cmd", r"\t=cmd"),
        ("\r=cmd", r"\r=cmd"),
        ("-1.5", "-1.5"),
        ("+12", "+12"),
        ("-", "-"),
        ("a=b", "a=b"),
        ("two\nlines", r"two\nlines"),
        (-1.5, "-1.5"),
        (None, ""),
    ],
)
def test_no_cell_is_a_formula(capsys: pytest.CaptureFixture[str], cell: str | float | None, written: str) -> None:
    write_csv(["heading"], [[cell, "next"]])
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [["heading"], [written, "next"]]


def test_a_picture_named_like_a_formula_is_text_to_a_spreadsheet(hwr: Hwr, tmp_path: Path) -> None:
    written = hwr("predict", "=cmd.png", "--format", "csv", status=3, cwd=tmp_path).stdout
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["path"] == "'=cmd.png"
    assert row["reason"].startswith("'=cmd.png: ")


@pytest.mark.parametrize("values", [[], ["a\x7f\x1b\u202e\udcff"], [{"a": 1}, [None, 1.5]]])
def test_json_is_ascii_that_gives_the_same_values(capsys: pytest.CaptureFixture[str], values: list[object]) -> None:
    for write in (write_json, write_json_array):
        write(values)
        written = capsys.readouterr().out
        assert json.loads(written) == values
        assert written.isascii()
        assert written.replace("\n", "").isprintable()
