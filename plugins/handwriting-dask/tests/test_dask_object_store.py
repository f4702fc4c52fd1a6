"""Pictures and results in an object store, here in memory, and on a server on loopback."""

import http.server
import io
import re
import tarfile
import threading
from collections.abc import Iterator

import fsspec
import pyarrow.dataset
import pytest
from handwriting_dask import archives, files
from handwriting_dask.reading import Settings
from handwriting_dask.run import Request, State, run
from PIL import Image, ImageDraw

from handwriting.errors import HandwritingError
from handwriting.models.user_models import BUNDLED


@pytest.fixture
def bucket() -> Iterator[fsspec.AbstractFileSystem]:
    """A store that holds 10 pictures, and 25 in a tar file."""
    image = Image.new("L", (30, 30), 255)
    ImageDraw.Draw(image).line([(8, 6), (20, 6), (12, 25)], fill=0, width=3)
    content = io.BytesIO()
    image.save(content, "PNG")
    system = fsspec.filesystem("memory")
    for number in range(10):
        system.pipe(f"/bucket/digits/{number}.png", content.getvalue())
    with system.open("/bucket/1.tar", "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for number in range(25):
            member = tarfile.TarInfo(f"{number:02}.png")
            member.size = len(content.getvalue())
            tar.addfile(member, io.BytesIO(content.getvalue()))
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a scheduler and a worker in this process."""
    from distributed import LocalCluster

    free_port = {"dashboard_address": "127.0.0.1:0"}  # without it, schedulers of two tests want the same one
    options = {"n_workers": 1, "threads_per_worker": 3, "processes": False, "dashboard_address": None}
    with LocalCluster(scheduler_kwargs=free_port, **options) as cluster:
        yield cluster.scheduler_address


def test_a_bucket_is_read_into_a_bucket(bucket: fsspec.AbstractFileSystem, scheduler: str) -> None:
    sources = ("memory://bucket/digits", "memory://bucket/*.tar")
    request = Request(
        sources, "memory://bucket/results", "bundled", BUNDLED.read_bytes(), Settings(), 10, scheduler, None
    )
    *_, last = run(request)
    assert isinstance(last, State)
    assert (last.counts.read, last.total, last.before) == (35, 35, 0)
    rows = pyarrow.dataset.dataset("/bucket/results", filesystem=bucket).to_table().to_pylist()
    assert [row["path"] for row in rows] == [
        *(f"memory:///bucket/digits/{number}.png" for number in range(10)),
        *(f"{number:02}.png" for number in range(25)),
    ]

    bucket.rm_file("/bucket/results/part-0000002.parquet")
    bucket.pipe("/bucket/1.tar", b"another")
    with pytest.raises(HandwritingError, match=r"1\.tar"):
        list(run(request))


class Ranges(http.server.BaseHTTPRequestHandler):
    """Serves what is in the bucket, also in parts, as object stores do."""

    def do_GET(self) -> None:
        system = fsspec.filesystem("memory")
        if not system.isfile(self.path):
            self.send_error(404)
            return
        content = system.cat_file(self.path)
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        part = content[int(asked[1]) : int(asked[2]) + 1] if asked else content
        self.send_response(206 if asked else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(part)))
        if asked:
            self.send_header("Content-Range", f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(content)}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(part)

    do_HEAD = do_GET

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(bucket: fsspec.AbstractFileSystem) -> Iterator[str]:
    pytest.importorskip("aiohttp", reason="fsspec needs it for http://")
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ranges)
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join()


def test_pictures_are_read_from_a_server(server: str, bucket: fsspec.AbstractFileSystem) -> None:
    content = bucket.cat_file("/bucket/digits/0.png")
    place = f"{server}/bucket/1.tar"
    index = archives.index(place, "", 10)
    assert [count for _, count in index.ranges] == [10, 10, 5]
    last = list(archives.members(place, "", index.identity, *index.ranges[2]))
    assert [(member.name, member.content) for member in last] == [
        (f"{number}.png", content) for number in range(20, 25)
    ]

    found, missing = files.files([f"{server}/bucket/digits/0.png", f"{server}/bucket/digits/x.png"], "")
    assert found.content == content
    assert missing.flaw == "it can't be read: it is gone, or you may not read it"
