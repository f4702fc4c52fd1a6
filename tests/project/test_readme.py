"""The README and the benchmarks' README: the commands, links and code in them are real."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from handwriting.cli.main import hwr as group
from tests.benchmarks.rows import ROWS

ROOT = Path(__file__).parents[2]
FILES = (ROOT / "README.md", ROOT / "tests" / "benchmarks" / "README.md")
README, BENCHMARKS = (path.read_text("utf-8") for path in FILES)


def blocks(language: Any, text: Any = README) -> Any:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(text: Any) -> Any:
    """Every `hwr ...` in the shell blocks and tables, as a list of words."""
    lines = [line for block in blocks("sh", text) for line in block.splitlines()] + re.findall(r"`(hwr [^`]+)`", text)
    return [line.split("#")[0].split("hwr ", 1)[1].split() for line in lines if re.search(r"(^|/)hwr ", line)]


@pytest.mark.parametrize("words", [*commands(README), *commands(BENCHMARKS)], ids=" ".join)
def test_every_command_and_option_exists(words: Any) -> None:
    command: click.Command = group
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert command is not group, f"there is no command {words[0]}"
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_tutorial_plugin_is_the_real_one() -> None:
    code = (ROOT / "plugins" / "handwriting-softsign" / "handwriting_softsign.py").read_text("utf-8")
    assert code in blocks("python")
    assert any(
        block in (ROOT / "plugins" / "handwriting-softsign" / "pyproject.toml").read_text() for block in blocks("toml")
    )


def test_every_command_is_explained() -> None:
    for name in group.commands:
        assert f"`hwr {name}`" in README


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_linked_file_exists(path: Any) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_first_two_shell_blocks_train_and_test() -> None:
    first = blocks("sh")[:2]
    assert "hwr train --hidden 128 --activation relu" in first[0]
    assert "-m pytest" in first[1]


def test_every_row_of_the_benchmarks_is_explained() -> None:
    for name in ROWS:
        assert f"| `{name}` |" in BENCHMARKS
