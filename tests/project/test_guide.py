"""The guide for plugin authors, plugins/README.md: every command in it is run, in a new environment."""

import math
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from handwriting.errors import ShapeError
from handwriting.interfaces import API_VERSION
from handwriting.registry.entry_points import GROUPS
from handwriting.testing import check_layer
from tests.helpers.hwr import Hwr
from tests.helpers.pip_environment import Environment

GUIDE = (Path(__file__).parents[2] / "plugins" / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(console|python)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def steps(block: Any) -> Iterator[Any]:
    """Yield the commands of a console block, each with the lines that it prints."""
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *lines = step.splitlines()
        yield command.split(), lines


def comparable(text: Any) -> Any:
    """Return a line without figures, paths and the width of columns, which differ from run to run."""
    text = re.sub(r"\S*\.safetensors", "MODEL", text)
    return re.sub(r"\d[\d.,e-]*", "N", re.sub(r" +", " ", text)).strip()


@pytest.fixture
def environment(tmp_path: Path, trained: Hwr, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    made = Environment(tmp_path / "venv", tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datasets").symlink_to(trained.data / "datasets")
    return made


def test_the_commands_print_what_the_guide_shows(environment: Any, tmp_path: Path) -> None:
    module = tmp_path / "handwriting-mish" / "handwriting_mish.py"
    for language, block in BLOCKS:
        if language == "python":
            before = module.read_text("utf-8").partition("class Mish")[0]
            module.write_text(before + block, "utf-8")
            continue
        for (program, *arguments), lines in steps(block):
            if program == "pip":
                offline = ("--no-deps", "--no-build-isolation", "--no-index") if arguments[0] == "install" else ()
                environment.pip(*arguments, *offline)
                continue
            done = subprocess.run([environment.python, "-m", "handwriting", *arguments], env=environment.variables,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
            assert done.returncode == any(line.startswith("hwr: ") for line in lines), done.stdout
            printed = {comparable(line) for line in done.stdout.splitlines()}
            for line in lines:
                assert comparable(line) in printed, done.stdout


def test_what_the_guide_calls_public_can_be_imported() -> None:
    section = GUIDE.partition("## What you may import")[2].partition("\n## ")[0]
    names = re.findall(r"`(handwriting(?:\.\w+)*)`", section)
    assert len(names) > 8
    for name in names:
        pkgutil.resolve_name(name)


def test_the_layer_with_another_inside_fulfils_the_contract() -> None:
    (source,) = re.findall(r"^```py\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    names = {
        name: value
        for module in (
            "collections.abc",
            "dataclasses",
            "typing",
            "handwriting.errors",
            "handwriting.interfaces",
            "handwriting.nn.layers.dense",
        )
        for name, value in vars(import_module(module)).items()
    }
    names["math"] = math
    exec(source, names)
    attention = names["PatchAttention"](channels=5, size=2)
    check_layer(attention, (4, 6, 3))
    with pytest.raises(ShapeError, match="multiples of 2"):
        attention.build((4, 5, 3))


def test_the_guide_tells_what_each_version_of_the_contract_changed() -> None:
    versions = re.findall(r"^\| (\d+) \| ", GUIDE, re.MULTILINE)
    assert versions == [str(version) for version in range(1, API_VERSION + 1)]


def test_the_guide_names_every_kind_and_its_group() -> None:
    for group, kind in GROUPS.items():
        assert f"| {kind} | `{group}` |" in GUIDE


def test_the_blocks_of_the_guide_are_found() -> None:
    assert [language for language, _ in BLOCKS] == ["console", "python", "console", "console"]
    assert sum(len(list(steps(block))) for language, block in BLOCKS if language == "console") == 7
