"""What a worker does with a shard, here in this process: rows, whole files, and notes of who has died."""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest
from handwriting_dask import archives, files, reading
from handwriting_dask.attempts import Attempt, deaths
from handwriting_dask.reading import Job, Settings, read_shard, recognizer_of
from handwriting_dask.results import MODEL, counts_of, note_name, part_name
from handwriting_dask.rows import Counts
from handwriting_dask.shards import Shard, from_line, to_line
from handwriting_dask.store import Store, store_at
from PIL import Image, ImageDraw

from handwriting import Recognizer
from handwriting.errors import HandwritingError, ModelError
from handwriting.models.user_models import BUNDLED
from handwriting.pictures.decoding import LARGEST_PICTURE

MODEL_FILE = BUNDLED.read_bytes()


def draw(path: Path, number: int) -> None:
    """Draw a digit, or several in a large picture."""
    image = Image.new("L", (90, 30) if number % 4 == 3 else (30, 30), 255)
    pen = ImageDraw.Draw(image)
    for left in range(0, image.width, 30):
        pen.line([(left + 8, 6), (left + 20, 6), (left + 10 + number % 5, 25)], fill=0, width=3)
    image.save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with good and bad pictures."""
    path = tmp_path / "pictures"
    path.mkdir()
    for number in range(40):
        draw(path / f"{number:02}.png", number)
    (path / "05.png").write_bytes((path / "04.png").read_bytes()[:60])
    (path / "17.png").write_text("<html>")
    (path / "18.png").write_bytes(b"")
    Image.new("L", (30, 30), 255).save(path / "19.png")
    Image.new("1", (LARGEST_PICTURE // 1000 + 1, 1000)).save(path / "20.png")
    return path


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    place = str(tmp_path / "results")
    store_at(place).write(MODEL, MODEL_FILE)
    yield Job(place, str(tmp_path), hashlib.sha256(MODEL_FILE).hexdigest(), Settings())
    recognizer_of.cache_clear()


def rows_of(job: Job, number: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(Path(job.place, part_name(number))).to_pylist()
    return rows


def names_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(str(path.relative_to(folder.parent)) for path in folder.iterdir()))


def test_rows_are_what_the_recognizer_reads(job: Job, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_in(folder)
    counts = read_shard(job, Shard(0, names))
    monkeypatch.chdir(folder.parent)
    readings = Recognizer("bundled").read(list(names))
    rows = rows_of(job)
    assert [row["path"] for row in rows] == list(names)
    for row, expected in zip(rows, readings, strict=True):
        assert (row["text"], row["reason"], row["failed"]) == (expected.text, expected.reason, expected.failed)
        assert row["confidence"] == (expected.confidence and pytest.approx(expected.confidence, rel=1e-4))
        assert [(d["digit"], tuple(d["box"])) for d in row["digits"]] == [(d.digit, d.box) for d in expected.digits]
    assert sum(row["failed"] for row in rows) == counts.failed == 4
    assert counts.read > 30
    assert counts.pictures == len(names)


def test_pictures_in_an_archive_and_at_urls_give_the_same_rows(job: Job, folder: Path) -> None:
    import zipfile

    names = names_in(folder)
    with zipfile.ZipFile(folder.parent / "a.zip", "w") as archive:
        for name in names:
            archive.write(folder.parent / name, name)
    index = archives.index("a.zip", job.folder, 1000)
    counts = {
        read_shard(job, Shard(0, names)),
        read_shard(job, Shard(1, archive="a.zip", identity=index.identity, count=len(names))),
        read_shard(job, Shard(2, tuple(f"file://{folder.parent}/{name}" for name in names))),
    }
    assert len(counts) == 1
    for number, before in ((1, ""), (2, f"file://{folder.parent}/")):
        for row, expected in zip(rows_of(job, number), rows_of(job), strict=True):
            assert row["path"] == before + expected["path"]
            assert row["reason"] == (
                expected["reason"] and expected["reason"].replace("pictures/", f"{before}pictures/")
            )
            assert [row[name] for name in ("text", "digits", "failed")] == [
                expected[name] for name in ("text", "digits", "failed")
            ]
    assert {row["archive"] for row in rows_of(job, 1)} == {"a.zip"}


def test_settings_are_those_of_the_recognizer(job: Job, folder: Path) -> None:
    read_shard(replace(job, settings=Settings(min_confidence=1.0)), Shard(0, names_in(folder)))
    assert {row["text"] for row in rows_of(job)} == {None}
    assert any("not confident enough" in (row["reason"] or "") for row in rows_of(job))


def test_a_shard_that_is_there_is_not_read_again_unless_it_is_damaged(
    job: Job, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = Shard(0, names_in(folder))
    counts = read_shard(job, shard)
    part = Path(job.place, part_name(0))
    before = part.stat()
    assert read_shard(job, shard) == counts
    assert part.stat() == before
    part.write_bytes(part.read_bytes()[:-100])
    assert counts_of(store_at(job.place), part.name) is None
    assert read_shard(job, shard) == counts
    assert len(rows_of(job)) == len(shard.names)


def test_an_archive_that_can_not_be_read_further_is_a_row(job: Job) -> None:
    counts = read_shard(job, Shard(0, archive="a.tar", flaw="it is damaged"))
    assert counts == Counts(failed=1)
    assert [(row["archive"], row["path"], row["reason"]) for row in rows_of(job)] == [
        ("a.tar", None, "a.tar: it is damaged")
    ]


def test_names_that_are_not_unicode_are_kept_readable(job: Job, folder: Path) -> None:
    name = os.fsdecode(b"pictures/\xff.png")
    try:
        draw(folder.parent / name, 1)
    except (OSError, UnicodeError):
        pytest.skip("this file system has no such names")
    shard = from_line(to_line(Shard(0, (name,))))
    assert shard.names == (name,)
    assert read_shard(job, shard) == Counts(read=1)
    assert rows_of(job)[0]["path"] == "pictures/\\udcff.png"


def test_a_picture_that_the_recognizer_can_not_bear_is_a_row(
    job: Job, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_each = Recognizer.read_each

    def fragile(self: Recognizer, sources: Any) -> Any:
        some = [sources] if isinstance(sources, Path) else list(sources)
        if any(path.name == "07.png" for path in some):
            raise MemoryError("too much")
        return read_each(self, some)

    monkeypatch.setattr(Recognizer, "read_each", fragile)
    counts = read_shard(job, Shard(0, names_in(folder)))
    assert counts.failed == 5
    assert rows_of(job)[7]["reason"] == "pictures/07.png: it can't be read (MemoryError: too much)"
    assert rows_of(job)[8]["text"] is not None


# Notes of workers that have died


def die_with(job: Job, shard: Shard, position: int | None) -> None:
    """Leave what a worker leaves that dies with a picture, or, in the first attempt, with any of them."""
    attempt = Attempt(store_at(job.place), note_name(shard.number))
    assert attempt.is_first == (position is None)
    if position is not None:
        attempt.begin(position)


def test_a_picture_that_kills_workers_is_a_row_and_the_others_are_read(job: Job, folder: Path) -> None:
    shard = Shard(0, names_in(folder))
    for position in (None, 7, 7):
        die_with(job, shard, position)
    assert deaths(store_at(job.place), note_name(0)) == 2
    counts = read_shard(job, shard)
    assert counts.failed == 5
    assert rows_of(job)[7]["reason"] == "pictures/07.png: not read: 2 workers have died with this picture"
    assert [row["path"] for row in rows_of(job)] == list(shard.names)
    assert not Path(job.place, note_name(0)).exists()


def test_no_picture_is_blamed_for_a_single_death(job: Job, folder: Path) -> None:
    shard = Shard(0, names_in(folder))
    for position in (None, 7, 8):
        die_with(job, shard, position)
    assert read_shard(job, shard).failed == 4


def test_a_note_that_is_cut_off_tells_of_an_attempt(job: Job, folder: Path) -> None:
    Path(job.place, note_name(0)).write_text('{"deaths": [[')
    assert not Attempt(store_at(job.place), note_name(0)).is_first
    assert read_shard(job, Shard(0, names_in(folder))).failed == 4


# Workers on other machines


def test_a_worker_that_sees_another_place_or_model_is_told(job: Job, folder: Path, tmp_path: Path) -> None:
    shard = Shard(0, names_in(folder))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(HandwritingError, match="is another place for a worker"):
        read_shard(replace(job, place=str(elsewhere)), shard)
    with pytest.raises(HandwritingError, match="is another place for a worker"):
        read_shard(replace(job, model="0" * 64), shard)
    damaged = MODEL_FILE[:-4]
    store_at(job.place).write(MODEL, damaged)
    with pytest.raises(ModelError):
        read_shard(replace(job, model=hashlib.sha256(damaged).hexdigest()), shard)


def test_a_worker_without_the_pictures_is_told_but_one_that_is_gone_is_a_row(job: Job, folder: Path) -> None:
    with pytest.raises(HandwritingError, match="all workers must see the pictures under the same path"):
        list(files.files(["elsewhere/1.png", "elsewhere/2.png"], job.folder))
    (folder / "03.png").unlink()
    assert read_shard(job, Shard(0, ("pictures/03.png", "pictures/04.png"))) == Counts(read=1, failed=1)
    assert "No such file" in rows_of(job)[0]["reason"]


def test_pictures_at_a_url_are_rows_if_they_are_gone_but_not_if_the_network_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = fsspec.filesystem("memory")
    system.pipe("/bucket/1.png", b"content")
    unread = list(files.files(["memory://bucket/1.png", "memory://bucket/2.png"], ""))
    assert unread[0].content == b"content"
    assert unread[1].flaw == "it can't be read: it is gone, or you may not read it"

    def unreachable(*arguments: object, **options: object) -> list[Exception]:
        return [ConnectionResetError("reset")]

    monkeypatch.setattr(type(system), "cat_ranges", unreachable)
    with pytest.raises(HandwritingError, match=r"can't reach memory://bucket/1\.png"):
        list(files.files(["memory://bucket/1.png"], ""))
    system.store.clear()


# The place of the results


@pytest.mark.parametrize("place", ["local", "memory://results/here"])
def test_a_file_is_there_whole_or_not_at_all(place: str, tmp_path: Path) -> None:
    store = Store(str(tmp_path / place) if place == "local" else place)
    assert store.names() == []
    assert store.find("a") is None
    with contextlib.suppress(HandwritingError), store.writing("a") as file:
        file.write(b"half")
        raise HandwritingError
    assert store.find("a") is None
    store.write("a", b"first")
    store.write("a", b"second")
    store.note("b", b"note")
    assert store.names() == ["a", "b"]
    assert store.find("a") == b"second"
    store.remove("a", "b", "c")
    assert store.names() == []


def test_a_full_disk_is_told_and_leaves_nothing(job: Job, folder: Path) -> None:
    resource = pytest.importorskip("resource", reason="sets the limits of a process as POSIX knows them")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(HandwritingError, match=r"can't write .*part-0000000\.parquet"):
            read_shard(job, Shard(0, names_in(folder)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name for path in Path(job.place).iterdir()} == {MODEL, note_name(0)}
    assert json.loads(Path(job.place, note_name(0)).read_text())["reading"] is None


def test_files_are_read_together_up_to_a_number_of_bytes(
    job: Job, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[int] = []
    several: Callable[..., Any] = Recognizer.read_several

    def counting(self: Recognizer, sources: Any) -> Any:
        together.append(len(sources))
        return several(self, sources)

    monkeypatch.setattr(Recognizer, "read_several", counting)
    urls = tuple(f"file://{folder.parent}/{name}" for name in names_in(folder))
    read_shard(job, Shard(0, urls))
    assert max(together) == 16
    together.clear()
    monkeypatch.setattr(reading, "MOST_BYTES", 300)
    read_shard(job, Shard(1, urls))
    assert max(together) < 10
