"""The recognizer reads any picture: the text, its confidence, and the place of each digit."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, overload

import numpy as np

from handwriting.errors import ModelError, PictureError
from handwriting.interfaces import Floats
from handwriting.models.opening import Named, open_model
from handwriting.pictures.ink import Invert
from handwriting.pictures.preparation import SETTINGS
from handwriting.pictures.sources import Source, content_of, each_source, is_source, name_of, open_picture
from handwriting.reading import marks
from handwriting.reading.choice import Expected, read_pages
from handwriting.reading.lines import FoundDigit, FoundLine
from handwriting.reading.result import Box, Digit, Line, Reading, Separator
from handwriting.segmentation.page import Page, find_page
from handwriting.system.blas import one_blas_thread

MIN_LINE_CONFIDENCE = 0.2
"""Least confidence in a line of digits; letters and scribbles are read with less."""
MAX_SKIPPED = 0.3
"""Largest fraction of a line's ink that is tall but skipped; a word in which some letters look like digits has more."""
MIN_HEIGHT = 0.5
"""Least height of the digits in a line of a number, as a fraction of that in its highest line."""
CHUNK = 16
"""Pictures whose main digits are classified together, and whose ink is held until then."""


class Recognizer:
    """Reads pictures with one model.

    >>> from handwriting import Recognizer
    >>> recognizer = Recognizer("bundled")
    >>> recognizer.read("photo.png").text
    '40728'

    A picture may also be the bytes of a file, an open file, an array of pixels or a Pillow image (see
    `handwriting.pictures.sources`); several pictures are several readings:

    >>> import numpy as np
    >>> from PIL import Image
    >>> [reading.text for reading in recognizer.read(["photo.png", np.asarray(Image.open("photo.png"))])]
    ['40728', '40728']

    `top` is the number of candidates for each digit; `expected` says whether a picture shows one digit ("single"), a
    number in each line ("lines"), or either ("auto"); a reading, or such a line, with less than `min_confidence` (0 to
    1) is rejected; `invert` says whether the ink is lighter than the paper ("yes", "no", or "auto" to find out);
    `separators` whether the text contains the points, commas, minus signs, slashes, colons, brackets
    and percent signs that were found.
    """

    def __init__(
        self,
        model: Named = None,
        *,
        top: int = 3,
        min_confidence: float = 0.0,
        invert: Invert = "auto",
        expected: Expected = "auto",
        separators: bool = False,
    ) -> None:
        """Use `model`: a file, a name in the data directory, "bundled", or one from `handwriting.load` or `train`.

        By default it is the one that the user trained last, else the one that comes with the package. Raises
        `ModelError` if it can't be used, or was trained on digits that were prepared differently.
        """
        model = open_model(model)
        if model.preparation != SETTINGS:
            raise ModelError(
                f"this model was trained on pictures prepared differently ({model.preparation}) than by this version "
                f"({SETTINGS}); train it again"
            )
        self.model, self.top, self.min_confidence = model, top, min_confidence
        self.invert, self.expected, self.separators = invert, expected, separators

    def __repr__(self) -> str:
        return f"Recognizer({self.model!r})"

    @overload
    def read(self, source: Source) -> Reading: ...  # type: ignore[overload-overlap]  # a text is a path, not letters

    @overload
    def read(self, source: Iterable[Source]) -> list[Reading]: ...

    def read(self, source: Source | Iterable[Source]) -> Reading | list[Reading]:
        """Return what a picture says, or the readings of several pictures. If one can't be read, its reading says why.

        Raises `PictureError` for what is no picture at all, such as None or an array of another shape.
        """
        readings = self.read_several(source)
        return readings[0] if is_source(source) else readings

    def read_several(self, sources: Iterable[Source] | Source) -> list[Reading]:
        """Return the reading of each picture, the same as by `read`; one picture is a list of one reading."""
        return list(self.read_each(sources))

    def read_each(self, sources: Iterable[Source] | Source) -> Iterator[Reading]:
        """Yield the reading of each picture, the same as by `read`.

        Some of them are decoded before the first of these is read, so that their digits can be classified together.
        """
        remaining = iter(each_source(sources))
        while chunk := list(map(self._find_pages, islice(remaining, CHUNK))):
            all_pages = [page for _, pages, _ in chunk for page in pages.values()]
            found_lines = read_pages(all_pages, self.model, self.expected)
            for unread, pages, scale in chunk:
                readings = [self._next_reading(replace(unread, invert=invert), found_lines, scale) for invert in pages]
                yield max(readings, key=_trust, default=unread)

    @one_blas_thread()
    def _find_pages(self, source: Source) -> tuple[Reading, dict[Invert, Page], float]:
        """Return a reading without text, the page, and the scale of the picture; without ink the reading says why.

        The page is by what `invert` its ink was found: where it is in doubt what is ink, there is one for each case.
        """
        content, path = content_of(source), name_of(source)
        in_memory = None if isinstance(content, Path) else content
        try:
            picture = open_picture(content, path)
        except PictureError as error:
            is_folder = in_memory is None and os.path.isdir(path)
            reason = "the folder holds no pictures" if is_folder else str(error)
            return Reading(path, None, reason=reason, failed=True, picture=in_memory), {}, 1.0
        blank = "nothing to read: the picture is blank"
        unread = Reading(path, None, reason=blank, notices=picture.notices, invert=self.invert, picture=in_memory)
        pages: dict[Invert, Page] = {}
        if page := find_page(picture.grey, self.invert):
            pages[self.invert] = page
            if page.ink.other and (other := find_page(picture.grey, page.ink.other)):
                pages[page.ink.other] = other
        return unread, pages, picture.scale

    @one_blas_thread()
    def _next_reading(
        self, unread: Reading, found_lines: Iterator[list[FoundLine] | PictureError], scale: float
    ) -> Reading:
        """Return the reading of the next lines, which are found only then."""
        lines = next(found_lines)
        if isinstance(lines, PictureError):
            return replace(unread, reason=f"not read: {lines}", failed=True)
        found = [digit for line in lines for digit in line.digits]
        if not found:
            return replace(unread, reason="nothing to read: no digit was found")
        confidences = np.array([digit.confidences for digit in found])
        if not np.isfinite(confidences).all():
            return replace(unread, reason="the network's output is not finite: train another model", failed=True)
        numbers = [line for line in lines if self._is_number(line)]
        if self.expected != "lines":
            numbers = _without_small_print(numbers)
        shown = numbers or lines
        words = [line for line in lines if not any(line is one for one in shown)]
        results = tuple(self._line(line, scale) for line in shown)
        digits = tuple(digit for result in results for digit in result.digits)
        confidence = math.prod(result.confidence for result in results)
        unread = replace(unread, confidence=confidence, digits=digits, **_passed_over(shown, words, scale))
        if reason := self._rejection(confidences, numbers, results, confidence):
            return replace(unread, reason=reason)
        return replace(unread, text=self._text(results), lines=results, reason=None)

    def _rejection(
        self, confidences: Floats, numbers: Sequence[FoundLine], results: Sequence[Line], confidence: float
    ) -> str | None:
        """Return why the digits that were found are not read, or None if they are."""
        if self.model.rejects(confidences).all():
            return "nothing to read: this is not a digit"
        if not numbers:
            return "nothing to read: hardly any of it looks like a digit"
        if self.expected == "lines":
            return results[0].reason if all(line.text is None for line in results) else None
        return self._doubt(self._text(results), confidence)

    def _is_number(self, line: FoundLine) -> bool:
        """Tell whether a line is a number rather than letters; True if the model can't tell, without non-digits."""
        if self.model.non_digit is None:
            return True
        return line.skipped <= MAX_SKIPPED and line.confidence >= MIN_LINE_CONFIDENCE

    def _text(self, lines: Sequence[Line]) -> str:
        """Return the text of the lines, joined to one number unless each is expected to be a number."""
        return ("\n" if self.expected == "lines" else "").join(line.text or "" for line in lines)

    def _doubt(self, text: str, confidence: float) -> str | None:
        """Return why a text is rejected, or None if it isn't."""
        if confidence >= self.min_confidence:
            return None
        return f"not confident enough: {text} with {confidence:.0%}, less than {self.min_confidence:.0%}"

    def _line_text(self, line: FoundLine) -> str:
        digits = (" " * digit.after_space + self._ranking(digit)[0][0] for digit in line.digits)
        characters = [""] * (len(line.digits) + 1)  # those in front of each digit, and behind the last
        for mark in line.marks if self.separators else ():
            characters[mark.after] += mark.character or ""
        return "".join(part for pair in zip_longest(characters, digits, fillvalue="") for part in pair)

    def _ranking(self, found: FoundDigit) -> list[tuple[str, float]]:
        """Return the names of the digit classes with their confidences, the most probable first."""
        order = (-found.confidences).argsort(kind="stable").tolist()
        names = self.model.class_names
        return [(names[i], float(found.confidences[i])) for i in order if i != self.model.non_digit]

    def _line(self, found: FoundLine, scale: float) -> Line:
        """Return the result of a line, which may be rejected if each line is expected to be a number of its own."""
        digits = tuple(self._digit(digit, scale) for digit in found.digits)
        text = self._line_text(found)
        doubt = self._doubt(text, found.confidence) if self.expected == "lines" else None
        return Line(None if doubt else text, found.confidence, digits, doubt)

    def _digit(self, found: FoundDigit, scale: float) -> Digit:
        top = tuple(self._ranking(found)[: max(self.top, 1)])
        return Digit(*top[0], _in_file(found.box, scale), top, found.image)


def _without_small_print(lines: list[FoundLine]) -> list[FoundLine]:
    """Return the lines without those whose digits are much lower than others': marks and print around a number."""
    heights = [float(np.median([digit.box[3] for digit in line.digits])) for line in lines]
    return [line for line, height in zip(lines, heights, strict=True) if height >= MIN_HEIGHT * max(heights)]


def _trust(reading: Reading) -> tuple[bool, float]:
    """Return by what one of several readings of a picture is chosen: that it says anything, and how much, confidently.

    The confidence in a page is no measure: it is the product of those in its lines.
    """
    said = sum(line.confidence for line in reading.lines)
    return reading.text is not None, said or reading.confidence or 0.0


def _passed_over(shown: Sequence[FoundLine], words: Sequence[FoundLine], scale: float) -> dict[str, Any]:
    """Return the separators in the lines that are `shown`, and the boxes of what else is in them, or in `words`."""
    found = [mark for line in shown for mark in line.marks]
    separators = tuple(Separator(mark.character, _in_file(mark.box, scale)) for mark in found if mark.separates)
    boxes = [mark.box for mark in found if not mark.separates]
    boxes += [digit.box for line in words for digit in line.digits]
    boxes += [mark.box for line in words for mark in line.marks]
    return {"separators": separators, "ignored": tuple(_in_file(box, scale) for box in boxes)}


def _in_file(box: marks.Box, scale: float) -> Box:
    """Return a box in pixels of the file, of which `scale` are one pixel of the grey picture."""
    x, y, width, height = (round(length * scale) for length in box)
    return x, y, width, height
