"""Environments as services, containers and small terminals have them: what needs no home, folder or colour works."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import warm_process
from tests.helpers.hwr import QUICK, SECONDS, Hwr
from tests.helpers.terminal import run_on_terminal

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="needs /dev/null and /proc as folders of their own kind"
)

ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "no HOME": {"HOME": None},
    "HOME is no folder": {"HOME": "/dev/null"},
    "HOME is read-only": {"HOME": "/proc"},
    "HOME is missing": {"HOME": "{missing}/home"},
    "HOME is empty": {"HOME": ""},
    "TMPDIR is missing": {"HOME": "{missing}", "TMPDIR": "{missing}"},
    "LANG=C": {"HOME": "{missing}", "LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": None},
    "no variables": dict.fromkeys(os.environ),
    "TERM=dumb": {"HOME": "{missing}", "TERM": "dumb"},
    "NO_COLOR": {"HOME": "{missing}", "NO_COLOR": "1"},
    "COLUMNS=1": {"HOME": "{missing}", "COLUMNS": "1"},
}
COMMANDS = ("--help", "train --help", "models", "models --format json", "info bundled", "plugins", "predict blank.pgm")
"""None of them writes anything."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds a picture."""
    (tmp_path / "blank.pgm").write_bytes(b"P5 28 28 255 " + bytes(784))
    return tmp_path


def variables(hwr: Hwr, folder: Path, name: str) -> dict[str, str]:
    """Return the variables of an environment; as none is named, the data directory is in the home."""
    changed = hwr.environment() | {"HWR_DATA_DIR": None} | ENVIRONMENTS[name]
    return {key: value.format(missing=folder / "missing") for key, value in changed.items() if value is not None}


def run(arguments: str, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return warm_process.run(arguments.split(), b"", environment, folder, SECONDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_writes_nothing_works_everywhere(hwr: Hwr, folder: Path, name: str, command: str) -> None:
    done = run(command, variables(hwr, folder, name), folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert b"hwr: " not in done.stderr
    assert not (folder / "missing").exists()


@pytest.mark.parametrize("name", ["HOME is no folder", "HOME is read-only"])
def test_what_can_not_be_kept_is_one_line_with_a_remedy(hwr: Hwr, folder: Path, name: str) -> None:
    for command in ("use bundled", "train --dataset strokes", "download --dataset strokes"):
        done = run(command, variables(hwr, folder, name), folder)
        assert done.returncode == 1
        assert done.stderr.decode().startswith("hwr: can't write ")
        assert b"--data-dir or HWR_DATA_DIR" in done.stderr
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_with_a_data_directory_a_network_is_trained_everywhere(hwr_with_strokes: Hwr, folder: Path, name: str) -> None:
    environment = variables(hwr_with_strokes, folder, name) | {"HWR_DATA_DIR": str(hwr_with_strokes.data)}
    assert run(f"train {' '.join(QUICK)}", environment, folder).returncode == 0
    assert run("evaluate", environment, folder).stdout


@pytest.mark.parametrize(
    "settings", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"COLUMNS": "1"}, {"LANG": "C", "LC_ALL": "C"}]
)
@pytest.mark.parametrize("columns", [1, 20])
def test_every_terminal_is_wide_enough(trained: Hwr, folder: Path, settings: dict[str, Any], columns: int) -> None:
    for command in ("models", "info", "evaluate --show-errors", "plugins", f"predict {folder}/blank.pgm --show"):
        assert run_on_terminal(trained, *command.split(), columns=columns, **settings)
