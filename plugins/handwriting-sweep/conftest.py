"""A data directory with a tiny dataset, and `hwr sweep` in this process and as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handwriting.cli.main import hwr
from handwriting.datasets.opening import OpenedDataset, Opener
from handwriting.interfaces import Notice, Progress

DATASET = "strokes:train_count=600,test_count=100"
SETTINGS = ("--dataset", DATASET, "hidden=4..16", "learning-rate=1e-3..1e-1", "activation=relu,gelu", "validation=0.2")


def follow(events: Iterable[Progress | Notice]) -> None:
    """Prepare a dataset, and show nothing."""
    for _ in events:
        pass


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory; the dataset is drawn once."""
    folder = tmp_path_factory.mktemp("data")
    Opener(folder, follow).open(DATASET)
    return folder


@pytest.fixture(scope="session")
def opened(data: Path) -> OpenedDataset:
    """The tiny dataset in memory."""
    return Opener(data, follow).open(DATASET)


@pytest.fixture
def settings() -> tuple[str, ...]:
    """A search space that does not hold the default recipe, which has 128 hidden units."""
    return SETTINGS


@pytest.fixture
def in_folder(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, which is the current one."""
    for name in [name for name in os.environ if name.startswith("HWR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HWR_DATA_DIR", str(data))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def sweep(in_folder: Path) -> Callable[..., Result]:
    """`hwr sweep` in this process; each failure is checked to be told in one line."""

    def run(*arguments: object, status: int = 0) -> Result:
        done = CliRunner().invoke(hwr, ["sweep", *map(str, arguments)])
        assert done.exit_code == status, done.stderr
        if status in (1, 2):
            assert done.stdout == ""
            assert [line.startswith("hwr: ") for line in done.stderr.splitlines()].count(True) == 1, done.stderr
            assert done.stderr.splitlines()[-1].startswith("hwr: ")
        return done

    return run


class Process:
    """`hwr sweep` as a process."""

    def __init__(self, folder: Path, *arguments: object, limit: int | None = None) -> None:
        """Start it in a folder; `limit` is the largest size of a file, in blocks of 1024 bytes."""
        command = [sys.executable, "-m", "handwriting", "sweep", *map(str, arguments)]
        if limit:
            command = ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "bash", *command]
        self.process: Any = subprocess.Popen(
            command, cwd=folder, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.messages: list[str] = []

    def wait_for(self, text: str) -> str:
        """Return the first message that holds a text, once it comes."""
        for line in self.process.stderr:
            self.messages.append(line)
            if text in line:
                return str(line)
        raise AssertionError(f"{text!r} never came:\n{''.join(self.messages)}")

    def end(self, status: int) -> str:
        """Wait for its end, check its exit status, and return its standard output."""
        output, messages = self.process.communicate(timeout=60)
        self.messages += messages.splitlines(keepends=True)
        assert self.process.returncode == status, "".join(self.messages)
        assert not any("Traceback" in line or "Exception ignored" in line for line in self.messages)
        return str(output)

    def workers(self) -> list[int]:
        """Return the processes that train."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def kill(self) -> None:
        """Kill it, as when a machine fails."""
        self.process.send_signal(signal.SIGKILL)
        self.end(-signal.SIGKILL)


@pytest.fixture
def start(in_folder: Path) -> Iterator[Callable[..., Process]]:
    """Start `hwr sweep` as a process, which is killed in the end if it still runs."""
    started: list[Process] = []

    def run(*arguments: object, limit: int | None = None) -> Process:
        started.append(Process(in_folder, *arguments, limit=limit))
        return started[-1]

    yield run
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def stored() -> Callable[[Path], dict[int, tuple[str, Any]]]:
    """The state of each trial in a database of SQLite, and when it has ended, by its number."""

    def read(path: Path) -> dict[int, tuple[str, Any]]:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(path)) as database:
            rows = database.execute(
                "select number, state, datetime_complete from trials join studies using (study_id) "
                "where study_name = 'sweep'"
            )
            return {number: (state, ended) for number, state, ended in rows}

    return read
