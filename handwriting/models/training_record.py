"""What a model file records of its training, as far as it has the form that hwr writes.

The record is JSON that anybody may have written, so each of these returns None for what is missing or of another form.
"""

from datetime import datetime
from typing import Any


def dataset_name(record: dict[str, Any]) -> str | None:
    """Return what the model was trained on, such as "mnist+strokes"."""
    match record.get("dataset"):
        case {"mixture": [*parts]}:
            return "+".join(str(part.get("name")) for part in parts if isinstance(part, dict))
        case {"name": str(name)}:
            return name
    return None


def tested_on(record: dict[str, Any]) -> str | None:
    """Return the dataset whose test set `test_result` is of: of a mixture, the first."""
    name = dataset_name(record)
    return name and name.partition("+")[0]


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
