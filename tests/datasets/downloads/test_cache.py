"""The cache: fetched from mirrors, copied from folders, repaired, shared between processes, and never wrong."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handwriting.datasets.downloads.cache import obtain
from handwriting.errors import DataError, DownloadError, HandwritingError
from handwriting.interfaces import Progress
from tests.helpers.mirror_server import begun, stall, status, whole
from tests.helpers.published_files import (
    FILE,
    HALF,
    OTHERS,
    PACKED,
    PLAIN,
    SEVERAL,
    fetched,
    flaws,
    published,
    refused_port,
)


def test_the_file_is_decompressed_and_checked_with_progress(tmp_path: Path, good: Any) -> None:
    events: list[Any] = list(obtain([FILE], tmp_path, mirrors=[good.url]))
    assert (tmp_path / "digits").read_bytes() == PLAIN
    assert events[0] == Progress("digits", 0, len(PLAIN))
    assert events[-1] == Progress("digits", len(PLAIN), len(PLAIN))
    assert [event.done for event in events] == sorted(event.done for event in events)
    assert good.requests == ["/digits.gz"]


def test_a_mirror_of_uncompressed_files(tmp_path: Path, bad: Any) -> None:
    bad.answers["/deep/digits"] = whole(PLAIN)
    assert fetched(tmp_path, f"{bad.url}/deep/") == []
    assert bad.requests == ["/deep/digits.gz", "/deep/digits"]


def test_all_mirrors_fail(tmp_path: Path, bad: Any) -> None:
    refused = refused_port()
    with pytest.raises(DownloadError) as raised:
        fetched(tmp_path, "http://user:secret@nowhere.invalid/", refused, bad.url)
    message = str(raised.value)
    for part in (
        "digits",
        "http://nowhere.invalid/ failed (name is not known; is the network up?)",
        f"{refused} failed (connection refused)",
        "hwr download --from",
    ):
        assert part in message
    assert f"{bad.url} failed (HTTP 404 Not Found)" in message
    assert "secret" not in message
    assert "\n" not in message
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_no_mirror_at_all(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="no mirror"):
        fetched(tmp_path)


def test_a_mirror_that_failed_is_tried_last_from_then_on(tmp_path: Path, bad: Any, good: Any) -> None:
    bad.answers["/digits.gz"] = status(503)
    assert len(fetched(tmp_path, bad.url, good.url, files=SEVERAL)) == 1
    assert bad.requests == ["/digits.gz"]


def test_mirrors_that_hold_one_file_each(tmp_path: Path, bad: Any, good: Any) -> None:
    bad.answers["/digits.gz"] = whole(PACKED)
    del good.answers["/digits.gz"]
    fetched(tmp_path, good.url, bad.url, files=SEVERAL)
    assert good.requests == ["/digits.gz", "/digits", "/second.gz", "/third.gz"]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE: dict[str, Any] = {
    "flipped bit": (lambda folder: flip(folder / "digits"), ["/digits.gz"]),
    "cut": (lambda folder: os.truncate(folder / "second", 19_999), ["/second.gz"]),
    "longer": (lambda folder: (folder / "second").write_bytes(OTHERS["second"] + b"!"), ["/second.gz"]),
    "empty": (lambda folder: (folder / "third").write_bytes(b""), ["/third.gz"]),
    "gone": (lambda folder: (folder / "third").unlink(), ["/third.gz"]),
    "swapped": (
        lambda folder: [(folder / a).write_bytes(OTHERS[b]) for a, b in [("second", "third"), ("third", "second")]],
        ["/second.gz", "/third.gz"],
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_fetched_once_more(tmp_path: Path, good: Any, damage: Any) -> None:
    fetched(tmp_path, good.url, files=SEVERAL)
    good.requests.clear()
    do, asked = DAMAGE[damage]
    do(tmp_path)
    notices = fetched(tmp_path, good.url, files=SEVERAL)
    assert good.requests == asked
    assert len(notices) == (0 if damage == "gone" else len(asked))
    assert fetched(tmp_path, good.url, files=SEVERAL) == []
    assert good.requests == asked


def test_force_fetches_intact_files_and_keeps_them_if_that_fails(tmp_path: Path, good: Any, bad: Any) -> None:
    fetched(tmp_path, good.url)
    fetched(tmp_path, good.url, force=True)
    assert good.requests == ["/digits.gz"] * 2
    with pytest.raises(DownloadError):
        fetched(tmp_path, bad.url, force=True)
    assert fetched(tmp_path, bad.url) == []


def test_a_complete_cache_needs_neither_lock_nor_network(tmp_path: Path, good: Any) -> None:
    fetched(tmp_path, good.url)
    (tmp_path / ".lock").unlink()
    assert fetched(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["digits"]


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_read_only_folder(good: Any) -> None:
    with tempfile.TemporaryDirectory() as name:  # tmp_path is not accessible to `nobody`
        folder = Path(name)
        fetched(folder, good.url)
        folder.chmod(0o555)
        with no_root():
            assert fetched(folder) == []
            with pytest.raises(HandwritingError, match=r"can't write .*--data-dir"):
                fetched(folder, good.url, files=SEVERAL)
        folder.chmod(0o755)


@contextlib.contextmanager
def no_root() -> Iterator[Any]:
    """Run as the user nobody if root, who may write everywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_can_not_be_created(tmp_path: Path, good: Any) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HandwritingError, match=r"can't write .*--data-dir"):
        fetched(tmp_path / "file" / "mnist", good.url)
    assert good.requests == []


def test_a_fetch_that_is_given_up_leaves_nothing(tmp_path: Path, bad: Any, good: Any) -> None:
    bad.answers["/digits.gz"] = begun(HALF, len(PACKED), stall)
    events: Any = obtain([FILE], tmp_path, mirrors=[bad.url])
    assert next(event for event in events if event.done > 50_000)
    events.close()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert fetched(tmp_path, good.url) == []


PROGRAM = f"""
import sys
from pathlib import Path
from handwriting.datasets.downloads.cache import obtain
from handwriting.datasets.downloads.remote_files import RemoteFile
from handwriting.errors import HandwritingError

def limit_files(size):  # the soft limit, so that it can be lifted again
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

if len(sys.argv) > 3:
    limit_files(int(sys.argv[3]))
try:
    for event in obtain([{FILE!r}], Path(sys.argv[2]), mirrors=[sys.argv[1]]):
        pass
except HandwritingError as error:
    print(error, file=sys.stderr)
    if len(sys.argv) > 3:
        limit_files(-1)
    sys.exit(1)
"""


def program(*arguments: Any) -> Any:
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("stop", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_killed_download_leaves_a_usable_folder(tmp_path: Path, bad: Any, good: Any, stop: str) -> None:
    bad.answers["/digits.gz"] = begun(HALF, len(PACKED), stall)
    with program(bad.url, tmp_path) as process:
        until(lambda: any(path.stat().st_size > 50_000 for path in tmp_path.glob(".digits.*.part")))
        process.send_signal(getattr(signal, stop))
        process.communicate(timeout=5)
    assert not (tmp_path / "digits").exists()
    assert fetched(tmp_path, good.url) == []  # which also checks that no .part is left


def until(condition: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def later(handler: Any) -> None:
    """Send the other half of a file after a while."""
    time.sleep(0.5)
    handler.wfile.write(PACKED[len(HALF) :])


def test_eight_processes_at_once_fetch_once(tmp_path: Path, bad: Any) -> None:
    bad.answers["/digits.gz"] = begun(HALF, None, later)
    processes = [program(bad.url, tmp_path) for _ in range(8)]
    for process in processes:
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0
    assert bad.requests == ["/digits.gz"]
    assert fetched(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE")
@pytest.mark.parametrize("size", [0, 100_000])
def test_a_full_disk_is_not_blamed_on_the_mirror(tmp_path: Path, good: Any, size: int) -> None:
    (tmp_path / "digits").write_bytes(b"old")
    with program(good.url, tmp_path, size) as process:
        _, told = process.communicate(timeout=10)
    assert process.returncode == 1
    assert told.startswith(f"can't write {tmp_path / 'digits'}: ")
    assert told.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "digits"]
    assert (tmp_path / "digits").read_bytes() == b"old"


def test_copies_from_a_folder_compressed_or_not_under_either_name(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    (source / "digits.gz").write_bytes(PACKED)
    (source / "labels.idx1-ubyte").write_bytes(OTHERS["second"])
    files = (FILE, published("labels-idx1-ubyte", OTHERS["second"]))
    assert all(isinstance(event, Progress) for event in obtain(files, folder, source=source))
    assert flaws(files, folder) == [None, None]
    shutil.rmtree(source)
    assert list(obtain(files, folder, source=source)) == []


def test_the_intact_one_of_two_copies_is_taken(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "cache"
    source.mkdir()
    (source / "digits").write_bytes(PLAIN)
    (source / "digits.gz").write_bytes(HALF)
    list(obtain([FILE], folder, source=source))
    assert flaws([FILE], folder) == [None]


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("else", b"", r"has neither digits\.gz nor digits"),
        ("digits", PLAIN[:-1], "digits is 299,999 bytes long"),
        ("digits", PLAIN + b"!", "digits is longer than"),
        ("digits.gz", PLAIN, "digits.gz is not a valid gzip"),
        ("digits.gz", HALF, "ends too early"),
    ],
)
def test_copies_that_are_not_the_file(tmp_path: Path, name: str, content: Any, cause: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=cause):
        list(obtain([FILE], tmp_path / "cache", source=tmp_path))
    assert not list(tmp_path.glob("cache/digits*"))


def test_copies_from_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't read the folder"):
        list(obtain([FILE], tmp_path / "cache", source=tmp_path / "none"))
