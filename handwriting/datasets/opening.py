"""Opening a dataset: by its name, from a folder of pictures, or as a model file records it.

opened = Opener(data_directory(), follow).open("mnist+0.5*strokes")
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.datasets.image_folder import ImageFolder
from handwriting.datasets.mixture import Ingredient, ingredients, mixed
from handwriting.errors import DataError, DownloadError, HandwritingError
from handwriting.interfaces import Dataset, Notice, Progress, Splits
from handwriting.registry import entry_points, loading
from handwriting.registry.blame import blaming
from handwriting.registry.entry_points import Entry
from handwriting.testing.contract_check import check_examples

AUTOMATIC = "auto"
"""The name of the dataset that is MNIST or, if MNIST can't be had, strokes."""

Follow: TypeAlias = Callable[[Iterable[Progress | Notice]], None]
"""A function that consumes the events of preparing a dataset, and shows them if it likes."""


@dataclass(frozen=True)
class OpenedDataset:
    """A dataset in memory, under the name that opens it again; `folder` is set for a folder of pictures."""

    name: str
    splits: Splits
    folder: Path | None = None

    @property
    def file_stem(self) -> str:
        """The name, as the beginning of a file's name."""
        return re.sub(r"[^\w.-]+", "-", self.name)

    @property
    def saved(self) -> dict[str, Any]:
        """What a model file records of the dataset; `Opener.open_saved` opens it again."""
        if self.folder is not None:
            return {"name": self.name, "pictures": str(self.folder)}
        parts = [(part, {"name": entry.name, **entry.origin}) for part, entry in _found(self.name)]
        if len(parts) == 1 and parts[0][0].fraction == 1:
            return parts[0][1]
        return {"mixture": [saved | {"share": part.fraction} for part, saved in parts]}


@dataclass(frozen=True)
class Opener:
    """Opens datasets, which are kept in the data directory `data`; `follow` is given the events of preparing them."""

    data: Path
    follow: Follow

    def open(self, name: str, folder: Path | None = None) -> OpenedDataset:
        """Open the dataset or mixture `name`, or the pictures in `folder` if it is given.

        Raises `DataError` if that fails, and `SettingError` if there is no dataset of that name.
        """
        if folder is not None:
            return OpenedDataset("folder", self._load(ImageFolder(folder), folder), folder.resolve())
        if name == AUTOMATIC:
            return self._open_mnist_or_strokes()
        return OpenedDataset(name, mixed([(part, self._load_registered(entry)) for part, entry in _found(name)]))

    def open_saved(self, saved: Any) -> OpenedDataset:
        """Open the dataset that a model file records, with a notice if its plugin has another version now.

        Raises `DataError` if it records none, and what `open` raises.
        """
        match saved:
            case {"name": str(), "pictures": str(folder)}:
                return self.open("", Path(folder))
            case {"name": str()}:
                return self.open(self._saved_name(saved))
            case {"mixture": [*parts]} if parts and all(map(_is_ingredient, parts)):
                return self.open("+".join(str(Ingredient(self._saved_name(part), part["share"])) for part in parts))
        raise DataError("the model does not say what it was trained on: name a dataset with --dataset or --data")

    def open_test_set(self, training: Mapping[str, Any], name: str | None, folder: Path | None) -> OpenedDataset:
        """Open the dataset that a model is evaluated on: the one named, else the one its `training` was on.

        Of a mixture, that is the first ingredient: the test set of a mixture is that of the first.
        """
        if name and name != AUTOMATIC:
            name = _found(name)[0][0].name
        if name or folder:
            return self.open(name or "", folder)
        match training.get("dataset"):
            case {"mixture": [first, *_]}:
                return self.open_saved(first)
            case saved:
                return self.open_saved(saved)

    def _open_mnist_or_strokes(self) -> OpenedDataset:
        try:
            return self.open("mnist")
        except DataError as error:
            cause = error.cause if isinstance(error, DownloadError) else str(error)
        note = (
            f"NOTE: MNIST can't be had here ({cause}), so `strokes` is used instead: digits that hwr draws, "
            "from which it learns to read less well. See `hwr download`"
        )
        self.follow([Notice(note)])
        return self.open("strokes")

    def _load(self, dataset: Dataset, folder: Path) -> Splits:
        with blaming(dataset, HandwritingError):
            self.follow(dataset.prepare(folder))
            return dataset.load(folder)

    def _load_registered(self, entry: Entry) -> Splits:
        dataset: Dataset = loading.load_entry(entry)()
        splits = self._load(dataset, folder_of(entry, self.data))
        check_examples(dataset, splits)
        return splits

    def _saved_name(self, saved: dict[str, Any]) -> str:
        """Return the name that opens a dataset which a model file records."""
        entry = entry_points.find_saved("dataset", saved)
        self.follow(map(Notice, entry_points.version_notes([saved])))
        return entry_points.name_of(entry)


def folder_of(entry: Entry, data: Path) -> Path:
    """Return the folder of a registered dataset in the data directory `data`."""
    origin = "" if entry.built_in else f"{entry.distribution}-"
    return data / "datasets" / f"{origin}{entry.name}"


def _found(name: str) -> list[tuple[Ingredient, Entry]]:
    """Return the ingredients of a mixture; raises `SettingError` for an unknown one, before anything is fetched."""
    return [(part, entry_points.find("dataset", part.name)) for part in ingredients(name)]


def _is_ingredient(saved: Any) -> bool:
    return isinstance(saved, dict) and isinstance(saved.get("name"), str) and isinstance(saved.get("share"), float)
