"""The dataset that a command works on: by its name, from a folder of pictures, or as a model file records it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handwriting.cli import options
from handwriting.cli.terminal.console import message, message_once
from handwriting.cli.terminal.progress import follow
from handwriting.datasets.image_folder import ImageFolder
from handwriting.datasets.mixture import Ingredient, ingredients, mixed
from handwriting.errors import DataError
from handwriting.interfaces import Dataset, Splits
from handwriting.models.model_file import Model
from handwriting.registry import entry_points, loading
from handwriting.registry.entry_points import Entry
from handwriting.testing.contract_check import check_examples


@dataclass(frozen=True)
class OpenedDataset:
    """A dataset in memory, under the name that opens it again; `folder` is set for one from --data."""

    name: str
    splits: Splits
    folder: Path | None = None

    @property
    def file_stem(self) -> str:
        """The name, as the beginning of a file's name."""
        return re.sub(r"[^\w.-]+", "-", self.name)

    @property
    def saved(self) -> dict[str, Any]:
        """What a model file records of the dataset; `open_saved` opens it again."""
        if self.folder is not None:
            return {"name": self.name, "pictures": str(self.folder)}
        parts = [(part, {"name": entry.name, **entry.origin}) for part, entry in _found(self.name)]
        if len(parts) == 1 and parts[0][0].fraction == 1:
            return parts[0][1]
        return {"mixture": [saved | {"share": part.fraction} for part, saved in parts]}


def open_dataset(name: str, folder: Path | None = None) -> OpenedDataset:
    """Open the dataset or mixture `name`, or the pictures in `folder` if it is given, and show the progress.

    Raises `DataError` if that fails, and `PluginError` if there is no dataset of that name.
    """
    if folder is not None:
        return OpenedDataset("folder", _load(ImageFolder(folder), folder), folder.resolve())
    if name == options.AUTOMATIC:
        return _open_mnist_or_strokes()
    return OpenedDataset(name, mixed([(part, _load_registered(entry)) for part, entry in _found(name)]))


def open_saved(saved: Any) -> OpenedDataset:
    """Open the dataset that a model file records, with a message if its plugin has another version now.

    Raises `DataError` if it records none, and what `open_dataset` raises.
    """
    match saved:
        case {"name": str(), "pictures": str(folder)}:
            return open_dataset("", Path(folder))
        case {"name": str()}:
            return open_dataset(_saved_name(saved))
        case {"mixture": [*parts]} if parts and all(map(_is_ingredient, parts)):
            return open_dataset("+".join(str(Ingredient(_saved_name(part), part["share"])) for part in parts))
    raise DataError("the model does not say what it was trained on: name a dataset with --dataset or --data")


def open_test_set(model: Model, name: str | None, folder: Path | None) -> OpenedDataset:
    """Open the dataset that `model` is evaluated on: the one named, else the one it was trained on.

    Of a mixture, that is the first ingredient: the test set of a mixture is that of the first.
    """
    if name and name != options.AUTOMATIC:
        name = _found(name)[0][0].name
    if name or folder:
        return open_dataset(name or "", folder)
    match model.training.get("dataset"):
        case {"mixture": [first, *_]}:
            return open_saved(first)
        case saved:
            return open_saved(saved)


def _open_mnist_or_strokes() -> OpenedDataset:
    try:
        return open_dataset("mnist")
    except DataError as error:
        message(str(error))
    message(
        "NOTE: MNIST can't be had here, so the built-in dataset `strokes` is used instead: digits drawn by hwr itself. "
        "A model trained on it reads less well."
    )
    return open_dataset("strokes")


def _load(dataset: Dataset, folder: Path) -> Splits:
    follow(dataset.prepare(folder))
    return dataset.load(folder)


def _load_registered(entry: Entry) -> Splits:
    dataset: Dataset = loading.load_entry(entry)()
    splits = _load(dataset, options.dataset_folder(entry))
    check_examples(dataset, splits)
    return splits


def _found(name: str) -> list[tuple[Ingredient, Entry]]:
    """Return the ingredients of a mixture; raises `PluginError` for an unknown one, before anything is fetched."""
    return [(part, entry_points.find("dataset", part.name)) for part in ingredients(name)]


def _is_ingredient(saved: Any) -> bool:
    return isinstance(saved, dict) and isinstance(saved.get("name"), str) and isinstance(saved.get("share"), float)


def _saved_name(saved: dict[str, Any]) -> str:
    """Return the name that opens a dataset which a model file records."""
    entry = entry_points.find_saved("dataset", saved)
    for note in entry_points.version_notes([saved]):
        message_once(note)
    return entry_points.name_of(entry)
