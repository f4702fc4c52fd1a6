"""What a model file records of its training, as far as it has the form that hwr writes.

The record is JSON that anybody may have written: `SCHEMA` says which form it must have for a file to be loaded. What is
missing, as the first files lack some of it, is None here.
"""

from datetime import datetime
from typing import Any

from handwriting.models.json_schema import BOOLEAN, COUNT, FRACTION, NAME, OBJECT, Leaf, ListOf, Schema, number

AMOUNT, SECONDS = number(0, 1e300), number(0, 1e12)
DATE = Leaf("a date from 2000 on", lambda value: isinstance(value, str) and value.startswith("2") and len(value) == 25)
PATH = Leaf("a path", lambda value: isinstance(value, str) and "\0" not in value)
EPOCH: Schema = {
    "number": COUNT, "cost": AMOUNT, "accuracy": FRACTION.or_none(), "learning_rate": AMOUNT, "seconds": SECONDS,
    "best": BOOLEAN, "kept": BOOLEAN,
}  # fmt: skip
SETTINGS: dict[str, Schema] = {"settings?": OBJECT, "spec?": NAME}
DATASET: Schema = {
    "name?": NAME, "pictures?": PATH, **SETTINGS,
    "mixture?": ListOf({"name": NAME, "share": FRACTION, **SETTINGS}, least=1),
}  # fmt: skip
SCHEMA: Schema = {
    "dataset?": DATASET, "recipe?": OBJECT, "optimizer?": OBJECT, "schedule?": OBJECT, "initializers?": ListOf(OBJECT),
    "augmentations?": ListOf(OBJECT), "versions?": OBJECT, "history?": ListOf(EPOCH),
    "kept_epoch?": COUNT, "seconds?": SECONDS, "threads?": COUNT, "date?": DATE, "before?": FRACTION,
    "test?": {"accuracy": FRACTION, "count": COUNT}, "hurried?": BOOLEAN, "stopped?": BOOLEAN,
    "refusal?": {"of_nothing": FRACTION, "of_others": FRACTION},
}  # fmt: skip


def dataset_name(record: dict[str, Any]) -> str | None:
    """Return what the model was trained on, such as "mnist+strokes:seed=3"."""
    return "+".join(_dataset_names(record)) or None


def tested_on(record: dict[str, Any]) -> str | None:
    """Return the dataset whose test set `test_result` is of: of a mixture, the first."""
    return next(iter(_dataset_names(record)), None)


def _dataset_names(record: dict[str, Any]) -> list[str]:
    """Return the name of each dataset that the training set was made of, with its settings if it has any."""
    match record.get("dataset"):
        case {"mixture": [*parts]}:
            return [spec_of(part) for part in parts if isinstance(part, dict)]
        case {"name": str()}:
            return [spec_of(record["dataset"])]
    return []


def spec_of(saved: dict[str, Any]) -> str:
    """Return the spec of a dataset that a model file records: without settings, that is its name."""
    return str(saved.get("spec") or saved.get("name"))


def test_result(record: dict[str, Any]) -> tuple[float, int] | None:
    """Return the accuracy on the test set at the end of the training, 0 to 1, and the number of its images."""
    match record.get("test"):
        case {"accuracy": float(accuracy), "count": int(count)}:
            return accuracy, count
    return None


def date(record: dict[str, Any]) -> datetime | None:
    """Return when the training ended."""
    try:
        return datetime.fromisoformat(record["date"])
    except (KeyError, TypeError, ValueError):
        return None
