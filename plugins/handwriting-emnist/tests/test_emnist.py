"""EMNIST letters from a small archive, structured like NIST's and served on loopback."""

import functools
import gzip
import hashlib
import http.server
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handwriting_emnist import EmnistLetters
from numpy.typing import NDArray

from handwriting import datasets
from handwriting.datasets.downloads.remote_files import RemoteFile
from handwriting.datasets.idx import idx_header, write_idx
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Progress

COUNTS = {"train": 30, "test": 10}
RNG = np.random.default_rng(5)
IMAGES = {part: RNG.integers(0, 256, (count, 28, 28)).astype(np.uint8) for part, count in COUNTS.items()}
LABELS = {part: (np.arange(count) % 26).astype(np.uint8) for part, count in COUNTS.items()}


def members() -> dict[str, bytes]:
    """The files in the archive: images transposed, labels from 1."""
    arrays: dict[str, NDArray[np.uint8]] = {}
    for part in COUNTS:
        arrays[f"emnist-letters-{part}-images-idx3-ubyte"] = IMAGES[part].transpose(0, 2, 1)
        arrays[f"emnist-letters-{part}-labels-idx1-ubyte"] = LABELS[part] + np.uint8(1)
        arrays[f"emnist-digits-{part}-labels-idx1-ubyte"] = LABELS[part]
    return {f"gzip/{name}.gz": packed(array) for name, array in arrays.items()}


def packed(array: NDArray[np.uint8]) -> bytes:
    return gzip.compress(idx_header(array.shape) + array.tobytes())


class Server:
    """Serves a folder on loopback, and creates the dataset that downloads from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        handler = functools.partial(Quiet, self.requests, directory=str(folder))
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def publish(self, contents: dict[str, bytes]) -> EmnistLetters:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
        return self.publish_bytes(buffer.getvalue())

    def publish_bytes(self, content: bytes) -> EmnistLetters:
        (self.folder / "gzip.zip").write_bytes(content)
        archive = RemoteFile("gzip.zip", len(content), hashlib.sha256(content).hexdigest())
        return EmnistLetters(f"http://127.0.0.1:{self.http.server_port}/gzip.zip", archive, COUNTS)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def __init__(self, requests: list[str], *arguments: object, directory: str) -> None:
        self.requests = requests
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def log_message(self, *arguments: object) -> None:
        self.requests.append(self.path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served").mkdir()
    serving = Server(tmp_path / "served")
    thread = threading.Thread(target=serving.http.serve_forever, args=(0.02,))
    thread.start()
    yield serving
    serving.http.shutdown()
    serving.http.server_close()
    thread.join()


def test_images_are_upright_and_labels_count_from_0(server: Server, tmp_path: Path) -> None:
    splits = datasets.load(server.publish(members()), tmp_path / "cache")
    for part, examples in (("train", splits.train), ("test", splits.test)):
        np.testing.assert_array_equal(examples.images, IMAGES[part])
        np.testing.assert_array_equal(examples.labels, LABELS[part])
    assert "".join(splits.class_names) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_the_archive_is_downloaded_once_with_progress_and_removed(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    events = [event for event in letters.prepare(tmp_path / "cache") if isinstance(event, Progress)]
    assert [event.done for event in events if event.unit == "bytes"][-1] == letters.archive.size
    assert list(letters.prepare(tmp_path / "cache")) == []
    assert server.requests == ["/gzip.zip"] * len(server.requests)
    names = {path.name for path in (tmp_path / "cache").iterdir() if not path.name.startswith(".")}
    assert names == {f"{part}-{kind}-ubyte" for part in COUNTS for kind in ("images-idx3", "labels-idx1")}


def test_an_archive_in_the_cache_is_not_downloaded(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    (tmp_path / "cache").mkdir()
    (server.folder / "gzip.zip").rename(tmp_path / "cache" / "gzip.zip")
    assert len(datasets.load(letters, tmp_path / "cache").train) == 30
    assert server.requests == []


def test_damaged_files_in_the_cache_are_replaced(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    datasets.load(letters, tmp_path / "cache")
    (tmp_path / "cache" / "test-images-idx3-ubyte").write_bytes(b"half a fi")
    with pytest.raises(DataError, match="test-images"):
        letters.load(tmp_path / "cache")
    assert len(datasets.load(letters, tmp_path / "cache").test) == 10


def test_an_archive_in_a_folder_is_used_and_left_there(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    list(letters.obtain(tmp_path / "cache", source=server.folder))
    np.testing.assert_array_equal(letters.load(tmp_path / "cache").train.images, IMAGES["train"])
    assert [path.name for path in server.folder.iterdir()] == ["gzip.zip"]
    assert server.requests == []


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (Path.unlink, "missing"),
        (lambda archive: archive.write_bytes(b"other"), "5 bytes long"),
        (lambda archive: archive.write_bytes(bytes(archive.stat().st_size)), "SHA-256"),
    ],
    ids=["absent", "another", "damaged"],
)
def test_a_wrong_archive_in_a_folder_is_refused(
    server: Server, tmp_path: Path, spoil: Callable[[Path], None], complaint: str
) -> None:
    letters = server.publish(members())
    spoil(server.folder / "gzip.zip")
    with pytest.raises(DataError, match=f"gzip.zip is .*{complaint}.*published at http"):
        list(letters.obtain(tmp_path / "cache", source=server.folder))
    assert set(letters.verify(tmp_path / "cache").values()) == {"missing"}


@pytest.mark.parametrize("end", ["", "/", "/gzip.zip", "/gzip.zip?copy=2"])
def test_a_mirror_is_a_folder_or_an_archive(server: Server, tmp_path: Path, end: str) -> None:
    letters = server.publish(members())
    mirror, letters.url = letters.url.removesuffix("/gzip.zip"), "http://127.0.0.1:9/never-requested.zip"
    list(letters.obtain(tmp_path / "cache", mirrors=[mirror + end]))
    assert len(letters.load(tmp_path / "cache").test) == 10
    assert [path.partition("?")[0] for path in server.requests] == ["/gzip.zip"]


def test_mirrors_are_tried_in_turn_and_passwords_are_not_shown(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    good = letters.url.removesuffix("/gzip.zip")
    bad = good.replace("//", "//me:secret@") + "/nothing"
    events = list(letters.obtain(tmp_path / "cache", mirrors=[bad, good]))
    assert len(letters.load(tmp_path / "cache").test) == 10
    assert "secret" not in str(events)
    with pytest.raises(DownloadError, match=r"can't fetch http://127.*nothing/gzip.zip: HTTP 404") as error:
        list(letters.obtain(tmp_path / "other", mirrors=[bad]))
    assert "secret" not in str(error.value)


def test_with_force_intact_files_are_replaced_but_kept_if_that_fails(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    for force in (False, True):
        list(letters.obtain(tmp_path / "cache", force=force))
    assert server.requests == ["/gzip.zip"] * 2
    (server.folder / "gzip.zip").unlink()
    with pytest.raises(DownloadError):
        list(letters.obtain(tmp_path / "cache", force=True))
    assert len(letters.load(tmp_path / "cache").test) == 10


def test_verify_says_what_is_wrong_with_each_file(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    datasets.load(letters, tmp_path)
    assert set(letters.verify(tmp_path).values()) == {None}
    write_idx(tmp_path / "train-images-idx3-ubyte", IMAGES["test"])
    write_idx(tmp_path / "train-labels-idx1-ubyte", LABELS["train"] + np.uint8(1))
    (tmp_path / "test-images-idx3-ubyte").write_bytes(b"half a fi")
    (tmp_path / "test-labels-idx1-ubyte").unlink()
    flaws = letters.verify(tmp_path)
    expected = {
        "train-images-idx3-ubyte": "(10, 28, 28) instead of (30, 28, 28)",
        "train-labels-idx1-ubyte": "its labels go up to 26 instead of 25",
        "test-images-idx3-ubyte": "damaged",
        "test-labels-idx1-ubyte": "missing",
    }
    assert flaws.keys() == expected.keys()
    for name, words in expected.items():
        assert words in str(flaws[name])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sha256": "0" * 64}, "SHA-256"),
        ({"size": 100}, "longer than 100 bytes"),
        ({"size": 1_000_000}, "instead of 1,000,000"),
    ],
    ids=["sum", "longer", "shorter"],
)
def test_a_wrong_archive_is_refused(server: Server, tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    letters = server.publish(members())
    letters.archive = replace(letters.archive, **change)  # type: ignore[arg-type]
    refused(letters, tmp_path / "cache", DownloadError, complaint)


def test_a_missing_file_on_the_server_is_reported_with_a_remedy(server: Server, tmp_path: Path) -> None:
    letters = server.publish(members())
    (server.folder / "gzip.zip").unlink()
    refused(letters, tmp_path / "cache", DownloadError, "HTTP 404.*bring the file yourself: hwr download .*--from DIR")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("emnist-letters-test-images-idx3-ubyte", None, "has no gzip/emnist-letters-test-images-idx3-ubyte.gz"),
        ("emnist-letters-train-images-idx3-ubyte", packed(IMAGES["test"]), "not an IDX file of the shape"),
        ("emnist-letters-test-labels-idx1-ubyte", packed(LABELS["test"]), "labels other than 1 ... 26"),
        ("emnist-letters-test-labels-idx1-ubyte", packed(LABELS["test"])[:-6], "can't be unpacked"),
        ("emnist-letters-test-labels-idx1-ubyte", b"<html>", "can't be unpacked"),
        ("emnist-letters-test-labels-idx1-ubyte", gzip.compress(bytes(10_000_000)), "not an IDX file"),
    ],
    ids=["absent", "shape", "labels", "broken", "no gzip", "bomb"],
)
def test_a_wrong_member_is_refused(
    server: Server, tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    contents = members() | ({f"gzip/{name}.gz": content} if content is not None else {})
    if content is None:
        del contents[f"gzip/{name}.gz"]
    refused(server.publish(contents), tmp_path / "cache", DataError, complaint)


def test_a_file_that_is_no_archive_is_refused(server: Server, tmp_path: Path) -> None:
    refused(server.publish_bytes(b"no archive"), tmp_path / "cache", DataError, "can't be unpacked")


def refused(letters: EmnistLetters, cache: Path, error: type[Exception], complaint: str) -> None:
    """Nothing is loaded, the error says why, and no incomplete files are left."""
    with pytest.raises(error, match=complaint):
        datasets.load(letters, cache)
    with pytest.raises(DataError):
        letters.load(cache)
    assert list(cache.glob(".*.part")) == []
