"""Schemas of JSON: what is of the form is accepted, and the first place that is not is named."""

from typing import Any

import pytest

from handwriting.errors import ModelError
from handwriting.models.json_schema import COUNT, FRACTION, NAME, ListOf, Schema, check, parse

SCHEMA: Schema = {"name": NAME, "history?": ListOf({"count": COUNT, "accuracy": FRACTION.or_none()}, least=1)}


@pytest.mark.parametrize(
    "value",
    [
        {"name": "a"},
        {"name": "", "more": [1, "x"]},
        {"name": "a", "history": [{"count": 0, "accuracy": 1}, {"count": 2**63 - 1, "accuracy": None}]},
    ],
)
def test_what_is_of_the_form_is_accepted(value: Any) -> None:
    check(value, SCHEMA, "it")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "it is not an object"),
        ([], "it is not an object"),
        ({}, "it.name is not a printable text"),
        ({"name": "a\n"}, "it.name is not a printable text"),
        ({"name": "a", "history": []}, "it.history is not a list with at least 1 items"),
        ({"name": "a", "history": {}}, "it.history is not a list"),
        ({"name": "a", "history": [{"count": True}]}, r"it.history\[0\].count is not a whole number from 0 to"),
        ({"name": "a", "history": [{"count": 1}, 3]}, "it.history"),
        ({"name": "a", "history": [{"count": 1, "accuracy": 1.1}]}, "accuracy is not a number from 0 to 1 or null"),
    ],
)
def test_the_first_place_that_is_wrong_is_named(value: Any, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        check(value, SCHEMA, "it")


@pytest.mark.parametrize(
    "text", ["NaN", "-Infinity", "1e400", "1" * 40, "-" + "1" * 40, "1" * 5000, '{"a": 1, "a": 1}', "[" * 5000, ""]
)
def test_numbers_and_names_that_others_would_read_differently_are_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        parse(text)


def test_other_json_is_parsed() -> None:
    assert parse('{"a": [1, 0.5, -1e-300, null, true, "x"], "b": 340282366920938463463374607431768211455}') == {
        "a": [1, 0.5, -1e-300, None, True, "x"],
        "b": 2**128 - 1,
    }
