"""Which dataset a command works on, opened with its progress shown."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handwriting.cli import options
from handwriting.errors import DataError
from handwriting.interfaces import Dataset, Notice, Progress, Splits

if TYPE_CHECKING:
    from handwriting.datasets.mixture import Ingredient
    from handwriting.models.model_file import Model
    from handwriting.registry.entry_points import Entry


@dataclass(frozen=True)
class Opened:
    """A dataset, ready to use, under the name by which it can be found again."""

    name: str
    splits: Splits
    pictures: Path | None = None
    """Where the pictures lie, for a folder of one's own."""

    @property
    def stem(self) -> str:
        """The name as the beginning of a file's name."""
        return re.sub(r"[^\w.-]+", "-", self.name)

    @property
    def saved(self) -> dict[str, Any]:
        """How a model file remembers the dataset: its name, and for a plugin's where it came from."""
        from handwriting.datasets.mixture import Ingredient, ingredients

        if self.pictures is not None:
            return {"name": self.name, "pictures": str(self.pictures)}
        match ingredients(self.name):
            case [Ingredient(name, share=1)]:
                return _saved(name)
            case parts:
                return {"mixture": [_saved(part.name) | {"share": part.share} for part in parts]}


def open_dataset(name: str, pictures: Path | None) -> Opened:
    """Open the dataset `name`, or the folder `pictures` if given, and show how far it is.

    Raises `DataError` where it can't be had, `PluginError` where there is no dataset of that name.
    """
    from handwriting.cli.console import follow
    from handwriting.datasets.image_folder import ImageFolder
    from handwriting.reading.recognizer import read_example

    if pictures is not None:
        return Opened("folder", follow(_open(ImageFolder(pictures, read_example), pictures)), pictures.resolve())
    if name == options.AUTOMATIC:
        opened: Opened = follow(_open_automatic())
        return opened
    return Opened(name, follow(_open_named(name)))


def open_saved(saved: Any) -> Opened:
    """Open the dataset that a model file remembers, and say so where its plugin is now of another version.

    Raises `DataError` where it remembers none, and as `open_dataset` does.
    """
    from handwriting.datasets.mixture import Ingredient

    match saved:
        case {"name": str(), "pictures": str(pictures)}:
            return open_dataset("", Path(pictures))
        case {"name": str()}:
            return open_dataset(_found(saved), None)
        case {"mixture": [*parts]} if parts and all(_is_part(part) for part in parts):
            return open_dataset("+".join(str(Ingredient(_found(part), part["share"])) for part in parts), None)
    raise DataError("the model does not say what it was trained on: name a dataset with --dataset or --data")


def open_for(model: "Model", dataset: str | None, pictures: Path | None) -> Opened:
    """Open what `model` is judged by: what was named, else the dataset that it was trained on.

    Of a mixture that is its first part: the others only have something to learn from.
    """
    if dataset and dataset != options.AUTOMATIC:
        dataset = _wanted(dataset)[0][0].name
    if dataset or pictures:
        return open_dataset(dataset or "", pictures)
    match model.training.get("dataset"):
        case {"mixture": [first, *_]}:
            return open_saved(first)
        case saved:
            return open_saved(saved)


def check_classes(model: "Model", opened: Opened, path: Path) -> None:
    """Refuse a dataset that holds what the model in the file `path` does not know: its score would mean nothing."""
    from handwriting.cli.console import printable

    if unknown := set(opened.splits.class_names) - set(model.class_names):
        raise click.UsageError(
            f"{printable(path.name)} reads {', '.join(model.class_names)}, but {opened.name} also holds "
            f"{', '.join(sorted(unknown))}: choose a dataset with the classes of the model"
        )


def _wanted(text: str) -> "list[tuple[Ingredient, Entry]]":
    """Return the parts of a mixture with where each is registered; a wrong name is told before anything is fetched."""
    from handwriting.datasets.mixture import ingredients
    from handwriting.registry import entry_points

    return [(part, entry_points.find("dataset", part.name)) for part in ingredients(text)]


def _saved(name: str) -> dict[str, Any]:
    from handwriting.registry import entry_points

    entry = entry_points.find("dataset", name)
    return {"name": entry.name, **entry.origin}


def _is_part(saved: Any) -> bool:
    return isinstance(saved, dict) and isinstance(saved.get("name"), str) and isinstance(saved.get("share"), float)


def _found(saved: dict[str, Any]) -> str:
    """Return the name of a dataset that a model file remembers, and say so if its plugin's version has changed."""
    from handwriting.cli.console import say_once
    from handwriting.registry import entry_points

    entry = entry_points.find_saved("dataset", saved)
    for note in entry_points.version_notes([saved]):
        say_once(note)
    return entry_points.name_of(entry)


def _open(dataset: Dataset, folder: Path) -> Generator[Progress | Notice, None, Splits]:
    yield from dataset.prepare(folder)
    return dataset.load(folder)


def _open_registered(entry: "Entry") -> Generator[Progress | Notice, None, Splits]:
    from handwriting.registry import entry_points
    from handwriting.testing.contract_check import check_examples

    dataset = entry_points.load_entry(entry)()
    splits = yield from _open(dataset, options.dataset_folder(entry))
    check_examples(dataset, splits)
    return splits


def _open_named(text: str) -> Generator[Progress | Notice, None, Splits]:
    """Open a dataset or a mixture of several."""
    from handwriting.datasets.mixture import mixed

    parts = []
    for part, entry in _wanted(text):
        parts.append((part, (yield from _open_registered(entry))))
    return mixed(parts)


def _open_automatic() -> Generator[Progress | Notice, None, Opened]:
    """MNIST from the cache, else downloaded, else, loudly, the built-in strokes."""
    try:
        return Opened("mnist", (yield from _open_named("mnist")))
    except DataError as error:
        yield Notice(str(error))
    yield Notice(
        "NOTE: MNIST can't be had here, so the built-in dataset `strokes` is used instead: digits drawn by hwr itself. "
        "What is trained on it reads less well."
    )
    return Opened("strokes", (yield from _open_named("strokes")))
