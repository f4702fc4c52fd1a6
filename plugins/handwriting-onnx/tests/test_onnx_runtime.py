"""onnxruntime-web from a registry on loopback: checked, kept, and refused if it is not right to the last bit."""

import base64
import functools
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from handwriting_onnx import runtime
from handwriting_onnx.runtime import ONNXRUNTIME_WEB, NpmPackage

from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Notice, Progress


def tarball(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


CONTENT = tarball({"package/other.js": b"other", "package/dist/a.mjs": b"script", "package/dist/a.wasm": b"\0asm"})
TINY = NpmPackage(
    "tiny-web",
    "1.2.3",
    len(CONTENT),
    base64.b64encode(hashlib.sha512(CONTENT).digest()).decode(),
    {"a.js": "package/dist/a.mjs", "a.wasm": "package/dist/a.wasm"},
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a registry that publishes `TINY`, named by the variable that npm reads."""
    served = tmp_path / "served"
    (served / "tiny-web" / "-").mkdir(parents=True)
    (served / "tiny-web" / "-" / "tiny-web-1.2.3.tgz").write_bytes(CONTENT)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(served))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield served
        server.shutdown()
        thread.join()


def test_it_is_downloaded_once_and_two_of_its_files_are_used(registry: Path, tmp_path: Path) -> None:
    events = list(runtime.obtain(tmp_path, TINY))
    assert [event.text.partition(" from")[0] for event in events if isinstance(event, Notice)] == [
        "downloading tiny-web 1.2.3"
    ]
    done = [event.done for event in events if isinstance(event, Progress)]
    assert (done[0], done[-1]) == (0, len(CONTENT))
    assert len(set(done)) == len(done)
    (registry / "tiny-web" / "-" / "tiny-web-1.2.3.tgz").unlink()
    assert list(runtime.obtain(tmp_path, TINY)) == []
    assert runtime.files(tmp_path / "tiny-web-1.2.3.tgz", TINY) == {"a.js": b"script", "a.wasm": b"\0asm"}


@pytest.mark.parametrize("published", [CONTENT[:-1], CONTENT[:-1] + b"?", CONTENT + b"!"])
def test_another_file_in_the_registry_is_refused(registry: Path, tmp_path: Path, published: bytes) -> None:
    (registry / "tiny-web" / "-" / "tiny-web-1.2.3.tgz").write_bytes(published)
    with pytest.raises(DownloadError, match=r"can't fetch http://127\.0\.0\.1:.*--runtime"):
        list(runtime.obtain(tmp_path, TINY))
    assert not (tmp_path / "tiny-web-1.2.3.tgz").exists()


def test_a_damaged_file_in_the_data_directory_is_replaced(registry: Path, tmp_path: Path) -> None:
    path = tmp_path / "tiny-web-1.2.3.tgz"
    path.write_bytes(CONTENT[:100])
    list(runtime.obtain(tmp_path, TINY))
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("damage", [lambda content: content[:-9], lambda content: b"x" + content[1:], lambda _: b""])
def test_a_damaged_file_of_the_users_is_refused(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "mine.tgz"
    path.write_bytes(damage(CONTENT))
    with pytest.raises(DataError, match=r"is not tiny-web 1\.2\.3, or it is damaged .*npm pack tiny-web@1\.2\.3"):
        runtime.files(path, TINY)


def test_the_checksum_is_one_that_npm_shows() -> None:
    assert len(base64.b64decode(ONNXRUNTIME_WEB.sha512)) == hashlib.sha512().digest_size
