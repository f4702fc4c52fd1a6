"""A folder of pictures: classes by subfolder, a fixed division, and unreadable pictures skipped with a notice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.datasets import image_folder, load
from handwriting.datasets.image_folder import NOTICES, ImageFolder
from handwriting.errors import DataError, PictureError
from handwriting.interfaces import Notice, Progress


@pytest.fixture(autouse=True)
def _pictures_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_folder, "read_example", read)


def read(path: Path) -> Any:
    """A picture here is a file with one number in it: the grey level of all its pixels."""
    try:
        return np.full((28, 28), int(path.read_text()), np.uint8)
    except ValueError as error:
        raise PictureError(f"{path} is no picture") from error


def put(folder: Path, greys: Any, suffix: str = "png") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, grey in enumerate(greys):
        (folder / f"{number:03}.{suffix}").write_text(str(grey))


def greys(examples: Any) -> Any:
    return examples.images[:, 0, 0].tolist()


def events(dataset: Any, tmp_path: Path, kind: Any) -> Any:
    return [event for event in dataset.prepare(tmp_path) if isinstance(event, kind)]


def test_every_fifth_picture_of_a_class_is_for_testing(tmp_path: Path) -> None:
    put(tmp_path / "b", range(100, 111))
    put(tmp_path / "a", range(3))
    put(tmp_path / "single", [200])
    splits = load(ImageFolder(tmp_path), tmp_path)
    assert splits.class_names == ("a", "b", "single")
    assert greys(splits.test) == [2, 104, 109]
    assert greys(splits.train) == [0, 1, 100, 101, 102, 103, 105, 106, 107, 108, 110, 200]
    assert splits.train.labels.tolist() == [0] * 2 + [1] * 9 + [2]
    assert splits.test.labels.tolist() == [0, 1, 1]
    assert {splits.train.images.dtype, splits.train.labels.dtype} == {np.dtype(np.uint8)}


def test_a_given_division(tmp_path: Path) -> None:
    put(tmp_path / "train" / "7", range(6))
    put(tmp_path / "train" / "1", [9])
    put(tmp_path / "test" / "7", [50])
    splits = load(ImageFolder(tmp_path), tmp_path)
    assert splits.class_names == ("1", "7")
    assert (greys(splits.train), greys(splits.test)) == ([9, 0, 1, 2, 3, 4, 5], [50])


def test_hidden_files_stray_files_and_empty_folders_do_not_count(tmp_path: Path) -> None:
    put(tmp_path / "7", range(3))
    put(tmp_path / ".cache", range(3))
    for name in (".DS_Store", "._000.png", "Thumbs.db", "notes.txt"):
        (tmp_path / "7" / name).write_text("?")
    (tmp_path / "7" / "deeper").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("?")
    dataset = ImageFolder(tmp_path)
    assert events(dataset, tmp_path, Notice) == []
    assert dataset.load(tmp_path).class_names == ("7",)


def test_progress_counts_pictures(tmp_path: Path) -> None:
    put(tmp_path / "7", range(6))
    assert events(ImageFolder(tmp_path), tmp_path, Progress)[4] == Progress(str(tmp_path), 5, 5, "images")


def test_unreadable_pictures_are_named_and_skipped(tmp_path: Path) -> None:
    put(tmp_path / "7", [1, "?", 3, 4, 5, 6])
    dataset = ImageFolder(tmp_path)
    assert events(dataset, tmp_path, Notice) == [Notice(f"{tmp_path / '7' / '001.png'} is no picture; skipped")]
    assert greys(dataset.load(tmp_path).train) == [1, 3, 4, 6]


def test_many_unreadable_pictures_are_counted_and_their_class_is_named(tmp_path: Path) -> None:
    put(tmp_path / "7", range(6))
    put(tmp_path / "8", ["?"] * 50)
    texts = [notice.text for notice in events(ImageFolder(tmp_path), tmp_path, Notice)]
    assert sum("is no picture" in text for text in texts) == 2 * NOTICES
    assert f"30 more pictures in {tmp_path} can't be read; skipped" in texts
    assert texts[-1] == f"{tmp_path} has no readable picture of class '8' for training"


def test_folders_without_enough(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't read the folder"):
        load(ImageFolder(tmp_path / "none"), tmp_path)
    put(tmp_path, [1, 2])
    with pytest.raises(DataError, match="0 subfolders with pictures"):
        load(ImageFolder(tmp_path), tmp_path)
    put(tmp_path / "7", [1])
    with pytest.raises(DataError, match="1 readable pictures for training and 0 for testing"):
        load(ImageFolder(tmp_path), tmp_path)
    put(tmp_path / "7", ["?"] * 9)
    with pytest.raises(DataError, match="0 readable pictures for training"):
        load(ImageFolder(tmp_path), tmp_path)


def test_more_classes_than_a_label_can_hold(tmp_path: Path) -> None:
    for number in range(257):
        put(tmp_path / str(number), [1])
    with pytest.raises(DataError, match="at most 256"):
        load(ImageFolder(tmp_path), tmp_path)


def test_a_class_name_that_can_not_be_shown_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "a\x1b[2J", range(5))
    with pytest.raises(DataError, match="rename it"):
        load(ImageFolder(tmp_path), tmp_path)
