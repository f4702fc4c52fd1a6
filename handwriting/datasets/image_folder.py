"""A folder of pictures as a dataset: one subfolder for each class, named like the class.

DIR/0/*.png ... DIR/9/*.png                     every fifth picture of a class goes into the test set
DIR/train/0/*.png ... DIR/test/0/*.png ...      the division is given

Hidden files and folders, and files whose names are not those of pictures, are left out.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from handwriting.errors import DataError, PictureError
from handwriting.interfaces import MOST_CLASSES, Dataset, Examples, Images, Notice, Progress, Splits
from handwriting.pictures.decoding import decode
from handwriting.pictures.picture_files import is_hidden, is_picture
from handwriting.pictures.preparation import prepare

TEST_EVERY = 5
NOTICES = 10
"""Most unreadable pictures of a set that are named one by one; the others are only counted."""

FilesByClass: TypeAlias = dict[str, list[Path]]


@dataclass
class ImageFolder(Dataset):
    """The pictures in the folder `path`, each of one digit; in memory they are images of 28x28 pixels."""

    path: Path
    _splits: Splits | None = field(default=None, init=False, repr=False, compare=False)

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Read all pictures; those that can't be read are reported and skipped. `folder` is not used.

        Raises `DataError` if the training set or the test set would be empty.
        """
        train_files, test_files = _files(self.path)
        class_names = tuple(sorted(train_files.keys() | test_files.keys()))
        _check_classes(self.path, class_names)
        train = yield from self._examples(train_files, class_names)
        test = yield from self._examples(test_files, class_names)
        for label in np.flatnonzero(np.bincount(train.labels, minlength=len(class_names)) == 0):
            yield Notice(f"{self.path} has no readable picture of class {class_names[label]!r} for training")
        if not len(train) or not len(test):
            raise DataError(
                f"{self.path} has {len(train)} readable pictures for training and {len(test)} for testing, but needs "
                "at least one of each: put two or more into a class"
            )
        self._splits = Splits(train, test, class_names)

    def load(self, folder: Path) -> Splits:
        """Return the examples. Raises `DataError` as `prepare` does."""
        if self._splits is None:
            for _ in self.prepare(folder):
                pass
        assert self._splits is not None
        return self._splits

    def _examples(
        self, files: FilesByClass, class_names: tuple[str, ...]
    ) -> Generator[Progress | Notice, None, Examples]:
        pictures = [(path, label) for label, name in enumerate(class_names) for path in files.get(name, ())]
        images, labels = np.empty((len(pictures), 28, 28), np.uint8), np.empty(len(pictures), np.uint8)
        good = 0
        for done, (path, label) in enumerate(pictures, 1):
            try:
                images[good], labels[good] = read_example(path), label
                good += 1
            except PictureError as error:
                if done - good <= NOTICES:
                    yield Notice(f"{error}; skipped")
            yield Progress(str(self.path), done, len(pictures), "images")
        if (more := len(pictures) - good - NOTICES) > 0:
            yield Notice(f"{more} more pictures in {self.path} can't be read; skipped")
        return Examples(images[:good], labels[:good])


def read_example(path: Path) -> Images:
    """Return the digit in a picture file, prepared for a network: (28, 28).

    Raises `PictureError` if the file can't be read or holds no ink.
    """
    digit = prepare(decode(path).grey)
    if digit is None:
        raise PictureError(f"{path} is blank")
    return digit.image


def _files(path: Path) -> tuple[FilesByClass, FilesByClass]:
    """Return the files for training and for testing."""
    try:
        if (path / "train").is_dir() and (path / "test").is_dir():
            return _by_class(path / "train"), _by_class(path / "test")
        return _divided(_by_class(path))
    except OSError as error:
        raise DataError(f"can't read the folder {path}: {error.strerror or error}") from error


def _by_class(folder: Path) -> FilesByClass:
    """Return the pictures in each subfolder that has any, sorted by name."""
    subfolders = [path for path in folder.iterdir() if path.is_dir() and not is_hidden(path.name)]
    found = {subfolder.name: _pictures(subfolder) for subfolder in subfolders}
    return {name: files for name, files in found.items() if files}


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and is_picture(path.name))


def _divided(files: FilesByClass) -> tuple[FilesByClass, FilesByClass]:
    """Put every fifth picture of a class into the test set; of two to four pictures, the last."""
    test = {name: paths[TEST_EVERY - 1 :: TEST_EVERY] or paths[1:][-1:] for name, paths in files.items()}
    train = {name: sorted(set(paths) - set(test[name])) for name, paths in files.items()}
    return train, test


def _check_classes(path: Path, class_names: tuple[str, ...]) -> None:
    if not 1 <= len(class_names) <= MOST_CLASSES:
        raise DataError(
            f"{path} has {len(class_names)} subfolders with pictures; put the pictures of each class into a "
            f"subfolder named like the class (0, 1, ...), at most {MOST_CLASSES} of them"
        )
    for name in class_names:
        if not name.isprintable():
            raise DataError(f"{path} has a subfolder whose name can't be shown ({name!r}): rename it")
