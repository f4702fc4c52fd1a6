"""Commands of plugins: listed without being imported, called as built-in ones are, and harmless if they are broken."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting.cli.main import hwr as group
from handwriting.registry import entry_points
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import Site
from tests.project.test_imports import HEAVY, loaded_by

GREET = """
import sys
import click
from handwriting.cli import options

@click.command()
@click.argument("name")
@click.option("--times", type=int, default=1)
@options.common
def greet(name, times):
    \"\"\"Greet somebody. Politely.\"\"\"
    if name == "nobody":
        raise ZeroDivisionError("nobody to greet")
    if name == "everybody":
        raise MemoryError("too many")
    if name == "exit":
        sys.exit(4)
    for _ in range(times):
        print(f"Hello {name}.")
    click.echo(f"in {options.data_dir()}", err=True)
    return "greeted"
"""
SLOW = {"importlib.metadata", "dataclasses", "email.message"}
"""Modules whose import takes as long as it takes to read the metadata of fifty distributions."""
BROKEN = "import nowhere_at_all\n\ndef broken():\n    'Do nothing.'\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "site")
    site.install("polite-things", {"commands": {"greet": "polite:greet"}}, {"polite": GREET})
    return site


@pytest.fixture
def run(hwr: Hwr, site: Site) -> Callable[..., Any]:
    """`hwr` as it is run beside what `site` holds."""

    def run(*arguments: Any, status: int = 0, **environment: str) -> Any:
        return hwr(*arguments, status=status, environment={"PYTHONPATH": str(site.folder)} | environment)

    return run


def test_our_own_commands_are_registered_too() -> None:
    assert {e.name: e.value for e in entry_points.entries("command") if e.built_in}.keys() == group.commands.keys()


def test_a_command_is_listed_and_called(run: Any, hwr: Hwr) -> None:
    lines = run("--help").stdout.splitlines()
    assert "  greet     Greet somebody. Politely." in lines
    names = [line.split()[0] for line in lines[lines.index("Commands:") + 1 :] if line[2:3] != " "]
    assert names == sorted([*group.commands, "greet"])
    done = run("greet", "Ada", "--times", "2")
    assert done.stdout == "Hello Ada.\n" * 2
    assert done.stderr == f"in {hwr.data}\n"
    assert run("greet", "--help").stdout.startswith("Usage: hwr greet [OPTIONS] NAME\n\n  Greet somebody. Politely.")
    assert run("help", "greet").stdout == run("greet", "--help").stdout
    assert run("polite-things:greet", "Ada").stdout == "Hello Ada.\n"


def test_listing_imports_nothing(run: Any, site: Site) -> None:
    code = "from handwriting.cli.main import hwr\ntry:\n    hwr(['--help'])\nexcept SystemExit:\n    pass"
    assert loaded_by(code, PYTHONPATH=str(site.folder)) & (HEAVY | SLOW | {"polite"}) == set()
    site.install("broken-things", {"commands": {"broken": "broken_plugin:broken"}}, {"broken_plugin": BROKEN})
    site.install("gone-things", {"commands": {"gone": "gone_plugin:gone"}})
    shown = run("--help").stdout
    assert "  broken    Do nothing.\n" in shown
    assert "  gone      (of gone-things)\n" in shown


def test_a_broken_command_hurts_only_itself(run: Any, site: Site) -> None:
    site.install("broken-things", {"commands": {"broken": "broken_plugin:broken"}}, {"broken_plugin": BROKEN})
    site.install("odd-things", {"commands": {"odd": "odd_plugin:odd"}}, {"odd_plugin": "def odd():\n    pass\n"})
    (line,) = run("broken", status=1).stderr.splitlines()
    assert line.startswith("hwr: command 'broken' from broken-things 1.0 can't be imported")
    assert "nowhere_at_all" in line
    (line,) = run("odd", status=1).stderr.splitlines()
    assert line.endswith(
        "command 'odd' from odd-things 1.0 does not fulfil its contract: odd_plugin:odd is no click.Command"
    )
    assert run("greet", "Ada").stdout == "Hello Ada.\n"
    assert run("plugins", "list").stdout.count("things") == 3


def test_exit_statuses_and_blame_are_as_for_built_in_commands(run: Any) -> None:
    (line,) = run("greet", "nobody", status=1).stderr.splitlines()
    assert line.startswith("hwr: command 'greet' from polite-things 1.0 fails: ZeroDivisionError: nobody to greet")
    (line,) = run("greet", "everybody", status=1).stderr.splitlines()
    assert line.startswith("hwr: command 'greet' from polite-things 1.0 fails: MemoryError: too many")
    run("greet", "exit", status=4)
    (line,) = run("greet", status=2).stderr.splitlines()
    assert line == "hwr: Missing argument 'NAME' (see `hwr greet --help`)"
    (line,) = run("greett", status=2).stderr.splitlines()
    assert "No such command 'greett'. Did you mean 'greet'" in line


def test_options_come_from_the_environment_and_output_is_escaped(run: Any) -> None:
    assert run("greet", "Ada", HWR_GREET_TIMES="3").stdout == "Hello Ada.\n" * 3
    assert run("greet", "\x1b[31mAda").stdout == "Hello \\u001b[31mAda.\n"


def test_the_python_interface_obeys_data_dir_in_a_command(run: Any, trained: Hwr, site: Site) -> None:
    source = (
        "import click\nfrom handwriting.cli import options\n@click.command()\n@options.common\ndef which():\n"
        "    'Tell the model.'\n    from handwriting import load\n    print(len(load().class_names))\n"
    )
    site.install("model-things", {"commands": {"which": "which_plugin:which"}}, {"which_plugin": source})
    assert run("which").stdout == "11\n"  # the bundled model
    assert run("which", "--data-dir", trained.data).stdout == "10\n"
    assert run("--data-dir", trained.data, "which").stdout == "10\n"


def test_built_in_names_win_and_several_of_a_name_are_told_apart(run: Any, site: Site) -> None:
    other = GREET.replace("Hello", "Howdy").replace("Greet somebody. Politely.", "Greet in another way.")
    site.install("rude-things", {"commands": {"greet": "rude:greet", "train": "rude:greet"}}, {"rude": other})
    shown = " ".join(run("--help").stdout.split())
    assert "polite-things:greet Greet somebody. Politely." in shown
    assert "rude-things:greet Greet in another way." in shown
    assert "rude-things:train Greet in another way." in shown
    assert " train Train a network" in shown
    (line,) = run("greet", "Ada", status=2).stderr.splitlines()
    assert "say which: polite-things:greet or rude-things:greet" in line
    assert run("rude-things:greet", "Ada").stdout == "Howdy Ada.\n"
    assert "Train a network" in run("train", "--help").stdout
    assert "! clash with hwr itself: write rude-things:train" in run("plugins").stdout


def test_hwr_plugins_excludes_commands(run: Any) -> None:
    assert "greet" not in run("--help", HWR_PLUGINS="none").stdout
    assert "No such command 'greet'" in run("greet", "Ada", status=2, HWR_PLUGINS="other").stderr
    assert run("greet", "Ada", HWR_PLUGINS="polite-things").stdout == "Hello Ada.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="completion is for bash, zsh and fish")
def test_the_shell_completes_their_names_and_options(run: Any, site: Site) -> None:
    def completed(words: str, position: int) -> list[str]:
        variables = {"_HWR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)}
        return [line.partition(",")[2] for line in run(**variables).stdout.splitlines()]

    site.install("broken-things", {"commands": {"broken": "broken_plugin:broken"}}, {"broken_plugin": BROKEN})
    assert completed("hwr gr", 1) == ["greet"]
    assert completed("hwr b", 1) == ["broken"]
    assert completed("hwr help gr", 2) == ["greet"]
    assert completed("hwr greet --ti", 2) == ["--times"]
    assert completed("hwr broken --x", 2) == completed("hwr nothing --x", 2)


def test_plugins_knows_them(run: Any) -> None:
    shown = run("plugins", "show", "greet").stdout
    assert shown.startswith("command 'greet' from polite-things 1.0\nUsage: hwr greet")
    done = run("plugins", "check", "greet").stdout
    assert "all 6 tests pass" in done
    assert "Greet somebody. Politely." in done
    assert "Measure how well" in run("plugins", "show", "evaluate").stdout


def test_a_check_finds_what_is_wrong_with_a_command(run: Any, site: Site) -> None:
    source = GREET.replace('"""Greet somebody. Politely."""', "").replace(
        "@click.command()", "@click.command(add_help_option=False)"
    )
    site.install("curt-things", {"commands": {"curt": "curt:greet"}}, {"curt": source})
    done = run("plugins", "check", "curt", status=1).stdout
    assert "2 of 6 tests fail" in done
    assert "finds no docstring" in done
