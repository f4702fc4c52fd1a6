"""The help texts fit the terminal, and what the commands do is told in whole sentences."""

import re
from typing import Any

import click
import pytest

from handwriting.cli.main import hwr as group
from tests.helpers.hwr import Hwr

HELP = [(), ("plugins",), *((name,) for name in sorted(group.commands) if name != "plugins")]


@pytest.mark.parametrize("columns", [120, 80, 40])
@pytest.mark.parametrize("command", HELP)
def test_no_line_is_longer_than_the_terminal(hwr: Hwr, command: Any, columns: int) -> None:
    shown = hwr(*command, "--help", environment={"COLUMNS": str(columns)}).stdout
    too_long = [line for line in shown.splitlines() if len(line) > columns]
    assert all(line.strip().startswith("hwr ") for line in too_long)  # examples are kept whole, to be copied
    assert columns < 80 or not too_long


@pytest.mark.parametrize("columns", [120, 80, 40])
@pytest.mark.parametrize("command", [(), ("plugins",)])
def test_what_a_command_does_is_told_in_a_whole_sentence(hwr: Hwr, command: Any, columns: int) -> None:
    shown = hwr(*command, "--help", environment={"COLUMNS": str(columns)}).stdout.partition("Commands:\n")[2]
    assert "..." not in shown
    sentences = [" ".join(text.split()) for text in re.split(r"^  (?=\w)", shown, flags=re.MULTILINE)[1:]]
    assert all(sentence.endswith(".") for sentence in sentences)
    described = group.commands["plugins"] if command else group
    assert isinstance(described, click.Group)
    assert len(sentences) == len(described.list_commands(click.Context(described)))  # with those of plugins
