"""A mixture: the training examples of several datasets as one, judged by the test set of the first.

mnist+strokes          all of both
mnist+0.25*strokes     all of MNIST, and a quarter of strokes
mnist+non-digits      digits and non-digits: one class more than MNIST has

Classes of the same name are the same class.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handwriting.errors import DataError, SettingError
from handwriting.interfaces import Examples, Splits

MOST_CLASSES = 256
"""A label is one byte."""


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
    """Return the mixture, its classes in the order in which they come up; raises `DataError` for more than 256.

    Of a dataset of which only a share is taken, the same examples are taken every time.
    """
    names = tuple(dict.fromkeys(name for _, splits in parts for name in splits.class_names))
    if len(names) > MOST_CLASSES:
        raise DataError(f"the mixture has {len(names)} classes, more than {MOST_CLASSES}")
    taken = [_renamed(_some(splits.train, ingredient.share), splits.class_names, names) for ingredient, splits in parts]
    return Splits(_joined(taken), parts[0][1].test, names)


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


def _renamed(examples: Examples, own: tuple[str, ...], names: tuple[str, ...]) -> Examples:
    """Return the examples with labels that mean `names` instead of their `own` class names."""
    if own == names[: len(own)]:
        return examples
    meaning = np.array([names.index(name) for name in own], np.uint8)
    return Examples(examples.images, meaning[examples.labels])


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
