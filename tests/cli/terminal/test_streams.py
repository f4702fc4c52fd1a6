"""Standard streams that are closed, full, or read by nobody: the work is done all the same, and no word goes astray."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers import warm_process
from tests.helpers.hwr import QUICK, SECONDS, Hwr

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a POSIX shell and /dev/full")

FULL = "hwr: can't write the results to standard output: No space left on device; free some space, or write elsewhere"


@pytest.fixture
def full() -> Iterator[int]:
    """A file on a full disk."""
    with open("/dev/full", "wb") as file:
        yield file.fileno()


@pytest.fixture
def unread() -> Iterator[int]:
    """A pipe whose reader has seen enough."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def written(hwr: Hwr, tmp_path: Path, *arguments: object, status: int = 0, **streams: int) -> tuple[str, str]:
    """Run hwr with some streams replaced by file descriptors; return what it writes to the others."""
    with open(os.devnull) as stdin, (tmp_path / "out").open("w+") as out, (tmp_path / "err").open("w+") as err:
        numbers = [stdin.fileno(), streams.get("stdout", out.fileno()), streams.get("stderr", err.fileno())]
        ended = warm_process.run_with(numbers, list(map(str, arguments)), hwr.environment(), tmp_path, SECONDS)
        out.seek(0)
        err.seek(0)
        texts = out.read(), err.read()
    assert ended == status, texts
    assert "Traceback" not in texts[1]
    return texts


def in_shell(hwr: Hwr, arguments: str) -> subprocess.CompletedProcess[str]:
    """Run hwr in a shell, with redirections."""
    command = f"{shlex.quote(sys.executable)} -m handwriting {arguments}"
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=hwr.environment(), timeout=SECONDS)


def test_messages_never_stand_among_results(trained: Hwr, tmp_path: Path) -> None:
    """Where standard error is closed, Python's print would write them to standard output."""
    done = in_shell(trained, f"train {' '.join(QUICK)} -o {tmp_path}/m --format json 2>&-")
    assert done.returncode == 0
    assert json.loads(done.stdout)["recipe"]["epochs"] == 2


@pytest.mark.parametrize(
    ("command", "status"), [("models", 0), ("--help", 0), ("evaluate", 0), ("predict -", 3), ("info missing", 2)]
)
def test_closed_streams_are_like_dev_null(trained: Hwr, command: str, status: int) -> None:
    done = in_shell(trained, f"{command} <&- >&- 2>&-")
    assert done.returncode == status
    assert done.stdout == done.stderr == ""


def test_closed_standard_output_leaves_messages_alone(trained: Hwr) -> None:
    assert in_shell(trained, "info missing >&-").stderr == (
        "hwr: there is no model file missing; `hwr models` lists yours\n"
    )


def test_closed_standard_input_is_empty(trained: Hwr) -> None:
    assert "standard input: it is empty" in in_shell(trained, "predict - <&-").stdout


def test_no_file_takes_the_place_of_a_closed_stream(trained: Hwr, tmp_path: Path) -> None:
    in_shell(trained, f"train {' '.join(QUICK)} -o {tmp_path}/m <&- >&- 2>&-")
    assert "accuracy" in trained("evaluate", tmp_path / "m").stdout


@pytest.mark.parametrize("command", ["--help", "--version", "models", "evaluate", "info", "train --print-config"])
def test_results_that_can_not_be_written_are_one_line_and_status_1(
    trained: Hwr, tmp_path: Path, full: int, command: str
) -> None:
    assert written(trained, tmp_path, *command.split(), stdout=full, status=1)[1].splitlines()[-1] == FULL


@pytest.mark.parametrize("command", ["--help", "models", "evaluate", "train --print-config"])
def test_a_reader_that_has_seen_enough_is_no_failure(trained: Hwr, tmp_path: Path, unread: int, command: str) -> None:
    assert written(trained, tmp_path, *command.split(), stdout=unread)[1] == ""


def test_messages_that_can_not_be_written_are_no_failure(trained: Hwr, tmp_path: Path, full: int, unread: int) -> None:
    for lost in (full, unread):
        assert written(trained, tmp_path, "predict", "missing.png", stderr=lost, status=3)[0].startswith("missing.png")


def test_pictures_are_not_read_for_nobody(trained: Hwr, tmp_path: Path, unread: int) -> None:
    """Each has a notice, which tells that it was read."""
    first, second = (Image.new("L", (28, 28), level) for level in (0, 255))
    for number in range(9):
        first.save(tmp_path / f"{number}.gif", save_all=True, append_images=[second])
    notices = written(trained, tmp_path, "predict", tmp_path, stdout=unread)[1]
    assert notices.count("it holds several pictures") == 1


@pytest.mark.parametrize("lost", ["stdout", "stderr"])
def test_a_report_is_written_whoever_reads_the_results(trained: Hwr, tmp_path: Path, unread: int, lost: str) -> None:
    written(trained, tmp_path, "evaluate", "--report", "report.html", **{lost: unread})
    assert (tmp_path / "report.html").read_bytes().rstrip().endswith(b"</html>")


@pytest.mark.parametrize("lost", ["stdout", "stderr"])
def test_a_training_goes_on_whoever_follows_it(trained: Hwr, tmp_path: Path, unread: int, full: int, lost: str) -> None:
    for name, stream in {"unread": unread, "full": full}.items():
        status = int(lost == "stdout" and stream == full)  # the results are not where they were asked for
        written(trained, tmp_path, "train", *QUICK, "-o", name, status=status, **{lost: stream})
        assert "accuracy" in trained("evaluate", tmp_path / name).stdout
