"""EMNIST letters: 124,800 handwritten letters to learn from and 20,800 to be judged by (Cohen et al. 2017).

    NIST's archive -> checked by SHA-256 -> four of its members unpacked and set upright -> IDX files in the cache

Capitals and small letters are one class: "A" stands for A and a. The archive holds all of EMNIST and is large; it is
fetched once, streamed to disk, and removed when the letters are out of it.
"""

import gzip
import math
import string
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from handwriting import storage
from handwriting.datasets import transfer
from handwriting.datasets.idx import idx_header, read_idx, write_idx
from handwriting.datasets.remote_files import RemoteFile, Unusable, flaw, store
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Dataset, Examples, Notice, Progress, Shape, Splits

URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"

# Size and SHA-256 as TensorFlow Datasets publishes them in url_checksums/emnist.txt; MLDatasets.jl has the same sum.
ARCHIVE = RemoteFile("gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e")

# What the archive holds, as Hugging Face's copy tanganke/emnist_letters counts it; TensorFlow Datasets takes
# 88,800 and 14,800 of them.
COUNTS = {"train": 124_800, "test": 20_800}


class EmnistLetters(Dataset):
    """The letters of the archive at `url`: `counts` says how many pictures its parts "train" and "test" have."""

    class_names: ClassVar[tuple[str, ...]] = tuple(string.ascii_uppercase)

    def __init__(self, url: str = URL, archive: RemoteFile = ARCHIVE, counts: Mapping[str, int] = COUNTS) -> None:
        self.url = url
        self.archive = archive
        self.counts = counts

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Bring the letters into `folder`, unless they are there.

        Raises `DownloadError` where the archive can't be had, and `DataError` where it does not hold what it should.
        """
        if self._is_ready(folder):
            return
        with storage.locked(folder):
            if not self._is_ready(folder):  # another process may have been faster
                yield from self._fetch(folder)
                yield from self._unpack(folder)
            (folder / self.archive.name).unlink(missing_ok=True)

    def load(self, folder: Path) -> Splits:
        """Return the examples; the images stay on disk until they are looked at. Raises `DataError` without them."""
        return Splits(self._examples(folder, "train"), self._examples(folder, "test"), self.class_names)

    def _is_ready(self, folder: Path) -> bool:
        try:
            self.load(folder)
        except DataError:
            return False
        return True

    def _examples(self, folder: Path, part: str) -> Examples:
        images, labels = (read_idx(path) for path in _paths(folder, part))
        count = self.counts[part]
        if images.shape != (count, 28, 28) or labels.shape != (count,) or labels.max() >= len(self.class_names):
            raise DataError(f"the files {part}-* in {folder} are not {count:,} letters; remove them and try again")
        return Examples(images, labels)

    def _fetch(self, folder: Path) -> Iterator[Progress | Notice]:
        """Fetch the archive, unless a person, or a run that was interrupted, has left it in `folder`."""
        if flaw(self.archive, folder) is None:
            return
        yield Notice(f"EMNIST is fetched from {self.url}, {self.archive.size / 1e6:,.0f} MB, this once")
        try:
            with transfer.opened(self.url, self.archive.size) as arriving:
                yield from store(self.archive, folder, arriving.chunks)
        except Unusable as failure:
            raise DownloadError(
                f"can't fetch {self.url}: {failure}. Try again later, or bring that file yourself, to "
                f"{folder / self.archive.name}{failure.remedy and '; '}{failure.remedy}"
            ) from failure

    def _unpack(self, folder: Path) -> Iterator[Progress]:
        """Write the letters as they are used: upright (the archive has them transposed), labels from 0 (not from 1)."""
        for part, count in self.counts.items():
            yield Progress(f"EMNIST {part}", 0, count, "images")
            images = self._member(folder, f"emnist-letters-{part}-images-idx3-ubyte", (count, 28, 28))
            labels = self._member(folder, f"emnist-letters-{part}-labels-idx1-ubyte", (count,))
            if labels.min() < 1 or labels.max() > len(self.class_names):
                raise DataError(f"{self.archive.name} has labels other than 1 ... {len(self.class_names)}")
            image_path, label_path = _paths(folder, part)
            write_idx(image_path, images.transpose(0, 2, 1))
            write_idx(label_path, labels - np.uint8(1))
            yield Progress(f"EMNIST {part}", count, count, "images")

    def _member(self, folder: Path, name: str, shape: Shape) -> NDArray[np.uint8]:
        """Return one array of the archive; never more is unpacked than `shape` takes."""
        header = idx_header(shape)
        size = len(header) + math.prod(shape)
        try:
            with (
                zipfile.ZipFile(folder / self.archive.name) as entries,
                entries.open(f"gzip/{name}.gz") as packed,
                gzip.open(packed) as plain,
            ):
                content = plain.read(size + 1)  # one more: gzip checks its own sum only at the end
        except KeyError as error:
            raise DataError(f"{self.archive.name} has no gzip/{name}.gz") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise DataError(f"{self.archive.name} can't be unpacked: {error}") from error
        if len(content) != size or not content.startswith(header):
            raise DataError(f"{self.archive.name}: {name} is not an IDX file of the shape {shape}")
        return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _paths(folder: Path, part: str) -> tuple[Path, Path]:
    return folder / f"{part}-images-idx3-ubyte", folder / f"{part}-labels-idx1-ubyte"
