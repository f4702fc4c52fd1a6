"""A published file, and whether what we hold is that file.

Size and SHA-256 are those of the plain bytes: mirrors compress the same file in different ways, so a sum over the
compressed bytes would turn good copies away.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handwriting.errors import DataError
from handwriting.interfaces import Progress
from handwriting.system import storage

MISSING = "missing"


@dataclass(frozen=True)
class RemoteFile:
    """A file that mirrors serve as `name`.gz or `name`; `size` and `sha256` (hexadecimal) are of the plain bytes.

    `member` is the name of the same array in an .npz archive of the dataset ("x_train" in the layout of Keras).
    """

    name: str
    size: int
    sha256: str
    member: str = ""


class Unusable(DataError):
    """What a mirror or a folder gave is not the file; `remedy` is what a person can do about it, if anything."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.remedy = remedy


def flaw(file: RemoteFile, folder: Path) -> str | None:
    """Say what is wrong with the copy of `file` in `folder`, or None where it is right to the last bit."""
    path = folder / file.name
    try:
        if not path.exists():
            return MISSING
        if not path.is_file():
            return "not a file"
        size = path.stat().st_size
        if size != file.size:
            return f"{size:,} bytes long instead of {file.size:,}"
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        return f"not readable ({error.strerror or error})"
    return None if digest == file.sha256 else "damaged (its SHA-256 is wrong)"


def verify(files: Sequence[RemoteFile], folder: Path) -> dict[str, str | None]:
    """Return for the name of each file what is wrong with its copy in `folder`, None where nothing is."""
    return {file.name: flaw(file, folder) for file in files}


def store(file: RemoteFile, folder: Path, chunks: Iterable[bytes]) -> Iterator[Progress]:
    """Write `chunks` as `file` into `folder`, telling how far it is; the name appears only once every bit is right.

    Raises `Unusable` where they are not the file, at the first byte too many, and `HandwritingError` where the disk
    does not take them. `chunks` must not raise `OSError`: that would be taken for the disk's.
    """
    digest, done = hashlib.sha256(), 0
    yield Progress(file.name, 0, file.size)
    with storage.replacing(folder / file.name) as part:
        for chunk in chunks:
            done += len(chunk)
            if done > file.size:
                raise Unusable(f"longer than the {file.size:,} bytes expected")
            digest.update(chunk)
            part.write(chunk)
            yield Progress(file.name, done, file.size)
        if done < file.size:
            raise Unusable(f"{done:,} bytes long instead of {file.size:,}")
        if digest.hexdigest() != file.sha256:
            raise Unusable("another file (its SHA-256 is wrong)")
