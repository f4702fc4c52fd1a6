"""Tar and zip files: all pictures, once each, in ranges; and whatever can be wrong with them."""

import io
import random
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from handwriting_dask import archives, members
from handwriting_dask.unread import Unread

from handwriting.errors import HandwritingError

CONTENTS = {f"{number % 3}/{'long' * 30}-{number}.png": bytes([number]) * (400 * number) for number in range(1, 12)}
OTHERS = {"1/labels.json": b"{}", "1/.hidden.png": b"-", ".cache/1.png": b"-"}
KINDS = ("a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz", "a.zip")


def write(path: Path, contents: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
        return path
    mode: Any = {".gz": "w:gz", ".tgz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}.get(path.suffix, "w")
    with tarfile.open(path, mode) as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        folder = tarfile.TarInfo("folder.png")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
    return path


def read(path: Path, most: int = 4) -> tuple[list[Unread], str | None]:
    """Return all pictures in an archive, its ranges read in reverse order, and its flaw."""
    index = archives.index(path.name, str(path.parent), most)
    assert all(count == most for _, count in index.ranges[:-1])
    ranges = [
        list(archives.members(path.name, str(path.parent), index.identity, start, count))
        for start, count in reversed(index.ranges)
    ]
    return [member for part in reversed(ranges) for member in part], index.flaw


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("most", [1, 4, 1000])
def test_each_picture_is_in_one_range(tmp_path: Path, name: str, most: int) -> None:
    pictures, flaw = read(write(tmp_path / name, OTHERS | CONTENTS), most)
    assert {picture.name: picture.content for picture in pictures} == CONTENTS
    assert (len(pictures), flaw) == (len(CONTENTS), None)


def test_a_tar_file_without_the_zeros_at_its_end_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar", {"1.png": b"1" * 512})
    path.write_bytes(path.read_bytes()[:1024])
    assert read(path) == ([Unread("1.png", b"1" * 512)], None)


@pytest.mark.parametrize("name", KINDS)
def test_an_archive_that_is_cut_off_is_read_up_to_there(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, CONTENTS)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    pictures, flaw = read(path)
    assert flaw is not None
    assert ("after" in flaw) == bool(pictures)
    whole = [picture for picture in pictures if picture.content is not None]
    assert all(picture.content == CONTENTS[picture.name] for picture in whole)
    assert len(pictures) - len(whole) <= 1
    assert all(picture.flaw == members.DAMAGED for picture in pictures if picture.content is None)


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar", {f"{number}.png": b"1" * 512 for number in range(9)})
    content = bytearray(path.read_bytes())
    content[5 * 1024 + 10] ^= 0xFF
    path.write_bytes(content)
    pictures, flaw = read(path)
    assert [picture.name for picture in pictures] == [f"{number}.png" for number in range(5)]
    assert flaw is not None
    assert "after 5 pictures" in flaw


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    for name in KINDS:
        (tmp_path / name).write_bytes(b"something else" * 100)
        pictures, flaw = read(tmp_path / name)
        assert pictures == []
        assert flaw is not None
        assert flaw.startswith("it is no archive, or damaged")


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", {"1.png": b"a" * 999, "2.png": b"b" * 999, "3.png": b"c" * 999})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        content[archive.getinfo("2.png").header_offset + 36] ^= 0xFF
    path.write_bytes(content)
    pictures, flaw = read(path)
    assert [picture.flaw for picture in pictures] == [None, members.DAMAGED, None]
    assert flaw is None


@pytest.mark.parametrize("name", KINDS)
def test_whatever_is_damaged_the_index_and_the_pictures_agree(tmp_path: Path, name: str) -> None:
    rng = random.Random(1)
    path = write(tmp_path / name, OTHERS | CONTENTS)
    good = path.read_bytes()
    for _ in range(40):
        content = bytearray(good)
        for _ in range(rng.choice((1, 3, 20))):
            content[rng.randrange(len(content))] = rng.choice((0, 255, rng.randrange(256)))
        path.write_bytes(content)
        index = archives.index(str(path), "", 4)
        for start, count in index.ranges:
            assert len(list(archives.members(str(path), "", index.identity, start, count))) == count


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zip", {"1.png": b"a" * 999})
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    assert read(path) == ([Unread("1.png", None, members.ENCRYPTED)], None)


@pytest.mark.parametrize("name", KINDS)
def test_a_huge_member_is_not_read_into_memory(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "LARGEST_FILE", 1000)
    path = write(tmp_path / name, {"1.png": b"a" * 1000, "2.png": b"b" * 1001, "3.png": b"c"})
    assert [picture.flaw for picture in read(path)[0]] == [None, members.TOO_LARGE, None]


def test_an_archive_that_has_changed_since_it_was_listed_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar", CONTENTS)
    index = archives.index(str(path), "", 4)
    write(path, {"1.png": b"another"})
    with pytest.raises(HandwritingError, match="has changed since it was listed"):
        list(archives.members(str(path), "", index.identity, *index.ranges[1]))


def test_an_archive_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(HandwritingError, match=r"nothing to be read at a\.tar"):
        archives.index("a.tar", str(tmp_path), 4)
