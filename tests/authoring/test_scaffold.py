"""A new plugin, as `hwr plugins new` writes it: it installs, passes its own test and every check, and trains."""

import json
import os
import subprocess
import sys

import pytest

from handwriting.authoring.scaffold import Scaffold, write
from handwriting.errors import HandwritingError, SettingError
from handwriting.registry import entry_points
from tests.helpers.pip_environment import Environment

NAMES = {"activation": "soft-clip", "layer": "layer", "optimizer": "lookahead2", "dataset": "bars"}
"""One of each kind; a layer named "layer" must not get in the way of the contract's own Layer."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("new")
    return {kind: write(Scaffold(kind, name), place) for kind, name in NAMES.items()}


@pytest.fixture(scope="module")
def environment(tmp_path_factory, trained_once, folders):
    fresh = Environment(tmp_path_factory.mktemp("fresh") / "venv", trained_once.data)
    fresh.install(*folders.values())
    return fresh


def test_each_passes_its_own_test(environment, folders):
    tests = [folder / "tests" for folder in folders.values()]
    assert "5 passed" in environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_all_pass_the_check(environment):
    found = json.loads(environment.hwr("plugins", "check", "--all", "--format", "json"))
    assert {part["kind"]: part["name"] for part in found} == NAMES
    assert all(part["passed"] for part in found)
    assert all(len(part["findings"]) > 6 for part in found)


@pytest.mark.parametrize("kind", NAMES)
def test_each_trains_as_it_stands(environment, trained, tmp_path, kind):
    dataset = () if kind == "dataset" else ("--dataset", "strokes")
    output = environment.hwr(
        "train", *dataset, "--hidden", "8", "--epochs", "1", f"--{kind}", NAMES[kind], "-o", tmp_path / "m.safetensors"
    )
    assert "recognised" in output


TOOLS = {
    "ruff check": ("ruff", "check", "--isolated", "--no-cache", "--select", "E,F,I,UP,B,C4,SIM,RUF", "."),
    "ruff format": ("ruff", "format", "--isolated", "--no-cache", "--check", "."),
    "mypy": ("mypy", "--strict", "--no-warn-return-any", "--cache-dir", os.devnull),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_written_is_clean(folders, tool):
    name, *options = TOOLS[tool]
    pytest.importorskip(name, reason=f"{name} is not installed")
    modules = [next(folder.glob("*.py")) for folder in folders.values()] if name == "mypy" else []
    limits = ["--line-length", "120"] if name == "ruff" else []
    for folder in [None] if modules else folders.values():  # ruff takes a folder's own modules to be first-party
        command = [sys.executable, "-m", name, *options, *limits, *map(str, modules)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_written_over(tmp_path):
    folder = write(Scaffold("layer", "mine"), tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(HandwritingError, match="exists"):
        write(Scaffold("activation", "mine"), tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["", "Soft", "soft_clip", "-soft", "soft-", "../soft", "sóft", "soft clip", "soft\n"])
def test_odd_names_are_refused(name):
    with pytest.raises(SettingError, match="can't be a name"):
        Scaffold("activation", name)


def test_names_and_kinds_that_can_not_be():
    with pytest.raises(SettingError, match="built-in activation"):
        Scaffold("activation", "relu")
    with pytest.raises(SettingError, match="no kind 'loss'"):
        Scaffold("loss", "hinge")


@pytest.mark.parametrize("name", ["none", "true", "false", "layer", "path", "part", "a", "soft-clip", "x2"])
@pytest.mark.parametrize("kind", entry_points.KINDS)
def test_whatever_the_name_the_module_is_python(kind, name):
    scaffold = Scaffold(kind, name)
    for path, text in scaffold.files().items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        assert "$" not in text
