"""Files are replaced in one step, abandoned `.part` files are removed, and a lock is held by one process at a time."""

import errno
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from handwriting.errors import HandwritingError
from handwriting.system import storage
from tests.helpers.plugin_factory import ROOT, run

resource = pytest.importorskip("resource", reason="sets the limits of a process as POSIX knows them")

OTHER_USER = 54_321
"""A user id that no machine has assigned, so that it owns nothing."""


def listing(folder: Path) -> Any:
    return sorted(os.listdir(folder))


@pytest.fixture
def path(tmp_path: Path) -> Any:
    return tmp_path / "folder" / "file.bin"


# Replacing


def test_a_file_appears_when_it_is_complete(path: Path) -> None:
    with storage.replacing(path) as file:
        file.write(b"one")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"one"
    with storage.replacing(path) as file:
        file.write(b"two")
        assert path.read_bytes() == b"one"
    assert path.read_bytes() == b"two"
    assert listing(path.parent) == ["file.bin"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, HandwritingError, GeneratorExit])
def test_an_error_while_writing_leaves_everything_as_it_was(path: Path, error: Any) -> None:
    with pytest.raises(error, match="^from inside$"), storage.replacing(path) as file:
        file.write(b"half")
        raise error("from inside")
    assert listing(path.parent) == []
    path.write_bytes(b"old")
    with pytest.raises(error), storage.replacing(path) as file:
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert listing(path.parent) == ["file.bin"]


@pytest.mark.parametrize("size", [100, 5_000, 1_000_000])
def test_a_full_disk_is_reported_in_one_line_and_leaves_the_old_file(path: Path, size: int) -> None:
    """A limit on the size of files acts like a full disk; small writes reach it only when they are flushed."""
    path.parent.mkdir()
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (99, limits[1]))
    try:
        with pytest.raises(HandwritingError) as error, storage.replacing(path) as file:
            file.write(bytes(size))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"can't write {path}: File too large" in str(error.value)
    assert "\n" not in str(error.value)
    assert path.read_bytes() == b"old"
    assert listing(path.parent) == ["file.bin"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_no_space_left_is_reported() -> None:
    with pytest.raises(OSError, match="No space") as error, open("/dev/full", "wb", buffering=0) as full:
        full.write(b"x")
    message = str(storage.write_error(Path("model"), error.value))
    assert "can't write model: No space left on device; free some space" in message


def test_a_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file" / "model", tmp_path / "file" / "deep" / "model"):
        with (
            pytest.raises(HandwritingError, match=r"can't write .*/model: there is a file where a folder should be"),
            storage.replacing(path),
        ):
            pass
    assert listing(tmp_path) == ["file"]


def test_a_file_that_is_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    refused = pytest.raises(HandwritingError, match="can't write .*/model: Is a directory")
    with refused, storage.replacing(tmp_path / "model") as file:
        file.write(b"x")
    assert listing(tmp_path) == ["model"]


def test_a_missing_folder_is_created(tmp_path: Path) -> None:
    with storage.replacing(tmp_path / "a" / "b c" / "ö.bin") as file:
        file.write(b"x")
    assert (tmp_path / "a" / "b c" / "ö.bin").read_bytes() == b"x"


def test_a_name_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(HandwritingError, match="too long"), storage.replacing(tmp_path / ("x" * 256)):
        pass


AS_OTHER_USER = """
import os, sys
from pathlib import Path
import filelock
from handwriting.system import storage
from handwriting.errors import HandwritingError
os.setuid(int(sys.argv[1]))
try:
    with eval(sys.argv[2], vars(storage) | {"folder": Path(sys.argv[3])}):
        print("done")
except HandwritingError as error:
    print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("what", ["replacing(folder / 'file')", "replacing(folder / 'new' / 'file')", "locked(folder)"])
def test_a_folder_without_write_permission_is_reported(what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # other users can't even list pytest's own folders
        os.chmod(folder, 0o755)
        result = run(AS_OTHER_USER, str(OTHER_USER), what, folder)
    assert result.stderr == ""
    assert result.stdout.startswith(f"can't write {folder}")
    assert "choose another place" in result.stdout
    assert result.stdout.count("\n") == 1


# Abandoned files


def test_files_of_dead_writers_are_removed_and_others_are_not(path: Path) -> None:
    path.parent.mkdir()
    abandoned = [".file.bin.0123abcd.part", ".file.bin.someone.part", f".file.bin.{os.getpid()}-0123abcd.part"]
    kept = [".other.bin.0123abcd.part", "file.bin.0123abcd.part", ".file.bin.0123abcd.partial", ".file.bin.part"]
    for name in (*abandoned, *kept):
        (path.parent / name).write_bytes(b"")
    (path.parent / ".file.bin.folder.part").mkdir()
    os.mkfifo(path.parent / ".file.bin.pipe.part")
    with storage.replacing(path):
        pass
    assert listing(path.parent) == sorted(["file.bin", ".file.bin.folder.part", ".file.bin.pipe.part", *kept])


WRITER = """
import sys
from pathlib import Path
from handwriting.system.storage import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"second")
"""


@pytest.mark.parametrize("prefix", [[], ["unshare", "--pid", "--fork"]], ids=["beside", "in another container"])
def test_the_file_of_a_running_writer_is_left_alone(path: Path, prefix: list[str]) -> None:
    """In a PID namespace of its own, as in a container, a process does not see those outside."""
    if prefix and subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("needs the right to create a PID namespace")
    with storage.replacing(path) as file:
        file.write(b"first")
        subprocess.run([*prefix, sys.executable, "-c", WRITER, str(path)], cwd=ROOT, timeout=60, check=True)
        assert path.read_bytes() == b"second"
    assert path.read_bytes() == b"first"
    assert listing(path.parent) == ["file.bin"]


def test_many_writers_at_once_do_not_remove_each_others_files(path: Path) -> None:
    """A new file exists for a moment before it is locked."""

    def write(number: int) -> None:
        for _ in range(50):
            with storage.replacing(path) as file:
                file.write(b"%d" % number * 100)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(set(path.read_bytes())) == 1
    assert listing(path.parent) == ["file.bin"]


def test_without_locks_a_part_file_is_removed_when_it_is_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", without_locks)
    path.parent.mkdir()
    for name, age in {".file.bin.old.part": 2, ".file.bin.young.part": 0.5}.items():
        (path.parent / name).write_bytes(b"")
        then = time.time() - age * storage.ABANDONED_AFTER
        os.utime(path.parent / name, (then, then))
    with storage.replacing(path):
        pass
    assert listing(path.parent) == [".file.bin.young.part", "file.bin"]


def without_locks(file: Any, operation: int) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


@pytest.mark.parametrize("name", ["model[1].bin", "*", "?", "[a", "a b\n"])
def test_special_characters_in_a_name_match_only_themselves(tmp_path: Path, name: str) -> None:
    part, other = f".{name}.00.part", ".modelX.00.part"
    (tmp_path / part).write_bytes(b"")
    (tmp_path / other).write_bytes(b"")
    storage.remove_abandoned(tmp_path / name)
    assert listing(tmp_path) == [other]


def test_two_writers_at_once_do_not_disturb_each_other(path: Path) -> None:
    """Each file is complete; the one that is finished last stays."""
    with storage.replacing(path) as first, storage.replacing(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first"
    assert listing(path.parent) == ["file.bin"]


# Locking

COUNTER = """
import sys, time
from pathlib import Path
from handwriting.system.storage import locked
folder = Path(sys.argv[1])
for _ in range(5):
    with locked(folder):
        count = int((folder / "count").read_text())
        time.sleep(0.002)
        (folder / "count").write_text(str(count + 1))
"""
HOLDER = """
import sys, time
from pathlib import Path
from handwriting.system.storage import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(60)
"""


def start(code: Any, folder: Path) -> Any:
    return subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    processes = [start(COUNTER, tmp_path) for _ in range(8)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert (tmp_path / "count").read_text() == "40"


def test_the_lock_of_a_killed_process_is_released(tmp_path: Path) -> None:
    with start(HOLDER, tmp_path) as holder:
        assert holder.stdout.readline() == "locked\n"
        with start(COUNTER, tmp_path) as waiting:
            time.sleep(0.2)
            assert waiting.poll() is None
            (tmp_path / "count").write_text("0")
            holder.kill()
            assert waiting.wait(timeout=30) == 0
    with storage.locked(tmp_path):
        assert (tmp_path / "count").read_text() == "5"


def test_the_lock_is_released_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(OSError, match="from inside"), storage.locked(tmp_path / "new"):
            raise OSError("from inside")


def test_a_folder_that_cannot_be_locked_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    refused = pytest.raises(HandwritingError, match="can't write .*/file: there is a file where a folder should be")
    with refused, storage.locked(tmp_path / "file"):
        pass


def test_a_lock_that_is_held_for_too_long_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "LOCK_TIMEOUT", 0.1)
    assert list(storage.announce_waiting(tmp_path)) == []
    with start(HOLDER, tmp_path) as holder:
        assert holder.stdout.readline() == "locked\n"
        (notice,) = storage.announce_waiting(tmp_path)
        assert notice.text == f"waiting for another process, which is writing to {tmp_path}"
        with pytest.raises(HandwritingError, match="another process has been writing to"), storage.locked(tmp_path):
            pass
        holder.kill()


def test_a_drive_without_locks_is_named_as_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", without_locks)
    assert list(storage.announce_waiting(tmp_path)) == []
    refused = pytest.raises(HandwritingError, match="can't lock .*: No locks available, as on some network drives")
    with refused, storage.locked(tmp_path):
        pass


# The data directory


def test_the_chosen_directory_comes_first_then_the_environment_then_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("HWR_DATA_DIR", raising=False)
    default = storage.data_directory()
    assert default.is_relative_to(tmp_path)
    assert default.name == "handwriting"
    monkeypatch.setenv("HWR_DATA_DIR", "~/mine")
    assert storage.data_directory() == tmp_path / "mine"
    assert storage.data_directory("~/yours") == tmp_path / "yours"
    assert storage.data_directory(Path("relative")) == Path("relative")
    monkeypatch.setenv("HWR_DATA_DIR", "")
    assert storage.data_directory() == default
    assert listing(tmp_path) == []


HOMELESS = """
import os, sys
from platformdirs import user_data_path
from handwriting.system import storage
from handwriting.errors import HandwritingError
user_data_path()
os.setuid(int(sys.argv[1]))
try:
    print(storage.data_directory(sys.argv[2]))
except HandwritingError as error:
    print("refused:", error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_a_home_directory_the_user_is_asked_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without name and home directory, as in a container: nothing may be written to a folder called "~"."""
    for name in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for chosen in ("", "~/data"):
        result = run(HOMELESS, str(OTHER_USER), chosen)
        assert result.stderr == ""
        assert result.stdout.startswith("refused: ")
        assert "HWR_DATA_DIR" in result.stdout
    assert run(HOMELESS, str(OTHER_USER), "/data").stdout == "/data\n"
    assert run(HOMELESS, str(OTHER_USER), "", HWR_DATA_DIR="/data").stdout == "/data\n"
