"""The models that can be chosen on the page, by name; no request can name another file."""

from collections.abc import Container
from functools import lru_cache
from itertools import chain, count
from pathlib import Path

from handwriting.errors import HandwritingError, ModelError
from handwriting.models import model_file, user_models
from handwriting.reading.recognizer import Recognizer

BUNDLED = "bundled model"
MOST_LOADED = 4
"""Models that are kept in memory."""

PICTURE_OF_1 = b"P5 28 28 255 " + bytes(
    0 if 4 <= pixel // 28 < 24 and pixel % 28 in (13, 14) else 255 for pixel in range(784)
)


class ModelList:
    """The models in the data directory `data`, the bundled one, and before them the model file `first`."""

    def __init__(self, data: Path, first: Path) -> None:
        self.data, self.first = data, first
        self._load = lru_cache(MOST_LOADED)(_load)

    def paths(self) -> dict[str, Path]:
        """Return the models that exist now, by name; the first is selected when the page opens."""
        found = [self.first, *user_models.trained(self.data), user_models.BUNDLED]
        named: dict[str, Path] = {}
        for path in dict.fromkeys(path.resolve() for path in found if path.is_file()):
            name = BUNDLED if path == user_models.BUNDLED.resolve() else _encodable(path.stem)
            named[_distinct(name, named)] = path
        return named

    def recognizer(self, name: str) -> Recognizer:
        """Return a recognizer with the model `name`, which returns the confidence in every class.

        Raises `ModelError` if there is no such model or it can't be loaded; it names the file without its folder.
        """
        path = self.paths().get(name)
        if path is None:
            raise ModelError("this model is gone: choose another one")
        try:
            found = path.stat()
            return self._load(path, found.st_mtime_ns, found.st_size)
        except (HandwritingError, OSError) as error:  # without the folder, which is nobody's business
            raise ModelError(str(error).replace(str(path), path.name)) from error


def _load(path: Path, modified: int, size: int) -> Recognizer:
    """Load a model; `modified` and `size` only make the cache notice that the file was replaced."""
    model = model_file.load(path)
    recognizer = Recognizer(model, top=len(model.class_names), separators=True)
    recognizer.read(PICTURE_OF_1)  # the first reading loads libraries: better now than while the user draws
    return recognizer


def _distinct(name: str, names: Container[str]) -> str:
    """Return `name`, or with a number behind it if it is among the `names`."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(choice for choice in chain([name], numbered) if choice not in names)


def _encodable(name: str) -> str:
    """Return a file name with `?` for what UTF-8 can't encode."""
    return name.encode("utf-8", "replace").decode("utf-8")
