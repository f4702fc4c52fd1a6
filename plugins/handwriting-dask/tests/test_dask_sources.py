"""What SOURCE means: folders, archives, patterns and URLs."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from handwriting_dask.sources import Archive, Picture, check, found

from handwriting.errors import HandwritingError, SettingError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of empty files, below the current one."""
    monkeypatch.chdir(tmp_path)
    for name in (
        "b/2.png",
        "b/10.JPG",
        "b/thumbs.db",
        "b/.hidden.png",
        "b/.cache/1.png",
        "a/1.png",
        "0.png",
        "c/d.tar",
    ):
        (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "all" / name).touch()
    return tmp_path


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_a_folder_is_all_the_pictures_in_and_below_it_in_order(tree: Path) -> None:
    expected = [Picture(f"all/{name}") for name in ("0.png", "a/1.png", "b/10.JPG", "b/2.png")]
    assert list(found(["all"])) == expected
    assert list(found(["all", "all/a"])) == [*expected, Picture("all/a/1.png")]


def test_a_url_is_found_like_a_folder(tree: Path, memory: fsspec.AbstractFileSystem) -> None:
    for name in ("0.png", "b/2.png", "b/notes.txt", "b/.hidden.png", ".cache/1.png", "a/1.png"):
        memory.pipe(f"/bucket/{name}", b"")
    expected = [Picture(f"memory:///bucket/{name}") for name in ("0.png", "a/1.png", "b/2.png")]
    assert list(found(["memory://bucket"])) == expected
    local = [one.place for one in found([f"file://{tree}/all"])]
    assert local == [f"file://{tree}/all/{name}" for name in ("0.png", "a/1.png", "b/10.JPG", "b/2.png")]


def test_archives_are_named_by_themselves_or_by_a_pattern(tree: Path, memory: fsspec.AbstractFileSystem) -> None:
    for name in ("2.tar", "10.zip", "1.TAR.GZ", "3.txt"):
        (tree / name).touch()
        memory.pipe(f"/bucket/{name}", b"")
    assert list(found(["2.tar"])) == [Archive("2.tar")]
    assert list(found(["[12]*"])) == [Archive("1.TAR.GZ"), Archive("10.zip"), Archive("2.tar")]
    assert list(found(["memory://bucket/2.tar"])) == [Archive("memory://bucket/2.tar")]
    assert list(found(["memory://bucket/*.zip", "3.txt"])) == [Archive("memory:///bucket/10.zip"), Picture("3.txt")]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("nowhere", "there is no file or folder nowhere"),
        ("*.tar", r"no file matches \*.tar"),
        ("memory://bucket/*.tar", r"no file matches memory://bucket/\*.tar"),
        ("memory://nowhere", "nothing to be read at memory://nowhere"),
        ("memory://nowhere/1.tar", "nothing to be read at memory://nowhere/1.tar"),
        ("elsewhere://me:secret@host/1.tar", "elsewhere://host/1.tar can't be opened: Protocol not known"),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(
    tree: Path, memory: fsspec.AbstractFileSystem, source: str, complaint: str
) -> None:
    with pytest.raises(HandwritingError, match=complaint) as error:
        check(["all", source])
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_a_missing_package_of_fsspec_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(url: str, **options: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(SettingError, match=r"s3://bucket/1\.tar can't be opened: Install s3fs"):
        check(["s3://bucket/1.tar"])
