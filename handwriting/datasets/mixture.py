"""Mixtures: the training sets of several datasets as one, with the test set of the first.

mnist+strokes          all of both
mnist+0.25*strokes     all of MNIST and a quarter of strokes
mnist+non-digits       digits and non-digits: one class more than MNIST has

strokes+strokes:seed=1 the same dataset with two settings; a + in a setting stands in double quotes

Classes of the same name are the same class.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.errors import DataError, SettingError
from handwriting.interfaces import MOST_CLASSES, Examples, Splits
from handwriting.registry.specs import separated


@dataclass(frozen=True)
class Ingredient:
    """The spec of a dataset, and the fraction of its training set that is used: above 0, at most 1."""

    spec: str
    fraction: float = 1.0

    def __str__(self) -> str:
        return self.spec if self.fraction == 1 else f"{self.fraction:g}*{self.spec}"


def ingredients(text: str) -> list[Ingredient]:
    """Parse a text such as "mnist+0.25*strokes:seed=3".

    Raises `SettingError` for a fraction not above 0 and at most 1, and for a quotation mark that is not closed.
    """
    return [_ingredient(part.strip()) for part in separated(text, "+")]


def mixed(parts: Sequence[tuple[Ingredient, Splits]]) -> Splits:
    """Return the mixture; its classes are in the order in which they first occur.

    A fraction of a dataset is the same examples every time. Raises `DataError` for more than `MOST_CLASSES` classes.
    """
    names = tuple(dict.fromkeys(name for _, splits in parts for name in splits.class_names))
    if len(names) > MOST_CLASSES:
        raise DataError(f"the mixture has {len(names)} classes, more than {MOST_CLASSES}")
    train = [_relabelled(_sample(s.train, ingredient.fraction), s.class_names, names) for ingredient, s in parts]
    return Splits(_concatenated(train), parts[0][1].test, names)


def _ingredient(text: str) -> Ingredient:
    fraction, star, _ = text.partition(":")[0].partition("*")  # a * behind the colon is part of a setting
    if not star:
        return Ingredient(text)
    try:
        number = float(fraction)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1:
        raise SettingError(f"{text!r}: the number before the * must be a fraction above 0 and at most 1")
    return Ingredient(text.partition("*")[2].strip(), number)


def _sample(examples: Examples, fraction: float) -> Examples:
    if fraction == 1:
        return examples
    count = round(fraction * len(examples))
    return examples[np.sort(np.random.default_rng(0).permutation(len(examples))[:count])]


def _relabelled(examples: Examples, own_names: tuple[str, ...], names: tuple[str, ...]) -> Examples:
    """Return the examples with labels that are positions in `names` instead of `own_names`."""
    new_labels = np.array([names.index(name) for name in own_names], np.uint8)
    return Examples(examples.images, new_labels[examples.labels])


def _concatenated(parts: Sequence[Examples]) -> Examples:
    if len(parts) == 1:
        return parts[0]  # not copied: its images may be mapped from disk
    return Examples(np.concatenate([part.images for part in parts]), np.concatenate([part.labels for part in parts]))
