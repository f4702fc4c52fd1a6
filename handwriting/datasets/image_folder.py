"""A person's own pictures as a dataset: a folder with one sub-folder for each class, named as the class.

DIR/0/*.png ... DIR/9/*.png                       each fifth picture of a class is kept for testing
DIR/train/0/*.png ..., DIR/test/0/*.png ...       or the person says which
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from handwriting.errors import DataError, PictureError
from handwriting.interfaces import Dataset, Examples, Images, Notice, Progress, Splits

TEST_EVERY = 5
NOTICES = 10
"""So many unreadable pictures are named one by one; the others are counted."""
MOST_CLASSES = 256


@dataclass
class ImageFolder(Dataset):
    """The pictures in the folder `path`; `read` turns a file into (28, 28) uint8 or raises `PictureError`.

    In memory a picture takes 784 bytes, whatever its file holds.
    """

    path: Path
    read: Callable[[Path], Images]
    _splits: Splits | None = field(default=None, init=False, repr=False, compare=False)

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Read all pictures; those that can't be read are told of and left out. `folder` is not needed.

        Raises `DataError` where none is left to learn from or to test with.
        """
        found = _find(self.path)
        train = yield from self._examples(found.train, found.class_names)
        test = yield from self._examples(found.test, found.class_names)
        for label in np.flatnonzero(np.bincount(train.labels, minlength=len(found.class_names)) == 0):
            yield Notice(f"{self.path} has no readable picture of class {found.class_names[label]!r} to learn from")
        if not len(train) or not len(test):
            raise DataError(
                f"{self.path} has {len(train)} readable pictures to learn from and {len(test)} to test with; "
                "there must be some of both: at least two in a class"
            )
        self._splits = Splits(train, test, found.class_names)

    def load(self, folder: Path) -> Splits:
        """Return the examples. Raises `DataError` as `prepare` does."""
        if self._splits is None:
            for _ in self.prepare(folder):
                pass
        assert self._splits is not None
        return self._splits

    def _examples(
        self, files: dict[str, list[Path]], class_names: tuple[str, ...]
    ) -> Generator[Progress | Notice, None, Examples]:
        pictures = [(path, label) for label, name in enumerate(class_names) for path in files.get(name, ())]
        images, labels = np.empty((len(pictures), 28, 28), np.uint8), np.empty(len(pictures), np.uint8)
        good = bad = 0
        for path, label in pictures:
            try:
                images[good], labels[good] = self.read(path), label
                good += 1
            except PictureError as error:
                bad += 1
                if bad <= NOTICES:
                    yield Notice(f"{error}; left out")
            yield Progress(str(self.path), good + bad, len(pictures), "images")
        if bad > NOTICES:
            yield Notice(f"{bad - NOTICES} more pictures in {self.path} can't be read; left out")
        return Examples(images[:good], labels[:good])


@dataclass(frozen=True)
class _Found:
    """The files of each class."""

    train: dict[str, list[Path]]
    test: dict[str, list[Path]]

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(sorted(self.train.keys() | self.test.keys()))


def _find(path: Path) -> _Found:
    try:
        if all((path / part).is_dir() for part in ("train", "test")):
            found = _Found(_by_class(path / "train"), _by_class(path / "test"))
        else:
            found = _divide(_by_class(path))
    except OSError as error:
        raise DataError(f"can't read the folder {path}: {error.strerror or error}") from error
    if not 1 <= len(found.class_names) <= MOST_CLASSES:
        raise DataError(
            f"{path} has {len(found.class_names)} sub-folders with pictures; put the pictures of each class into a "
            f"sub-folder of its name (0, 1, ...), at most {MOST_CLASSES} of them"
        )
    odd = [name for name in found.class_names if not name.isprintable()]
    if odd:
        raise DataError(f"{path} has a sub-folder whose name can't be shown ({odd[0]!r}): rename it")
    return found


def _by_class(folder: Path) -> dict[str, list[Path]]:
    """Return the files in each sub-folder, sorted by name; hidden ones, and folders without files, do not count."""
    found = {place.name: _visible(place, Path.is_file) for place in _visible(folder, Path.is_dir)}
    return {name: files for name, files in found.items() if files}


def _visible(folder: Path, kind: Callable[[Path], bool]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if kind(path) and not path.name.startswith("."))


def _divide(found: dict[str, list[Path]]) -> _Found:
    """Keep each fifth picture of a class for testing; of two to four, the last."""
    test = {name: files[TEST_EVERY - 1 :: TEST_EVERY] or files[1:][-1:] for name, files in found.items()}
    train = {name: sorted(set(files) - set(test[name])) for name, files in found.items()}
    return _Found(train, test)
