"""The recogniser: any picture -> text, with how sure it is of it, and where each digit stands.

It joins what the rooms before it offer: decode the picture, prepare its digits as the network knows them, ask the
network, and say what was read, or why nothing was.
"""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from handwriting.errors import ModelError, PictureError
from handwriting.interfaces import Images
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.pictures.decoding import Picture, decode
from handwriting.pictures.ink import Ink, Invert, find_ink
from handwriting.pictures.preparation import SETTINGS, prepare
from handwriting.reading.choice import Expected, read
from handwriting.reading.lines import FoundDigit, FoundLine
from handwriting.system.storage import data_directory

SUFFIXES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm"}
"""What the names of pictures in a folder end in; a picture that is named itself may have any name."""

GUESS = 0.25
"""A line that is less sure than this for each of its digits is a guess: letters and scribbles are read so.

Only a model that knows `NON_DIGIT` has ever seen what is no digit, and can tell.
"""
WORDS = 0.3
"""With more than this share of its ink passed over as no digit, a line is one of words, of which some letters look like
digits."""
HANDFUL = 2**15
"""Pixels of pictures that are held at once."""


@dataclass(frozen=True)
class Digit:
    """One digit as it was read: its class name, how sure that is (0 to 1), its place in the picture, what came next.

    `top` holds the likeliest class names with their confidences, best first; `image` (28, 28) is what the network saw.
    """

    digit: str
    confidence: float
    box: tuple[int, int, int, int]
    top: tuple[tuple[str, float], ...]
    image: Images


@dataclass(frozen=True)
class Reading:
    """What a picture says. `text` is None where nothing was read, and `reason` then says why.

    `failed` tells a picture that could not be used at all from one that holds nothing to read.
    """

    path: str
    text: str | None
    confidence: float | None = None
    digits: tuple[Digit, ...] = ()
    reason: str | None = None
    failed: bool = False
    notices: tuple[str, ...] = ()


class Recognizer:
    """Reads pictures with one model: `Recognizer().read("photo.jpg").text`.

    `top` is how many candidates each digit keeps; a reading less sure than `min_confidence` (0 to 1) is not given;
    `invert` says whether the ink is lighter than the paper ("yes", "no", or "auto": find out); `expected` whether
    there is one digit ("single"), or each line is a number by itself ("lines").
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
        """Raises `ModelError` where the model wants its pictures prepared in another way than this version does.

        Without one it is the user's: the one trained last, else the one that comes with the package.
        """
        model = model or model_file.load(user_models.choose(data_directory()))
        if model.preparation != SETTINGS:
            raise ModelError(
                f"this model was trained on pictures prepared in another way ({model.preparation}) than this version "
                f"prepares them ({SETTINGS}); train it again"
            )
        self.model, self.top, self.min_confidence = model, top, min_confidence
        self.invert, self.expected = invert, expected

    def read(self, source: Path | str | bytes) -> Reading:
        """Return what the picture says: a path, or the bytes of a picture file. A bad picture is an answer, too."""
        return self.read_several([source])[0]

    def read_several(self, sources: Iterable[Path | str | bytes]) -> list[Reading]:
        """Return what each picture says, the same as `read`.

        Small ones take a fifth less time this way: each step is done for a handful of them before the next one is, and
        finds its code and data in the processor's caches.
        """
        readings: list[Reading] = []
        for handful in _handfuls(_opened(source) for source in sources):
            found = [
                None if isinstance(picture, str) else find_ink(picture.grey, self.invert) for _, picture in handful
            ]
            readings += [self._reading(*opened, ink) for opened, ink in zip(handful, found, strict=True)]
        return readings

    def _reading(self, path: str, picture: Picture | str, ink: Ink | None) -> Reading:
        if isinstance(picture, str):
            return Reading(path, None, reason=picture, failed=True)
        if ink is None:
            return Reading(path, None, reason="nothing to read: the picture is blank", notices=picture.notices)
        reading = self._of_lines(
            path, read(ink, self.model.confidences, self.model.class_names, self.expected), picture.scale
        )
        return replace(reading, notices=picture.notices) if picture.notices else reading

    def _of_lines(self, path: str, lines: Sequence[FoundLine], scale: float) -> Reading:
        found = [digit for line in lines for digit in line.digits]
        if not found:
            return Reading(path, None, reason="nothing to read: no digit was found")
        confidences = np.array([digit.confidences for digit in found])
        if not np.isfinite(confidences).all():
            return Reading(path, None, reason="the network's answer is no number: train another model", failed=True)
        believed = [line for line in lines if not self._is_guess(line)]
        shown = believed or lines
        digits = tuple(self._digit(digit, scale) for line in shown for digit in line.digits)
        sure = math.prod(line.probability(self.model.class_names) for line in shown)
        if self.model.rejects(confidences).all():
            return Reading(path, None, sure, digits, "nothing to read: this is no digit")
        if not believed:
            return Reading(path, None, sure, digits, "nothing to read: hardly anything in it looks like a digit")
        text = self._text(believed)
        if sure < self.min_confidence:
            reason = f"not sure enough: {text} with {sure:.0%}, below {self.min_confidence:.0%}"
            return Reading(path, None, sure, digits, reason)
        return Reading(path, text, sure, digits)

    def _is_guess(self, line: FoundLine) -> bool:
        if self.model.non_digit is None:
            return False
        return line.passed > WORDS or line.probability(self.model.class_names) < GUESS ** len(line.digits)

    def _text(self, lines: Sequence[FoundLine]) -> str:
        """Return the digits as text: with a space where a gap is wide, and line by line where lines are expected.

        Otherwise a number that goes on in a second line is one number.
        """
        between = "\n" if self.expected == "lines" else ""
        return between.join(
            "".join(f"{' ' * digit.new_group}{self._ranked(digit)[0][0]}" for digit in line.digits) for line in lines
        )

    def _ranked(self, found: FoundDigit) -> list[tuple[str, float]]:
        """Return the names of the classes that it may be, with their confidences, the likeliest first."""
        names, said = self.model.class_names, found.confidences
        order = (-said).argsort(kind="stable").tolist()
        return [(names[i], float(said[i])) for i in order if i != self.model.non_digit]

    def _digit(self, found: FoundDigit, scale: float) -> Digit:
        top = tuple(self._ranked(found)[: max(self.top, 1)])
        x, y, width, height = (round(length * scale) for length in found.box)
        return Digit(top[0][0], top[0][1], (x, y, width, height), top, found.image)


def _opened(source: Path | str | bytes) -> tuple[str, Picture | str]:
    """Return a picture with its path, or in its place why it can't be used."""
    path = "-" if isinstance(source, bytes) else str(source)
    try:
        return path, decode(source if isinstance(source, bytes) else Path(source))
    except PictureError as error:
        is_folder = path != "-" and os.path.isdir(path)
        return path, "the folder holds no pictures" if is_folder else str(error)


def _handfuls(opened: Iterable[tuple[str, Picture | str]]) -> Iterator[list[tuple[str, Picture | str]]]:
    """Yield lists of pictures, none empty, that together have few pixels; a large picture ends its list."""
    handful, pixels = [], 0
    for path, picture in opened:
        handful.append((path, picture))
        pixels += 0 if isinstance(picture, str) else picture.grey.size
        if pixels >= HANDFUL:
            yield handful
            handful, pixels = [], 0
    if handful:
        yield handful


def pictures_in(path: Path) -> Iterator[Path]:
    """Yield the picture files in a folder and the folders below it, in order; anything else is yielded as it is.

    So is a folder without any: to read it then fails, and says why.
    """
    found = False
    for folder, below, files in os.walk(path):  # does not follow links, so it ends
        below.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES:
                found = True
                yield Path(folder, name)
    if not found:
        yield path


def read_example(path: Path) -> Images:
    """Return a picture file of one digit as training wants it, (28, 28).

    Raises `PictureError` where it can't be read or is blank.
    """
    found = prepare(decode(path).grey, "auto")
    if not found:
        raise PictureError(f"{path} is blank")
    return found[0].image
