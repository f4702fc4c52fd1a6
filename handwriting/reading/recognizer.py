"""The recognizer reads any picture: the text, its confidence, and the place of each digit."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from handwriting.errors import ModelError, PictureError
from handwriting.interfaces import Floats, Images
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.pictures.decoding import Picture, decode
from handwriting.pictures.ink import Ink, Invert, find_ink
from handwriting.pictures.preparation import SETTINGS
from handwriting.reading.choice import Expected, read_ink
from handwriting.reading.lines import FoundDigit, FoundLine
from handwriting.system.storage import data_directory

MIN_MEAN_CONFIDENCE = 0.25
"""Least geometric mean of a line's probability over its digits; letters and scribbles are read with less."""
MAX_SKIPPED = 0.3
"""Largest fraction of a line's ink that is tall but skipped; a word in which some letters look like digits has more."""
BATCH_PIXELS = 2**15
"""Number of pixels from which a batch of pictures is complete."""


@dataclass(frozen=True)
class Digit:
    """One digit: the name of its class, the confidence (0 to 1), and its box (x, y, width, height) in the picture.

    `top` holds the most probable classes with their confidences, best first; `image` (28, 28) is what the network saw.
    """

    digit: str
    confidence: float
    box: tuple[int, int, int, int]
    top: tuple[tuple[str, float], ...]
    image: Images


@dataclass(frozen=True)
class Reading:
    """What a picture says. `text` is None if nothing was read; then `reason` says why.

    `failed` is whether the picture could not be used at all, rather than holding nothing to read.
    """

    path: str
    text: str | None
    confidence: float | None = None
    digits: tuple[Digit, ...] = ()
    reason: str | None = None
    failed: bool = False
    notices: tuple[str, ...] = ()


_Decoded: TypeAlias = tuple[str, Picture | str]
"""The path of a picture, and the picture or why it can't be used."""


class Recognizer:
    """Reads pictures with one model: `Recognizer().read("photo.jpg").text`.

    `top` is the number of candidates for each digit; a reading with less than `min_confidence` (0 to 1) is rejected;
    `invert` says whether the ink is lighter than the paper ("yes", "no", or "auto" to find out); `expected` whether a
    picture shows one digit ("single"), a number in each line ("lines"), or either ("auto").
    """

    def __init__(
        self,
        model: Model | None = None,
        *,
        top: int = 3,
        min_confidence: float = 0.0,
        invert: Invert = "auto",
        expected: Expected = "auto",
    ) -> None:
        """Use `model`, by default the one that the user trained last, else the one that comes with the package.

        Raises `ModelError` if the model was trained on digits that were prepared differently.
        """
        model = model or model_file.load(user_models.choose(data_directory()))
        if model.preparation != SETTINGS:
            raise ModelError(
                f"this model was trained on pictures prepared differently ({model.preparation}) than by this version "
                f"({SETTINGS}); train it again"
            )
        self.model, self.top, self.min_confidence = model, top, min_confidence
        self.invert, self.expected = invert, expected

    def read(self, source: Path | str | bytes) -> Reading:
        """Return what a picture, a path or the bytes of a file, says. If it can't be read, the reading says why."""
        return self.read_several([source])[0]

    def read_several(self, sources: Iterable[Path | str | bytes]) -> list[Reading]:
        """Return the reading of each picture, the same as by `read`.

        Small pictures are analysed in batches, one step after the other, which is faster than one by one.
        """
        readings: list[Reading] = []
        for batch in _batches(map(_decoded, sources)):
            inks = [find_ink(found.grey, self.invert) if isinstance(found, Picture) else None for _, found in batch]
            readings += [self._reading(*decoded, ink) for decoded, ink in zip(batch, inks, strict=True)]
        return readings

    def _reading(self, path: str, picture: Picture | str, ink: Ink | None) -> Reading:
        if isinstance(picture, str):
            return Reading(path, None, reason=picture, failed=True)
        if ink is None:
            return Reading(path, None, reason="nothing to read: the picture is blank", notices=picture.notices)
        reading = self._reading_of(path, read_ink(ink, self.model, self.expected), picture.scale)
        return replace(reading, notices=picture.notices)

    def _reading_of(self, path: str, lines: Sequence[FoundLine], scale: float) -> Reading:
        found = [digit for line in lines for digit in line.digits]
        if not found:
            return Reading(path, None, reason="nothing to read: no digit was found")
        confidences = np.array([digit.confidences for digit in found])
        if not np.isfinite(confidences).all():
            failure = "the network's output is not finite: train another model"
            return Reading(path, None, reason=failure, failed=True)
        numbers = [line for line in lines if self._is_number(line)]
        shown = numbers or lines
        digits = tuple(self._digit(digit, scale) for line in shown for digit in line.digits)
        confidence = math.prod(line.probability for line in shown)
        reason = self._rejection(confidences, numbers, confidence)
        return Reading(path, None if reason else self._text(numbers), confidence, digits, reason)

    def _rejection(self, confidences: Floats, numbers: Sequence[FoundLine], confidence: float) -> str | None:
        """Return why the digits that were found are not read, or None if they are."""
        if self.model.rejects(confidences).all():
            return "nothing to read: this is not a digit"
        if not numbers:
            return "nothing to read: hardly any of it looks like a digit"
        if confidence < self.min_confidence:
            text = self._text(numbers)
            return f"not confident enough: {text} with {confidence:.0%}, less than {self.min_confidence:.0%}"
        return None

    def _is_number(self, line: FoundLine) -> bool:
        """Tell whether a line is a number rather than letters; True if the model can't tell, without non-digits."""
        if self.model.non_digit is None:
            return True
        return line.skipped <= MAX_SKIPPED and line.probability >= MIN_MEAN_CONFIDENCE ** len(line.digits)

    def _text(self, lines: Sequence[FoundLine]) -> str:
        """Return the digits with spaces; lines are joined to one number unless each is expected to be a number."""
        separator = "\n" if self.expected == "lines" else ""
        return separator.join(
            "".join(" " * digit.after_space + self._ranking(digit)[0][0] for digit in line.digits) for line in lines
        )

    def _ranking(self, found: FoundDigit) -> list[tuple[str, float]]:
        """Return the names of the digit classes with their confidences, the most probable first."""
        order = (-found.confidences).argsort(kind="stable").tolist()
        names = self.model.class_names
        return [(names[i], float(found.confidences[i])) for i in order if i != self.model.non_digit]

    def _digit(self, found: FoundDigit, scale: float) -> Digit:
        top = tuple(self._ranking(found)[: max(self.top, 1)])
        x, y, width, height = (round(length * scale) for length in found.box)
        return Digit(*top[0], (x, y, width, height), top, found.image)


def _decoded(source: Path | str | bytes) -> _Decoded:
    path = "-" if isinstance(source, bytes) else str(source)
    try:
        return path, decode(source if isinstance(source, bytes) else Path(source))
    except PictureError as error:
        is_folder = path != "-" and os.path.isdir(path)
        return path, "the folder holds no pictures" if is_folder else str(error)


def _batches(pictures: Iterable[_Decoded]) -> Iterator[list[_Decoded]]:
    """Yield the pictures in batches, each of which ends with the picture that completes it."""
    batch, pixels = [], 0
    for path, picture in pictures:
        batch.append((path, picture))
        pixels += picture.grey.size if isinstance(picture, Picture) else 0
        if pixels >= BATCH_PIXELS:
            yield batch
            batch, pixels = [], 0
    if batch:
        yield batch
