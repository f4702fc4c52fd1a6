"""JSON that nobody vouches for: the numbers that may be in it, and the form that it must have.

A schema looks like the JSON that it allows:

    {"count": COUNT, "history?": ListOf({"accuracy": FRACTION})}

is an object with a count and, if that is there, a list of objects with a fraction; other names may hold anything.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from handwriting.errors import ModelError

LARGEST_INTEGER = 2**128
"""Integers must be below, and above its negative: a seed, or the state of a random number generator, is as large."""


@dataclass(frozen=True)
class Leaf:
    """A value that holds no others, of a form told in `words`."""

    words: str
    accepts: Callable[[Any], bool]

    def or_none(self) -> "Leaf":
        """Return the schema of such a value or null."""
        return Leaf(f"{self.words} or null", lambda value: value is None or self.accepts(value))


@dataclass(frozen=True)
class ListOf:
    """A list of items of one form, at least `least` of them."""

    item: "Schema"
    least: int = 0


Schema: TypeAlias = Leaf | ListOf | dict[str, "Schema"]


def number(least: float, most: float) -> Leaf:
    """Return the schema of a number from `least` to `most`."""
    return Leaf(f"a number from {least:g} to {most:g}", _range((int, float), least, most))


def whole(least: int, most: int) -> Leaf:
    """Return the schema of a whole number from `least` to `most`."""
    return Leaf(f"a whole number from {least:g} to {most:g}", _range((int,), least, most))


def _range(kinds: tuple[type[Any], ...], least: float, most: float) -> Callable[[Any], bool]:
    return lambda value: type(value) in kinds and least <= value <= most  # true and false are of another type


FRACTION = number(0, 1)
COUNT = whole(0, 2**63 - 1)
BOOLEAN = Leaf("true or false", lambda value: isinstance(value, bool))
TEXT = Leaf("a text", lambda value: isinstance(value, str))
NAME = Leaf("a printable text", lambda value: isinstance(value, str) and value.isprintable())
OBJECT: Schema = {}


def parse(text: str) -> Any:
    """Return the JSON value in `text`.

    Raises `ValueError` or `RecursionError` if it is not valid, gives a name twice (of which readers see another one),
    or holds NaN, infinity or a number that others can't hold.
    """
    return json.loads(
        text, object_pairs_hook=_without_duplicates, parse_float=_finite, parse_int=_bounded, parse_constant=_finite
    )


def check(value: Any, schema: Schema, place: str) -> None:
    """Raise `ModelError`, naming the first place where it is wrong, if `value` is not of the form of `schema`."""
    match schema:
        case Leaf(words, accepts):
            _expect(accepts(value), place, words)
        case ListOf(item, least):
            _expect(isinstance(value, list) and len(value) >= least, place, f"a list with at least {least} items")
            for position, inner in enumerate(value):
                check(inner, item, f"{place}[{position}]")
        case dict():
            _expect(isinstance(value, dict), place, "an object")
            for name, inner in schema.items():
                key = name.removesuffix("?")
                if key in value or key == name:
                    check(value.get(key), inner, f"{place}.{key}")


def _expect(is_right: bool, place: str, words: str) -> None:
    if not is_right:
        raise ModelError(f"{place} is not {words}, which hwr would have written")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is infinite or NaN")
    return number


def _bounded(text: str) -> int:
    number = int(text)
    if abs(number) >= LARGEST_INTEGER:
        raise ValueError("a number has too many digits")
    return number


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)
