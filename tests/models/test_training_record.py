"""What a model file records of its training; it may be of any form."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handwriting.models import training_record


def test_what_hwr_writes_is_understood() -> None:
    record = {
        "dataset": {"mixture": [{"name": "mnist", "share": 1.0}, {"name": "strokes", "share": 0.2}]},
        "test": {"accuracy": 0.98, "count": 10_000},
        "date": "2026-11-29T05:14:20+00:00",
    }
    assert training_record.dataset_name(record) == "mnist+strokes"
    assert training_record.tested_on(record) == "mnist"
    assert training_record.test_result(record) == (0.98, 10_000)
    assert training_record.date(record) == datetime(2026, 11, 29, 5, 14, 20, tzinfo=UTC)
    assert (
        training_record.dataset_name({"dataset": {"name": "emnist", "distribution": "handwriting-emnist"}}) == "emnist"
    )


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"name": 3}, {"mixture": 3}, {"accuracy": "high"}])
def test_anything_else_is_unknown(value: Any) -> None:
    record = {"dataset": value, "test": value, "date": value}
    assert training_record.dataset_name(record) in (None, "")
    assert training_record.tested_on(record) in (None, "")
    assert training_record.test_result(record) is None
    assert training_record.date(record) is None
