"""Opening a dataset: by its name, from a folder of pictures, or as a model file records it.

opened = Opener(data_directory(), follow).open("mnist+0.5*strokes:seed=3")
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from handwriting.datasets.image_folder import ImageFolder
from handwriting.datasets.mixture import Ingredient, ingredients, mixed
from handwriting.errors import DataError, DownloadError, HandwritingError, SettingError
from handwriting.interfaces import Dataset, Notice, Progress, Splits
from handwriting.registry import entry_points, loading, specs
from handwriting.registry.blame import blaming
from handwriting.system.text import printable
from handwriting.testing.contract_check import check_examples

AUTOMATIC = "auto"
"""The name of the dataset that is MNIST or, if MNIST can't be had, strokes."""

LONGEST_STEM = 60
"""Characters of a dataset's name in the names of files and folders."""

Follow: TypeAlias = Callable[[Iterable[Progress | Notice]], None]
"""A function that consumes the events of preparing a dataset, and shows them if it likes."""
Part: TypeAlias = tuple[Ingredient, Dataset]
"""An ingredient of a mixture, and the dataset that its spec means."""


@dataclass(frozen=True)
class OpenedDataset:
    """A dataset in memory, under the name that opens it again.

    `saved` is what a model file records of it, from which `Opener.open_saved` opens it again.
    """

    name: str
    splits: Splits
    saved: dict[str, Any] = field(default_factory=dict)

    @property
    def file_stem(self) -> str:
        """The name, as the beginning of a file's name."""
        return _file_stem(self.name)


@dataclass(frozen=True)
class Opener:
    """Opens datasets, which are kept in the data directory `data`; `follow` is given the events of preparing them."""

    data: Path
    follow: Follow

    def open(self, name: str, folder: Path | None = None) -> OpenedDataset:
        """Open the dataset or mixture `name`, or the pictures in `folder` if it is given.

        Raises `DataError` if that fails, and what `choose` raises.
        """
        return self.choose(name, folder)()

    def choose(self, name: str, folder: Path | None = None) -> Callable[[], OpenedDataset]:
        """Return what opens the dataset; nothing is fetched before.

        Raises `SettingError` if there is no such dataset, or not with such settings.
        """
        if folder is not None:
            return partial(self._open_folder, folder)
        return self._open_mnist_or_strokes if name == AUTOMATIC else partial(self._open, made(name))

    def open_saved(self, saved: Any) -> OpenedDataset:
        """Open the dataset that a model file records, with a notice if its plugin has another version now.

        Raises `DataError` if it records none, or settings that the dataset refuses now, and what `open` raises.
        """
        match saved:
            case {"name": str(), "pictures": str(folder)}:
                return self.open("", Path(folder))
            case {"name": str()}:
                return self._open([self._made_again(saved, 1.0)])
            case {"mixture": [*parts]} if parts and all(map(_is_ingredient, parts)):
                return self._open([self._made_again(part, part["share"]) for part in parts])
        raise DataError("the model does not say what it was trained on: name a dataset with --dataset or --data")

    def open_test_set(self, training: Mapping[str, Any], name: str | None, folder: Path | None) -> OpenedDataset:
        """Open the dataset that a model is evaluated on: the one named, else the one its `training` was on.

        Of a mixture, that is the first ingredient: the test set of a mixture is that of the first.
        """
        if name and name != AUTOMATIC and not folder:
            ingredient, dataset = made(name)[0]
            return self._open([(Ingredient(ingredient.spec), dataset)])
        if name or folder:
            return self.open(name or "", folder)
        match training.get("dataset"):
            case {"mixture": [first, *_]}:
                return self.open_saved(first)
            case saved:
                return self.open_saved(saved)

    def _open_folder(self, folder: Path) -> OpenedDataset:
        saved = {"name": "folder", "pictures": str(folder.resolve())}
        return OpenedDataset("folder", self._load(ImageFolder(folder), folder), saved)

    def _open(self, parts: Sequence[Part]) -> OpenedDataset:
        splits = mixed([(ingredient, self._load_registered(dataset)) for ingredient, dataset in parts])
        return OpenedDataset("+".join(str(ingredient) for ingredient, _ in parts), splits, _saved(parts))

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

    def _load_registered(self, dataset: Dataset) -> Splits:
        splits = self._load(dataset, folder_of(dataset, self.data))
        check_examples(dataset, splits)
        return splits

    def _made_again(self, saved: dict[str, Any], fraction: float) -> Part:
        """Return an ingredient that a model file records; the first models recorded no settings."""
        try:
            dataset = specs.from_json({"settings": {}} | saved | {"kind": "dataset"}, ("dataset",))
        except SettingError as error:
            raise DataError(f"the dataset that the model was trained on can't be opened: {error}") from error
        self.follow(map(Notice, entry_points.version_notes([saved])))
        return Ingredient(specs.describe(dataset), fraction), dataset


def made(name: str) -> list[Part]:
    """Return the ingredients of a dataset or mixture; raises `SettingError` for a wrong one, before any is fetched."""
    found = ingredients(name)
    try:
        datasets = [specs.make("dataset", ingredient.spec) for ingredient in found]
    except SettingError as error:
        may_be_cut = any(":" in ingredient.spec for ingredient in found[:-1])
        hint = '; a + in a setting stands in double quotes, as in csv:path="1+2.csv"' if may_be_cut else ""
        raise SettingError(f"{error}{hint}") from error
    for dataset in datasets:
        specs.check_saved(dataset)
    return [
        (Ingredient(specs.describe(dataset), ingredient.fraction), dataset)
        for ingredient, dataset in zip(found, datasets, strict=True)
    ]


def folder_of(dataset: Dataset, data: Path) -> Path:
    """Return the folder of a registered dataset in the data directory `data`: one for each of its settings."""
    entry, given = loading.entry_of(type(dataset)), specs.describe_settings(dataset)
    origin = "" if entry.built_in else f"{entry.distribution}-"
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()
    ending = f"-{_file_stem(given)}-{digest[:8]}" if given else ""
    return data / "datasets" / f"{origin}{entry.name}{ending}"


def _saved(parts: Sequence[Part]) -> dict[str, Any]:
    """Return what a model file records of a mixture, or of the only dataset: all settings, and the spec to be shown."""
    written = []
    for ingredient, dataset in parts:
        described = {key: value for key, value in specs.to_json(dataset).items() if key != "kind" and value != {}}
        if ingredient.spec != described["name"]:
            described["spec"] = printable(ingredient.spec)
        written.append(described)
    if len(parts) == 1 and parts[0][0].fraction == 1:
        return written[0]
    fractions = [{"share": ingredient.fraction} for ingredient, _ in parts]
    return {"mixture": [one | fraction for one, fraction in zip(written, fractions, strict=True)]}


def _file_stem(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)[:LONGEST_STEM]


def _is_ingredient(saved: Any) -> bool:
    return isinstance(saved, dict) and isinstance(saved.get("name"), str) and isinstance(saved.get("share"), float)
