"""EMNIST letters: 124,800 images of handwritten letters for training and 20,800 for testing (Cohen et al. 2017).

    NIST's archive -> checked by SHA-256 -> four of its members, unpacked and transposed -> IDX files in the cache

Capital and small letters are one class: "A" is A or a. The archive holds all of EMNIST and is large; it is downloaded
once and removed when the letters are unpacked.
"""

import gzip
import math
import os
import string
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from handwriting.datasets.downloads.cache import without_password
from handwriting.datasets.downloads.remote_files import MISSING, RemoteFile, SourceError, flaw, store
from handwriting.datasets.downloads.transfer import receive
from handwriting.datasets.idx import idx_header, read_idx, write_idx
from handwriting.datasets.published import Published
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Examples, Notice, Progress, Shape, Splits
from handwriting.system import storage

URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"

# Size and SHA-256 as in TensorFlow Datasets (url_checksums/emnist.txt); MLDatasets.jl has the same SHA-256.
ARCHIVE = RemoteFile("gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e")

# All letters in the archive, as in tanganke/emnist_letters on Hugging Face; TensorFlow Datasets uses 88,800 and 14,800.
COUNTS = {"train": 124_800, "test": 20_800}


class EmnistLetters(Published):
    """The letters in the archive at `url`; `counts` is the number of images in its splits "train" and "test"."""

    class_names: ClassVar[tuple[str, ...]] = tuple(string.ascii_uppercase)

    def __init__(self, url: str = URL, archive: RemoteFile = ARCHIVE, counts: Mapping[str, int] = COUNTS) -> None:
        self.url = url
        self.archive = archive
        self.counts = counts

    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the letters into `folder`, from the archive in the folder `source`, else from a server.

        A mirror is the URL of the archive, ending in .zip, or of the folder that holds it. Raises `DownloadError` if no
        server delivers the archive, and `DataError` if it is not in `source` or does not hold the letters.
        """
        if self._is_ready(folder) and not force:
            return
        yield from storage.announce_waiting(folder)
        with storage.locked(folder):
            if force or not self._is_ready(folder):  # another process may have unpacked them meanwhile
                if source is None:
                    yield from self._fetch(folder, [self._archive_url(url) for url in mirrors] or [self.url], force)
                elif wrong := flaw(self.archive, source):
                    raise DataError(f"{source / self.archive.name} is {wrong}; it is published at {self.url}")
                yield from self._unpack(source or folder, folder)
            (folder / self.archive.name).unlink(missing_ok=True)

    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return what is wrong with each file, by its shape and labels: no checksums of the letters are published."""
        files = [file for split in self.counts for file in self._files(folder, split)]
        return {path.name: self._flaw(path, shape) for path, shape in files}

    def load(self, folder: Path) -> Splits:
        """Return the examples; large files are mapped from disk. Raises `DataError` if a file is missing or damaged."""
        for name, wrong in self.verify(folder).items():
            if wrong:
                raise DataError(f"{folder / name} is {wrong}; remove it and try again")
        return Splits(self._examples(folder, "train"), self._examples(folder, "test"), self.class_names)

    def _is_ready(self, folder: Path) -> bool:
        return not any(self.verify(folder).values())

    def _examples(self, folder: Path, split: str) -> Examples:
        return Examples(*(read_idx(path) for path, _ in self._files(folder, split)))

    def _files(self, folder: Path, split: str) -> tuple[tuple[Path, Shape], tuple[Path, Shape]]:
        """Return the files of the images and labels of a split, with their shapes."""
        count = self.counts[split]
        images, labels = folder / f"{split}-images-idx3-ubyte", folder / f"{split}-labels-idx1-ubyte"
        return (images, (count, 28, 28)), (labels, (count,))

    def _flaw(self, path: Path, shape: Shape) -> str | None:
        if not os.path.exists(path):  # unlike path.exists() it never raises
            return MISSING
        try:
            array = read_idx(path)
        except DataError as error:
            return f"damaged ({error})"
        if array.shape != shape:
            return f"of the shape {array.shape} instead of {shape}"
        if len(shape) == 1 and array.max() >= len(self.class_names):
            return f"damaged (its labels go up to {array.max()} instead of {len(self.class_names) - 1})"
        return None

    def _archive_url(self, mirror: str) -> str:
        """Return the URL of the archive on a mirror."""
        return mirror if mirror.partition("?")[0].endswith(".zip") else f"{mirror.rstrip('/')}/{self.archive.name}"

    def _fetch(self, folder: Path, urls: Sequence[str], force: bool) -> Iterator[Progress | Notice]:
        """Download the archive, unless it is in `folder`, put there by the user or an interrupted run."""
        if flaw(self.archive, folder) is None and not force:
            return
        causes = []
        for url in urls:
            shown = without_password(url)
            yield Notice(f"downloading EMNIST from {shown}, {self.archive.size / 1e6:,.0f} MB, once")
            try:
                yield from store(self.archive, folder, receive(url, self.archive.size))
                return
            except SourceError as failure:
                causes.append(f"can't fetch {shown}: {failure}{failure.remedy and '; '}{failure.remedy}")
        raise DownloadError(
            f"{'; '.join(causes)}. Try again later, or bring the file yourself: "
            "hwr download --dataset emnist-letters --from DIR"
        )

    def _unpack(self, source: Path, folder: Path) -> Iterator[Progress]:
        """Write the letters as IDX files. In the archive, images are transposed, and labels count from 1."""
        for split, count in self.counts.items():
            yield Progress(f"EMNIST {split}", 0, count, "images")
            (image_path, image_shape), (label_path, label_shape) = self._files(folder, split)
            images = self._member(source, f"emnist-letters-{image_path.name}", image_shape)
            labels = self._member(source, f"emnist-letters-{label_path.name}", label_shape)
            if labels.min() < 1 or labels.max() > len(self.class_names):
                raise DataError(f"{self.archive.name} has labels other than 1 ... {len(self.class_names)}")
            write_idx(image_path, images.transpose(0, 2, 1))
            write_idx(label_path, labels - np.uint8(1))
            yield Progress(f"EMNIST {split}", count, count, "images")

    def _member(self, source: Path, name: str, shape: Shape) -> NDArray[np.uint8]:
        """Return an array in the archive, without unpacking more than one of that shape takes."""
        header = idx_header(shape)
        size = len(header) + math.prod(shape)
        try:
            with (
                zipfile.ZipFile(source / self.archive.name) as members,
                members.open(f"gzip/{name}.gz") as packed,
                gzip.open(packed) as plain,
            ):
                content = plain.read(size + 1)  # one byte more, because gzip verifies its checksum at the end
        except KeyError as error:
            raise DataError(f"{self.archive.name} has no gzip/{name}.gz") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise DataError(f"{self.archive.name} can't be unpacked: {error}") from error
        if len(content) != size or not content.startswith(header):
            raise DataError(f"{self.archive.name}: {name} is not an IDX file of the shape {shape}")
        return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)
