"""The shelf: the models that may be chosen on the page, by name. A page can name none that is not on it."""

from functools import lru_cache
from pathlib import Path

from handwriting.errors import ModelError
from handwriting.models import model_file, user_models
from handwriting.reading.recognizer import Recognizer

IN_THE_BOX = "the one in the box"
"""The name of the model that comes with the package."""
KEPT = 4
"""Models that stay in memory."""

STROKE = b"P5 28 28 255 " + bytes(
    0 if 4 <= pixel // 28 < 24 and pixel % 28 in (13, 14) else 255 for pixel in range(784)
)
"""A picture file of a 1."""


class Shelf:
    """The models in a data directory, the one that comes with the package, and the one that the command named."""

    def __init__(self, data: Path, first: Path) -> None:
        """Offer what is in the data directory `data`, and before it the model file `first`."""
        self.data, self.first = data, first
        self._load = lru_cache(KEPT)(_load)

    def paths(self) -> dict[str, Path]:
        """Return the models that there are now by name; the first is the one to begin with."""
        found = [self.first, *user_models.trained(self.data), user_models.BUNDLED]
        named: dict[str, Path] = {}
        for path in dict.fromkeys(path.resolve() for path in found if path.is_file()):
            name = IN_THE_BOX if path == user_models.BUNDLED.resolve() else _shown(path.stem)
            named[name if name not in named else _shown(str(path))] = path
        return named

    def recognizer(self, name: str) -> Recognizer:
        """Return a reader with the model `name` that keeps the confidence of every class.

        Raises `ModelError` where there is none, and what loading it raises.
        """
        path = self.paths().get(name)
        if path is None:
            raise ModelError("this model is gone: choose another one")
        found = path.stat()
        return self._load(path, found.st_mtime_ns, found.st_size)


def _load(path: Path, modified: int, size: int) -> Recognizer:
    """Load a model; `modified` and `size` are there for the cache, which so notices that the file was replaced."""
    model = model_file.load(path)
    recognizer = Recognizer(model, top=len(model.class_names))
    recognizer.read(STROKE)  # the first reading loads libraries: better while the page opens than under the pen
    return recognizer


def _shown(name: str) -> str:
    """Return a name without what UTF-8 can't hold: files are named in bytes."""
    return name.encode("utf-8", "replace").decode("utf-8")
