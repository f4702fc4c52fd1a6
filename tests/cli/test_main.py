"""The group of all commands: help, version, and the options that all commands have."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handwriting.cli.main import hwr as group
from tests.helpers.hwr import Hwr

COMMANDS = sorted(group.commands)


def test_the_promised_commands_exist() -> None:
    assert {"download", "train", "evaluate", "predict", "plugins"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_every_option_has_a_help_text(command: Any) -> None:
    shown = CliRunner().invoke(group, [command, "--help"])
    assert shown.exit_code == 0
    for parameter in group.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[-1] in shown.output
            assert parameter.help, f"{command} {parameter.opts} has no help"


def test_without_arguments_it_shows_its_help(hwr: Hwr) -> None:
    done = hwr()
    assert done.stdout == hwr("--help").stdout
    assert done.stdout.startswith("Usage: hwr ")
    assert done.stderr == ""


@pytest.mark.parametrize("words", [[], ["train"], ["plugins"], ["plugins", "new"]])
def test_help_is_a_command_too(hwr: Hwr, words: list[str]) -> None:
    assert hwr("help", *words).stdout == hwr(*words, "--help").stdout


def test_help_knows_only_commands(hwr: Hwr) -> None:
    assert "Did you mean 'train'?" in hwr("help", "trian", status=2).stderr
    assert "hwr train has no commands" in hwr("help", "train", "fast", status=2).stderr


def test_version(hwr: Hwr) -> None:
    from handwriting import __version__

    assert hwr("--version").stdout == f"hwr, version {__version__}\n"


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_the_data_directory_can_be_chosen(trained: Hwr, tmp_path: Path, place: str) -> None:
    commands: dict[str, list[Any]] = {
        "before": ["--data-dir", trained.data, "evaluate"],
        "after": ["evaluate", "--data-dir", trained.data],
        "environment": ["evaluate"],
    }
    chosen = str(trained.data) if place == "environment" else str(tmp_path / "nothing")
    assert "accuracy" in trained(*commands[place], environment={"HWR_DATA_DIR": chosen}).stdout


def test_environment_variables_mirror_the_options(trained: Hwr) -> None:
    done = trained("train", "--dataset", "strokes", environment={"HWR_TRAIN_EPOCHS": "1", "HWR_TRAIN_HIDDEN": "8 4"})
    assert "784 -> 8 relu -> 4 relu -> 10" in done.stdout
    assert "epoch 1/1" in done.stderr
