"""`hwr read-many` as users call it: alone, with a cluster, and while something is killed."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pyarrow.dataset
import pytest
from PIL import Image, ImageDraw

from handwriting import Recognizer

SECONDS = 120.0
"""Longest time that anything may take."""
PRELOAD = """
import os, signal, time
from handwriting.reading.recognizer import Recognizer
original = getattr(Recognizer, "original", Recognizer.read_each)  # the scheduler may import this twice

def dangerous(self, sources):
    some = [sources] if hasattr(sources, "read") else list(sources)
    if any(b"POISON" in getattr(source, "getvalue", bytes)() for source in some):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return original(self, some)

Recognizer.original = original
Recognizer.read_each = dangerous
"""
"""What workers load in tests: reading takes a while, and some pictures kill them."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals to process groups")


def picture(number: int) -> bytes:
    """Return a picture of a digit as a PNG file."""
    image = Image.new("L", (30, 30), 255)
    pen = ImageDraw.Draw(image)
    pen.line([(8, 6), (20, 6), (10 + number % 5, 25)], fill=0, width=3)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


class ReadMany:
    """The command, with the bundled model, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "preload.py").write_text(PRELOAD)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HWR_", "DASK_", "COLUMNS"))}
        self.environment = kept | {"HWR_DATA_DIR": str(folder / "data"), "HWR_READ_MANY_MODEL": "bundled"}

    def start(self, *arguments: object, slow: bool = False, limit: int | None = None) -> "subprocess.Popen[str]":
        """Start it in a process group of its own; `slow` workers load PRELOAD."""
        preload = {"DASK_DISTRIBUTED__WORKER__PRELOAD": str(self.folder / "preload.py")} if slow else {}
        command = [sys.executable, "-m", "handwriting", "read-many", *map(str, arguments)]
        if limit:
            command = ["sh", "-c", f'ulimit -f {limit // 512}; exec "$@"', "sh", *command]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | preload,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *arguments: object, status: int = 0, **options: Any) -> tuple[str, str]:
        """Run it, check its exit status, and return what it prints to standard output and standard error."""
        process = self.start(*arguments, **options)
        output, messages = process.communicate(timeout=SECONDS)
        assert process.returncode == status, messages
        assert "Traceback" not in messages
        return output, messages

    def refused(self, *arguments: object, status: int = 1, **options: Any) -> str:
        """Run it, and return the one line with which it refuses to work."""
        output, messages = self(*arguments, status=status, **options)
        lines = [line for line in messages.splitlines() if line.startswith("hwr: ")]
        assert (output, len(lines), messages.splitlines()[-1]) == ("", 1, lines[0])
        return lines[0]


@pytest.fixture
def read_many(tmp_path: Path) -> ReadMany:
    return ReadMany(tmp_path)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a scheduler with two dangerous workers on loopback, and the process that restarts these."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "preload.py").write_text(PRELOAD)
    file = folder / "scheduler.json"
    options = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard")
    workers = ("--nworkers", "2", "--nthreads", "1", "--preload", str(folder / "preload.py"))
    with open(folder / "log", "wb") as log:
        commands = (
            ("scheduler", *options, "--port", "0", "--dashboard-address", "127.0.0.1:0"),
            ("worker", *options, *workers),
        )
        started = []
        for command in commands:
            started.append(
                subprocess.Popen([sys.executable, "-m", "dask", *command], cwd=folder, stdout=log, stderr=log)
            )
            until(file.exists)
        yield json.loads(file.read_text())["address"], psutil.Process(started[1].pid)
        for process in reversed(started):
            process.terminate()
            process.wait(SECONDS)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_more(folder: Path, count: int) -> None:
    """Wait until there are `count` more files of results."""
    expected = len(parts(folder)) + count
    until(lambda: len(parts(folder)) >= expected)


def workers_of(process: psutil.Process) -> list[psutil.Process]:
    """Return the worker processes among the children of a process."""
    return [child for child in process.children() if "spawn_main" in " ".join(child.cmdline())]


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def rows(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyarrow.dataset.dataset(folder).to_table().to_pylist()
    return found


def assert_each_once(folder: Path, names: Sequence[str], poison: Sequence[str] = ()) -> None:
    """There is one row for each picture, all are read but for those that kill workers, and no notes are left."""
    found = rows(folder)
    assert [row["path"] for row in found] == list(names)
    assert [row["path"] for row in found if row["failed"]] == list(poison)
    assert all("workers have died" in row["reason"] for row in found if row["failed"])
    assert [path.name for path in folder.iterdir() if path.name.startswith(("_reading", "."))] == []


def write_pictures(folder: Path, count: int) -> list[str]:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.png").write_bytes(picture(number))
    return [f"{folder.name}/{number:04}.png" for number in range(count)]


def test_a_folder_is_read_and_a_second_time_nothing_is_left_to_do(read_many: ReadMany, tmp_path: Path) -> None:
    names = write_pictures(tmp_path / "digits", 50)
    for number, content in {7: b"<html>", 8: b""}.items():
        (tmp_path / names[number]).write_bytes(content)
    output, messages = read_many("digits", "-o", "results", "--shard-size", 20, "--format", "json", status=3)
    assert json.loads(output) == {
        "pictures": 50, "read": 48, "rejected": 0, "failed": 2, "before": 0, "output": "results"
    }  # fmt: skip
    lines = re.compile(r"model bundled .*|\d+ of 50 pictures(, \d+ a second)?(, 2 failed)?(, \d+ s left)?")
    assert [line for line in messages.splitlines() if not lines.fullmatch(line)] == []
    assert len(parts(tmp_path / "results")) == 3
    found = rows(tmp_path / "results")
    readings = Recognizer("bundled").read([tmp_path / name for name in names])
    assert [row["text"] for row in found] == [reading.text for reading in readings]
    assert [row["path"] for row in found] == names

    before = {path: path.stat() for path in parts(tmp_path / "results")}
    output, _ = read_many("digits", "-o", "results", "--shard-size", 20, status=3)
    assert output.splitlines()[0] == "pictures  50, 50 of them read by an earlier run"
    assert {path: path.stat() for path in parts(tmp_path / "results")} == before

    for options, words in {
        ("--min-confidence", "0.5"): "begun with --min-confidence 0.0, not 0.5",
        ("--shard-size", "10"): "begun with --shard-size 20, not 10",
        ("--lines",): "begun with --single or --lines: auto, not lines",
    }.items():
        assert words in read_many.refused("digits", "-o", "results", "--shard-size", 20, *options)
    assert "begun with the pictures" in read_many.refused(".", "-o", "results", "--shard-size", 20)


def test_interrupted_then_killed_then_done(read_many: ReadMany, tmp_path: Path) -> None:
    names = write_pictures(tmp_path / "digits", 120)
    command = ("digits", "-o", "results", "--shard-size", 4, "--workers", 1)
    results = tmp_path / "results"

    process = read_many.start(*command, slow=True)
    until_more(results, 3)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C on a terminal
    _, messages = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    kept, interrupted = messages.splitlines()[-2:]
    assert re.fullmatch(r"\d+ of 120 pictures are read, and kept in results: the same command goes on .*", kept)
    assert interrupted == "hwr: interrupted"
    assert list(results.glob("_reading-*")) == []

    done = len(parts(results))
    process = read_many.start(*command, slow=True)
    until_more(results, 3)
    workers = workers_of(psutil.Process(process.pid))
    process.kill()
    process.communicate()
    assert len(workers) == 1
    psutil.wait_procs(workers, SECONDS)  # they don't go on alone

    assert len(parts(results)) < 30
    output, _ = read_many(*command, "--format", "json")
    assert json.loads(output)["before"] >= 4 * (done + 3)
    assert_each_once(results, names)


def test_workers_of_a_cluster_are_killed_and_no_row_is_lost_or_doubled(
    read_many: ReadMany, cluster: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    scheduler, nanny = cluster
    names = write_pictures(tmp_path / "digits", 240)
    process = read_many.start(f"file://{tmp_path}/digits", "-o", "results", "--shard-size", 4, "--scheduler", scheduler)
    for _ in range(3):
        until_more(tmp_path / "results", 6)
        until(lambda: workers_of(nanny))
        workers_of(nanny)[0].kill()
    output, messages = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, messages
    assert output.splitlines()[1] == "read      240"
    assert_each_once(tmp_path / "results", [f"file://{tmp_path}/{name}" for name in names])


def test_a_picture_that_kills_workers_is_a_row(
    read_many: ReadMany, cluster: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    names = [f"{number:02}.png" for number in range(40)]
    with zipfile.ZipFile(tmp_path / "1.zip", "w") as archive, tarfile.open(tmp_path / "2.tar", "w") as tar:
        for number, name in enumerate(names):
            content = picture(number) + (b"POISON" if number == 5 else b"")
            archive.writestr(name, content)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content[: member.size]))
    options = ("--shard-size", 16, "--scheduler", cluster[0], "--format", "json")
    output, messages = read_many("?.*", "-o", "results", *options, status=3)
    assert json.loads(output)["failed"] == 2
    assert "hwr: " not in messages
    assert_each_once(tmp_path / "results", names * 2, ["05.png"] * 2)
    assert [row["archive"] for row in rows(tmp_path / "results")] == ["1.zip"] * 40 + ["2.tar"] * 40


def test_a_damaged_archive_is_told_and_the_others_are_read(
    read_many: ReadMany, cluster: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    options = ("--scheduler", cluster[0])
    (tmp_path / "1.tar").write_bytes(b"no archive" * 200)
    assert "1.tar: it is no archive, or damaged" in read_many.refused("1.tar", "-o", "results", *options)
    with zipfile.ZipFile(tmp_path / "2.zip", "w") as archive:
        archive.writestr("1.png", picture(1))
    output, messages = read_many("1.tar", "2.zip", "-o", "results", *options, status=3)
    assert "1.tar: it is no archive, or damaged" in messages
    assert [row["path"] for row in rows(tmp_path / "results")] == [None, "1.png"]
    assert output.splitlines()[1:4] == ["read      1", "rejected  0", "failed    1"]


def test_what_can_not_be_used_is_refused_in_one_line(read_many: ReadMany, tmp_path: Path) -> None:
    write_pictures(tmp_path / "digits", 1)
    (tmp_path / "model.safetensors").write_bytes(b"damaged" * 10)
    (tmp_path / "a file").touch()
    asked = ("digits", "-o", "results")
    assert "there is no file or folder nowhere" in read_many.refused("nowhere", "-o", "results", status=2)
    assert "'foo' is not the address of a scheduler" in read_many.refused(*asked, "--scheduler", "foo", status=2)
    assert "--workers are processes on this machine" in read_many.refused(
        *asked, "--scheduler", "tcp://127.0.0.1:9", "--workers", 2, status=2
    )
    assert "is not a model of hwr, or it is damaged" in read_many.refused(*asked, "-m", "model.safetensors")
    assert "a file is a file: choose another place" in read_many.refused("digits", "-o", "a file")
    assert "holds something else, such as 0000.png" in read_many.refused("digits", "-o", "digits")
    assert "Protocol not known" in read_many.refused("digits", "-o", "elsewhere://results", status=2)
    assert not (tmp_path / "results").exists()


def test_without_a_scheduler_at_the_address_one_line_says_so(read_many: ReadMany, tmp_path: Path) -> None:
    write_pictures(tmp_path / "digits", 1)
    asked = ("digits", "-o", "results", "--scheduler", "tcp://127.0.0.1:9")
    assert "no Dask scheduler answers at tcp://127.0.0.1:9: start one" in read_many.refused(*asked)


def test_a_folder_without_pictures_and_a_full_disk_are_told(
    read_many: ReadMany, cluster: tuple[str, psutil.Process], tmp_path: Path
) -> None:
    (tmp_path / "digits").mkdir()
    asked = ("digits", "-o", "results", "--scheduler", cluster[0])
    assert "there are no pictures in digits" in read_many.refused(*asked)
    (tmp_path / "digits" / "1.png").write_bytes(picture(1))
    assert "can't write" in read_many.refused(*asked, limit=51_200)
    read_many(*asked)
    assert_each_once(tmp_path / "results", ["digits/1.png"])
