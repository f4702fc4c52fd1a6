"""A new plugin, as `hwr plugins new` writes it, installs, passes its own test and all checks, and trains."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handwriting.authoring.scaffold import Scaffold, use, write
from handwriting.errors import HandwritingError, SettingError
from handwriting.registry import entry_points
from tests.helpers.hwr import Hwr
from tests.helpers.pip_environment import Environment

NAMES = {
    "activation": "soft-clip", "layer": "layer", "optimizer": "lookahead2", "loss": "hinge", "schedule": "power",
    "initializer": "uniform", "dataset": "bars", "augmentation": "dots", "command": "say-hello",
}  # fmt: skip
"""One of each kind; the class of a layer called "layer" must not hide the interface `Layer`."""
SLOPE = Scaffold("activation", "slope", with_parameters=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("new")
    scaffolds = [*(Scaffold(kind, name) for kind, name in NAMES.items()), SLOPE]
    return {scaffold: write(scaffold, place) for scaffold in scaffolds}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, trained_once: Hwr, folders: Any) -> Any:
    fresh = Environment(tmp_path_factory.mktemp("fresh") / "venv", trained_once.data)
    fresh.install(*folders.values())
    return fresh


def test_each_passes_its_own_test(environment: Any, folders: Any) -> None:
    tests = [folder / "tests" for folder in folders.values()]
    assert "12 passed" in environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_all_pass_the_check(environment: Any) -> None:
    found = json.loads(environment.hwr("plugins", "check", "--all", "--format", "json"))
    assert {(part["kind"], part["name"]) for part in found} == {*NAMES.items(), (SLOPE.kind, SLOPE.name)}
    assert all(part["passed"] for part in found)
    learning = [part for part in found if part["kind"] not in ("augmentation", "command")]
    assert all({"loads", "settings", "learns"} <= {each["test"] for each in part["findings"]} for part in learning)
    assert all(len(part["findings"]) >= 3 for part in found)


@pytest.mark.parametrize("kind", NAMES)
def test_each_is_used_unchanged(environment: Any, trained: Hwr, tmp_path: Path, kind: Any) -> None:
    _, *used = use(kind, NAMES[kind]).split()
    if kind == "command":
        assert environment.hwr(*used) == "Hello from say-hello.\n"
        return
    dataset = () if kind == "dataset" else ("--dataset", "strokes")
    output = environment.hwr(*used, *dataset, "--hidden", "8", "--epochs", "1", "-o", tmp_path / "m.safetensors")
    assert "test accuracy" in output


def test_only_activations_may_have_parameters(hwr: Hwr, tmp_path: Path) -> None:
    failed = hwr("plugins", "new", "odd", "--kind", "loss", "--with-parameters", "--into", tmp_path, status=2)
    assert "only an activation is written with or without parameters" in failed.stderr


TOOLS = {
    "ruff check": ("ruff", "check", "--isolated", "--no-cache", "--select", "E,F,I,UP,B,C4,SIM,RUF", "."),
    "ruff format": ("ruff", "format", "--isolated", "--no-cache", "--check", "."),
    "mypy": ("mypy", "--strict", "--no-warn-return-any", "--cache-dir", os.devnull),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_code_passes_linters_and_type_checks(folders: Any, tool: Any) -> None:
    name, *options = TOOLS[tool]
    pytest.importorskip(name, reason=f"{name} is not installed")
    modules = [next(folder.glob("*.py")) for folder in folders.values()] if name == "mypy" else []
    limits = ["--line-length", "120"] if name == "ruff" else []
    for folder in [None] if modules else folders.values():  # ruff takes a folder's own modules to be first-party
        command = [sys.executable, "-m", name, *options, *limits, *map(str, modules)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = write(Scaffold("layer", "mine"), tmp_path)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(HandwritingError, match="exists"):
        write(Scaffold("activation", "mine"), tmp_path)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_folder_that_could_not_be_written_completely_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scaffold = Scaffold("layer", "mine")
    with monkeypatch.context() as patch:
        too_long = {"a": "whole", "b" * 300: "has a name that no file system takes"}
        patch.setattr(Scaffold, "files", lambda self: too_long)
        with pytest.raises(HandwritingError, match=f"can't write {tmp_path / scaffold.distribution}: File name too"):
            write(scaffold, tmp_path)
    assert os.listdir(tmp_path) == []
    assert write(scaffold, tmp_path).is_dir()


@pytest.mark.parametrize("name", ["", "Soft", "soft_clip", "-soft", "soft-", "../soft", "sóft", "soft clip", "soft\n"])
def test_invalid_names_are_refused(name: str) -> None:
    with pytest.raises(SettingError, match="can't be a name"):
        Scaffold("activation", name)


def test_taken_names_and_unknown_kinds_are_refused() -> None:
    with pytest.raises(SettingError, match="built-in activation"):
        Scaffold("activation", "relu")
    with pytest.raises(SettingError, match="no kind 'metric'"):
        Scaffold("metric", "recall")


@pytest.mark.parametrize("name", ["none", "true", "false", "layer", "path", "part", "a", "soft-clip", "x2"])
@pytest.mark.parametrize("kind", entry_points.KINDS)
def test_for_any_name_the_module_is_valid_python(kind: Any, name: str) -> None:
    scaffold = Scaffold(kind, name)
    for path, text in scaffold.files().items():
        if path.endswith(".py"):
            compile(text, path, "exec")
        assert "$" not in text
