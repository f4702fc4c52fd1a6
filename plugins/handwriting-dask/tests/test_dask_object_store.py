"""Pictures and results in an object store: here in memory, with a scheduler and a worker in this process."""

import io
import tarfile
from collections.abc import Iterator

import fsspec
import pyarrow.dataset
import pytest
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
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=3, processes=False, dashboard_address=None) as cluster:
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
