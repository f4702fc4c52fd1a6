"""A dataset published as four IDX files, as MNIST is and many made after its model.

A plugin for one of those is a subclass that names the files, the mirrors and the classes; `mnist.py` is the example.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from handwriting.datasets.downloads.cache import copy_from, fetch
from handwriting.datasets.downloads.remote_files import RemoteFile, verify
from handwriting.datasets.idx import read_idx
from handwriting.datasets.published import Published
from handwriting.errors import DataError
from handwriting.interfaces import Examples, Notice, Progress, Splits


class IdxDataset(Published):
    """Training images, training labels, test images, test labels: `files` in this order, from `mirrors`.

    `mirrors` given to the constructor take the place of the published ones.
    """

    files: ClassVar[tuple[RemoteFile, RemoteFile, RemoteFile, RemoteFile]]
    class_names: ClassVar[tuple[str, ...]]
    published_at: ClassVar[tuple[str, ...]]

    def __init__(self, mirrors: Sequence[str] = ()) -> None:
        self.mirrors = tuple(mirrors) or self.published_at

    def obtain(
        self, folder: Path, *, source: Path | None = None, mirrors: Sequence[str] = (), force: bool = False
    ) -> Iterator[Progress | Notice]:
        """Bring the files into `folder`: from the folder `source`, or from `mirrors`, or from those of the dataset.

        With `force` also what is right there already is brought anew. Raises as `fetch` and `copy_from` do.
        """
        if source is not None:
            yield from copy_from(self.files, source, folder, force)
        else:
            yield from fetch(self.files, tuple(mirrors) or self.mirrors, folder, force)

    def verify(self, folder: Path) -> dict[str, str | None]:
        """Return for the name of each file what is wrong with its copy in `folder`, by size and SHA-256."""
        return verify(self.files, folder)

    def load(self, folder: Path) -> Splits:
        """Return the examples; the images stay on disk until they are looked at.

        Raises `DataError` where the files are missing or do not go together.
        """
        train = self._examples(folder, *self.files[:2])
        test = self._examples(folder, *self.files[2:])
        return Splits(train, test, self.class_names)

    def _examples(self, folder: Path, image_file: RemoteFile, label_file: RemoteFile) -> Examples:
        images, labels = read_idx(folder / image_file.name), read_idx(folder / label_file.name)
        if images.shape != (*labels.shape, 28, 28) or labels.max() >= len(self.class_names):
            raise DataError(
                f"{folder / image_file.name} {images.shape} and {label_file.name} {labels.shape} do not go together; "
                "fetch them anew (hwr download --force)"
            )
        return Examples(images, labels)
