"""A dataset published as four IDX files, as MNIST and many datasets modelled on it are.

A plugin for one of them is a subclass that names the files, the mirrors and the classes; see `mnist.py`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from handwriting.datasets.downloads.cache import obtain
from handwriting.datasets.downloads.remote_files import RemoteFile, flaw
from handwriting.datasets.idx import read_idx
from handwriting.datasets.published import Published
from handwriting.errors import DataError
from handwriting.interfaces import Examples, Notice, Progress, Splits


class IdxDataset(Published):
    """A dataset of four `files`: training images, training labels, test images, test labels.

    `mirrors`, URLs of folders, replace those of `published_at`.
    """

    files: ClassVar[tuple[RemoteFile, RemoteFile, RemoteFile, RemoteFile]]
    class_names: ClassVar[tuple[str, ...]]
    published_at: ClassVar[tuple[str, ...]]

    def __init__(self, mirrors: Sequence[str] = ()) -> None:
        self.mirrors = tuple(mirrors) or self.published_at

    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the files into `folder`, as `Published.obtain` says."""
        mirrors = tuple(mirrors) or self.mirrors
        return obtain(self.files, folder, source=source, mirrors=mirrors, force=force)

    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return what is wrong with each file in `folder`, by its size and SHA-256."""
        return {file.name: flaw(file, folder) for file in self.files}

    def load(self, folder: Path) -> Splits:
        """Return the examples, from large files mapped. Raises `DataError` if files are missing or mixed up."""
        train = self._examples(folder, *self.files[:2])
        test = self._examples(folder, *self.files[2:])
        return Splits(train, test, self.class_names)

    def _examples(self, folder: Path, image_file: RemoteFile, label_file: RemoteFile) -> Examples:
        images, labels = read_idx(folder / image_file.name), read_idx(folder / label_file.name)
        if images.shape != (*labels.shape, 28, 28) or labels.max() >= len(self.class_names):
            raise DataError(
                f"{folder / image_file.name} {images.shape} and {label_file.name} {labels.shape} do not belong "
                "together; download them again (hwr download --force)"
            )
        return Examples(images, labels)
