"""A mixture: the training examples of several datasets as one, judged by the test set of the first.

mnist+strokes          all of both
mnist+0.25*strokes     all of MNIST, and a quarter of strokes
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.errors import DataError, SettingError
from handwriting.interfaces import Examples, Splits


@dataclass(frozen=True)
class Ingredient:
    """A dataset's name, and the share of its training examples that is taken: above 0, at most 1."""

    name: str
    share: float = 1.0

    def __str__(self) -> str:
        return self.name if self.share == 1 else f"{self.share:g}*{self.name}"


def ingredients(text: str) -> list[Ingredient]:
    """Return what is to be mixed; raises `SettingError` where a share is no number above 0 and up to 1."""
    return [_ingredient(part.strip()) for part in text.split("+")]


def mixed(parts: Sequence[tuple[Ingredient, Splits]]) -> Splits:
    """Return the mixture; raises `DataError` where the datasets do not have the same classes.

    Of a dataset of which only a share is taken, the same examples are taken every time.
    """
    first = parts[0][1]
    for ingredient, splits in parts:
        if splits.class_names != first.class_names:
            raise DataError(f"{ingredient.name} has other classes than {parts[0][0].name}: they can't be mixed")
    taken = [_some(splits.train, ingredient.share) for ingredient, splits in parts]
    return Splits(_joined(taken), first.test, first.class_names)


def _ingredient(text: str) -> Ingredient:
    share, star, name = text.partition("*")
    if not star:
        return Ingredient(text)
    try:
        number = float(share)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1:
        raise SettingError(f"{text!r}: what stands before the * is a share above 0 and up to 1")
    return Ingredient(name.strip(), number)


def _joined(parts: Sequence[Examples]) -> Examples:
    if len(parts) == 1:
        return parts[0]  # uncopied: its pictures may be on disk
    images, labels = (np.concatenate(arrays) for arrays in zip(*((p.images, p.labels) for p in parts), strict=True))
    return Examples(images, labels)


def _some(examples: Examples, share: float) -> Examples:
    if share == 1:
        return examples
    count = round(share * len(examples))
    return examples[np.sort(np.random.default_rng(0).permutation(len(examples))[:count])]
