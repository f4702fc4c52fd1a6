"""A model in Python: it reads, evaluates, saves and shows itself."""

import os
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import overload

from handwriting.api import progress
from handwriting.datasets.opening import Opener
from handwriting.errors import HandwritingError, SettingError
from handwriting.evaluation.evaluate import Evaluation, evaluate
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.models.opening import Named, open_model
from handwriting.pictures.sources import Source
from handwriting.reading.recognizer import Recognizer
from handwriting.reading.result import Reading
from handwriting.report.formatting import percent
from handwriting.report.markup import e, html
from handwriting.system.storage import data_directory
from handwriting.system.thread_pool import use_threads


class TrainedModel(Model):
    """A trained network with its classes, from `handwriting.train` or `handwriting.load`.

    >>> from handwriting import load
    >>> model = load("bundled")
    >>> model.read("photo.png").text
    '40728'
    >>> len(model.class_names)
    11
    """

    @classmethod
    def of(cls, model: Model) -> "TrainedModel":
        """Return `model` with what this class adds."""
        return cls(**{field.name: getattr(model, field.name) for field in fields(model)})

    @overload
    def read(self, source: Source) -> Reading: ...  # type: ignore[overload-overlap]  # a text is a path, not letters

    @overload
    def read(self, source: Iterable[Source]) -> list[Reading]: ...

    def read(self, source: Source | Iterable[Source]) -> Reading | list[Reading]:
        """Return what a picture says, or the readings of several, as `Recognizer.read` does."""
        return Recognizer(self).read(source)

    def evaluate(
        self, dataset: str | None = None, *, data: str | os.PathLike[str] | None = None, threads: int | None = None
    ) -> Evaluation:
        """Return how well the model reads the test set of a dataset, or of the folder of pictures `data`.

        By default it is the dataset that the model was trained on. Raises `DataError` if it can't be had, or has
        classes that the model does not know.

        >>> from handwriting import train
        >>> model = train(dataset="strokes", hidden=16, epochs=1)
        >>> model.evaluate().accuracy > 0.5
        True
        >>> model.evaluate()
        Evaluation(... % of 4,000 test images read right (95 % interval ... % to ... %))
        """
        opener = Opener(data_directory(), progress.follow(progress.is_shown(None)))
        with use_threads(threads):
            opened = opener.open_test_set(self.training, dataset, None if data is None else Path(data))
            return evaluate(self, opened.splits.test, opened.splits.class_names)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> Path:
        """Write the model to a file, and return its path; `force` replaces an older file.

        A name, without folder and suffix, means a file in the data directory, which `load` and `hwr` find by that name.
        Raises `HandwritingError` if there is such a file already, or if it can't be written.

        >>> from handwriting import load, train
        >>> model = train(dataset="strokes", hidden=16, epochs=1)
        >>> model.save("mine.safetensors").name
        'mine.safetensors'
        >>> load("mine.safetensors").trained_on
        'strokes'
        """
        target = _target(path)
        if target.exists() and not force:
            raise HandwritingError(f"{target} exists: choose another name, or replace it with force=True")
        model_file.save(self, target)
        return target

    def __repr__(self) -> str:
        facts = [str(self.network)]
        if self.trained_on:
            facts.append(f"trained on {self.trained_on}")
        if self.test_accuracy is not None:
            facts.append(f"{percent(self.test_accuracy)} test accuracy")
        return f"TrainedModel({'; '.join(facts)})"

    def _repr_html_(self) -> str:
        """Return a table of the network, the dataset and the accuracy, for a notebook."""
        rows = {
            "network": str(self.network),
            "classes": " ".join(self.class_names),
            "trained on": self.trained_on,
            "test accuracy": None if self.test_accuracy is None else percent(self.test_accuracy),
        }
        return html(e("table", *(e("tr", e("th", name), e("td", text)) for name, text in rows.items() if text)))


def load(model: Named = None) -> TrainedModel:
    """Return a model: by the path of its file, by its name in the data directory, or the "bundled" one.

    By default it is the one that the user trained last, else the one that comes with the package. Raises `ModelError`
    or `PluginError` if it can't be used.

    >>> from handwriting import load
    >>> load("bundled").test_accuracy > 0.99
    True
    """
    return TrainedModel.of(open_model(model))


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file that a path or a name means."""
    if isinstance(path, str) and path and Path(path).name == path and not Path(path).suffix:
        if path == user_models.BUNDLED_NAME:
            raise SettingError(f'"{path}" is the model that comes with the package: choose another name')
        return user_models.named_path(data_directory(), path)
    return Path(path)
