"""Zip files, which have a list of their members at the end: a reader may begin with any of them."""

import zipfile
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from handwriting_dask.members import Range, is_damage, is_picture_member, read_member
from handwriting_dask.unread import Unread


def index(file: BinaryIO, most: int) -> tuple[list[Range], str | None]:
    """Return the ranges of at most `most` pictures, and why the file can't be read, or None if it can."""
    try:
        count = len(pictures(zipfile.ZipFile(file)))
    except Exception as error:
        if not is_damage(error):
            raise
        return [], str(error)
    return [(start, min(most, count - start)) for start in range(0, count, most)], None


def pictures(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that are pictures."""
    return [member for member in archive.infolist() if not member.is_dir() and is_picture_member(member.filename)]


def members(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> Iterator[Unread]:
    """Yield some of the pictures of an archive."""
    for member in listed:
        yield read_member(member.filename, member.file_size, partial(_read, archive, member))


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(member) as content:
        return content.read(most)
