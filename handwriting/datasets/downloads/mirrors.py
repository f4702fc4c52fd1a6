"""Mirrors: places that hand over the files of a dataset, one at a time."""

import io
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handwriting.datasets.downloads import transfer, unpack
from handwriting.datasets.downloads.patience import Patience
from handwriting.datasets.downloads.remote_files import RemoteFile, Unusable, store
from handwriting.datasets.downloads.transfer_errors import NotThere
from handwriting.interfaces import Progress

SLACK = 1 << 16
"""Bytes by which a compressed file may exceed the plain one: headers, and noise that does not compress."""


def mirror_at(url: str, files: Sequence[RemoteFile], patience: Patience) -> "Mirror":
    """Return the mirror of `files` at `url`: an archive where that ends in .npz, else a folder."""
    if url.partition("?")[0].endswith(".npz"):
        return ArchiveMirror(url, patience, sum(file.size for file in files) + SLACK)
    return FolderMirror(url, patience)


@dataclass
class Mirror(ABC):
    """A place on the network; `str()` of it is its address without any password in it."""

    url: str
    patience: Patience

    @abstractmethod
    def deliver(self, file: RemoteFile, folder: Path) -> Iterator[Progress]:
        """Bring `file` into `folder`, whole and checked.

        Raises `Unusable` where this mirror can't, and `HandwritingError` where the disk does not take it.
        """

    def __str__(self) -> str:
        return without_password(self.url)


def without_password(url: str) -> str:
    """Return an address as it may be shown: whoever stands in front of the @, and their password, left out."""
    return re.sub("//[^/]*@", "//", url)


class FolderMirror(Mirror):
    """Serves each file as NAME.gz, or else as NAME."""

    def deliver(self, file: RemoteFile, folder: Path) -> Iterator[Progress]:
        """Bring `file` into `folder`, unpacked while it arrives."""
        place = f"{self.url.rstrip('/')}/{file.name}"
        try:
            with transfer.opened(f"{place}.gz", file.size + SLACK, self.patience) as packed:
                yield from store(file, folder, unpack.gunzip(packed.chunks))
        except NotThere:
            with transfer.opened(place, file.size, self.patience) as plain:
                yield from store(file, folder, plain.chunks)


@dataclass
class ArchiveMirror(Mirror):
    """Serves all files in one .npz archive of at most `limit` bytes: arrays under the names `file.member`."""

    limit: int
    archive: io.BytesIO = field(default_factory=io.BytesIO)

    def deliver(self, file: RemoteFile, folder: Path) -> Iterator[Progress]:
        """Bring `file` into `folder`; the archive is fetched with the first file and kept in memory for the others."""
        if not file.member:
            raise Unusable("an archive, and it is not known where in it the file is")
        if not self.archive.getbuffer().nbytes:
            yield from self._fetch()
        yield from store(file, folder, unpack.npz_array_as_idx(self.archive, file.member))

    def _fetch(self) -> Iterator[Progress]:
        archive, label = io.BytesIO(), self.url.partition("?")[0].rpartition("/")[2]
        with transfer.opened(self.url, self.limit, self.patience) as packed:
            for chunk in packed.chunks:
                archive.write(chunk)
                yield Progress(label, archive.tell(), max(packed.length, archive.tell()))
        self.archive = archive
