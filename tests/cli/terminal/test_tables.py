from typing import Any

import pytest

from handwriting.cli.terminal import tables
from tests.helpers.terminal import console

HEADINGS = ("", "accuracy", "parameters")
ROWS = [("a model with a long name", "98.10 %", "1,234,567"), ("b", "7.00 %", "8")]


@pytest.mark.parametrize("width", [120, 80, 40, 30, 20])
def test_no_number_is_lost_or_cut(monkeypatch: Any, capsys: Any, width: int) -> None:
    of = console(width, color_system=None)
    monkeypatch.setattr(tables, "stdout_console", lambda: of)
    with of.capture() as captured:
        tables.show(HEADINGS, ROWS, numbers=True)
    lines = (captured.get() + capsys.readouterr().out).splitlines()
    text = "\n".join(lines)
    assert all(cell in text for row in ROWS for cell in row[1:])
    assert all(word in text for word in ["accuracy", "parameters", "a", "model", "with", "a", "long", "name"])
    assert max(map(len, lines)) <= max(width, 24)


def test_elsewhere_than_on_a_terminal_a_table_has_a_line_for_each_row(capsys: Any) -> None:
    tables.show(HEADINGS, ROWS, numbers=True)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["accuracy", "parameters"],
        ["a", "model", "with", "a", "long", "name", "98.10", "%", "1,234,567"],
        ["b", "7.00", "%", "8"],
    ]
