"""What the README says is what there is."""

import re
from pathlib import Path

import click
import pytest

from handwriting.cli import hwr as group

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands():
    """Every `hwr ...` in the README's shell blocks and tables, as a list of words."""
    lines = [line for block in blocks("sh") for line in block.splitlines()] + re.findall(r"`(hwr [^`]+)`", README)
    return [line.split("#")[0].split("hwr ", 1)[1].split() for line in lines if re.search(r"(^|/)hwr ", line)]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_and_option_that_it_names_exists(words):
    command: click.Command = group
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    assert command is not group, f"there is no command {words[0]}"
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_tutorial_plugin_is_the_real_one():
    code = (ROOT / "plugins" / "handwriting-softsign" / "handwriting_softsign.py").read_text("utf-8")
    assert code in blocks("python")
    assert any(
        block in (ROOT / "plugins" / "handwriting-softsign" / "pyproject.toml").read_text() for block in blocks("toml")
    )


def test_every_command_is_explained():
    for name in group.commands:
        assert f"`hwr {name}`" in README


def test_every_file_that_it_links_to_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_first_screen_holds_the_two_commands():
    first = blocks("sh")[:2]
    assert "hwr train --hidden 128 --activation relu" in first[0]
    assert "-m pytest" in first[1]
