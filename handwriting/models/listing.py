"""The list of models: all that `-m` finds by name, each described from the header of its file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handwriting.errors import ModelError
from handwriting.models import model_file, training_record, user_models


@dataclass(frozen=True)
class ListedModel:
    """A model file by its name, or by its path if it lies elsewhere and is in use.

    `trained` is when its training ended, None for the bundled one, `size` its bytes, `record` what it records of its
    training. `fault` says why it can't be used, None if it can.
    """

    name: str
    path: Path
    in_use: bool
    trained: datetime | None = None
    size: int = 0
    record: dict[str, Any] | None = None
    fault: str | None = None


def list_models(data: Path) -> list[ListedModel]:
    """Return the models in the data directory, the newest first, the bundled one, and the one in use in any case."""
    try:
        used = user_models.in_use(data)
    except ModelError:
        used = user_models.choose(data)
    paths = dict.fromkeys([*user_models.trained(data), user_models.BUNDLED, used])
    return [_described(user_models.name_of(data, path), path, path == used) for path in paths]


def _described(name: str, path: Path, in_use: bool) -> ListedModel:
    if not path.is_file():
        return ListedModel(name, path, in_use, fault="gone")
    try:
        record, found = model_file.read_record(path), path.stat()
    except (ModelError, OSError) as error:
        return ListedModel(name, path, in_use, fault=str(error))
    trained = training_record.date(record)
    if trained is None and path != user_models.BUNDLED:  # whose file has the date of its installation
        trained = datetime.fromtimestamp(found.st_mtime, UTC)
    return ListedModel(name, path, in_use, trained, found.st_size, record)
