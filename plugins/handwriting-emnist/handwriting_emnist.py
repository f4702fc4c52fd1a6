"""EMNIST letters: 124,800 handwritten letters to learn from and 20,800 to be judged by (Cohen et al. 2017).

    NIST's archive -> checked by SHA-256 -> four of its members unpacked and set upright -> IDX files in the cache

Capitals and small letters are one class: "A" stands for A and a. The archive holds all of EMNIST and is large; it is
fetched once, streamed to disk, and removed when the letters are out of it.
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

from handwriting.datasets.downloads import transfer
from handwriting.datasets.downloads.mirrors import without_password
from handwriting.datasets.downloads.remote_files import MISSING, RemoteFile, Unusable, flaw, store
from handwriting.datasets.idx import idx_header, read_idx, write_idx
from handwriting.datasets.published import Published
from handwriting.errors import DataError, DownloadError
from handwriting.interfaces import Examples, Notice, Progress, Shape, Splits
from handwriting.system import storage

URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"

# Size and SHA-256 as TensorFlow Datasets publishes them in url_checksums/emnist.txt; MLDatasets.jl has the same sum.
ARCHIVE = RemoteFile("gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e")

# What the archive holds, as Hugging Face's copy tanganke/emnist_letters counts it; TensorFlow Datasets takes
# 88,800 and 14,800 of them.
COUNTS = {"train": 124_800, "test": 20_800}


class EmnistLetters(Published):
    """The letters of the archive at `url`: `counts` says how many pictures its parts "train" and "test" have."""

    class_names: ClassVar[tuple[str, ...]] = tuple(string.ascii_uppercase)

    def __init__(self, url: str = URL, archive: RemoteFile = ARCHIVE, counts: Mapping[str, int] = COUNTS) -> None:
        self.url = url
        self.archive = archive
        self.counts = counts

    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the letters into `folder`, unless they are there: from the archive in `source`, or a server's.

        A mirror is the address of an archive that ends in .zip, or of the folder that it lies in. Raises
        `DownloadError` where no server gives the archive, `DataError` where `source` does not have it or it does not
        hold what it should.
        """
        if self._is_ready(folder) and not force:
            return
        with storage.locked(folder):
            if force or not self._is_ready(folder):  # another process may have been faster
                if source is None:
                    yield from self._fetch(folder, [self._address(url) for url in mirrors] or [self.url], force)
                elif wrong := flaw(self.archive, source):
                    raise DataError(f"{source / self.archive.name} is {wrong}; it is published at {self.url}")
                yield from self._unpack(source or folder, folder)
            (folder / self.archive.name).unlink(missing_ok=True)

    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return for each file what is wrong with it: its shape and its labels tell, no sums of it are published."""
        return {path.name: self._flaw(path, shape) for part in self.counts for path, shape in self._files(folder, part)}

    def load(self, folder: Path) -> Splits:
        """Return the examples; the images stay on disk until they are looked at. Raises `DataError` without them."""
        for name, wrong in self.verify(folder).items():
            if wrong:
                raise DataError(f"{folder / name} is {wrong}; remove it and try again")
        return Splits(self._examples(folder, "train"), self._examples(folder, "test"), self.class_names)

    def _is_ready(self, folder: Path) -> bool:
        return not any(self.verify(folder).values())

    def _examples(self, folder: Path, part: str) -> Examples:
        return Examples(*(read_idx(path) for path, _ in self._files(folder, part)))

    def _files(self, folder: Path, part: str) -> tuple[tuple[Path, Shape], tuple[Path, Shape]]:
        """Return where the images and the labels of a part are kept, and their shapes."""
        count = self.counts[part]
        images, labels = folder / f"{part}-images-idx3-ubyte", folder / f"{part}-labels-idx1-ubyte"
        return (images, (count, 28, 28)), (labels, (count,))

    def _flaw(self, path: Path, shape: Shape) -> str | None:
        """Say what is wrong with a file in the cache."""
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

    def _address(self, mirror: str) -> str:
        """Return the address of the archive on a mirror."""
        return mirror if mirror.partition("?")[0].endswith(".zip") else f"{mirror.rstrip('/')}/{self.archive.name}"

    def _fetch(self, folder: Path, urls: Sequence[str], force: bool) -> Iterator[Progress | Notice]:
        """Fetch the archive, unless a person, or a run that was interrupted, has left it in `folder`."""
        if flaw(self.archive, folder) is None and not force:
            return
        causes = []
        for url in urls:
            shown = without_password(url)
            yield Notice(f"EMNIST is fetched from {shown}, {self.archive.size / 1e6:,.0f} MB, this once")
            try:
                with transfer.opened(url, self.archive.size) as arriving:
                    yield from store(self.archive, folder, arriving.chunks)
                return
            except Unusable as failure:
                causes.append(f"can't fetch {shown}: {failure}{failure.remedy and '; '}{failure.remedy}")
        raise DownloadError(
            f"{'; '.join(causes)}. Try again later, or bring that file yourself: "
            "hwr download --dataset emnist-letters --from DIR"
        )

    def _unpack(self, source: Path, folder: Path) -> Iterator[Progress]:
        """Write the letters as they are used: upright (the archive has them transposed), labels from 0 (not from 1)."""
        for part, count in self.counts.items():
            yield Progress(f"EMNIST {part}", 0, count, "images")
            (image_path, image_shape), (label_path, label_shape) = self._files(folder, part)
            images = self._member(source, f"emnist-letters-{image_path.name}", image_shape)
            labels = self._member(source, f"emnist-letters-{label_path.name}", label_shape)
            if labels.min() < 1 or labels.max() > len(self.class_names):
                raise DataError(f"{self.archive.name} has labels other than 1 ... {len(self.class_names)}")
            write_idx(image_path, images.transpose(0, 2, 1))
            write_idx(label_path, labels - np.uint8(1))
            yield Progress(f"EMNIST {part}", count, count, "images")

    def _member(self, source: Path, name: str, shape: Shape) -> NDArray[np.uint8]:
        """Return one array of the archive; never more is unpacked than `shape` takes."""
        header = idx_header(shape)
        size = len(header) + math.prod(shape)
        try:
            with (
                zipfile.ZipFile(source / self.archive.name) as entries,
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
