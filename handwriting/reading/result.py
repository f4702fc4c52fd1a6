"""What the recognizer returns: a reading, with the digits in it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from handwriting.interfaces import Images
from handwriting.pictures.ink import Invert
from handwriting.pictures.sources import InMemory

Box: TypeAlias = tuple[int, int, int, int]
"""x, y, width and height, in pixels of the picture."""


@dataclass(frozen=True)
class Digit:
    """One digit: the name of its class, the confidence (0 to 1), and its box in the picture.

    `top` holds the most probable classes with their confidences, best first; `image` (28, 28) is what the network saw.
    """

    digit: str
    confidence: float
    box: Box
    top: tuple[tuple[str, float], ...] = field(repr=False)
    image: Images = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.digit


@dataclass(frozen=True)
class Separator:
    """A mark beside digits: one of . , - / : ( ) and %, None if that can't be told, and its box in the picture."""

    character: str | None
    box: Box


@dataclass(frozen=True)
class Line:
    """One line of a picture: its text, the confidence in it (0 to 1), and its digits.

    `text` is None if lines were expected and this one was not read confidently enough; then `reason` says so.
    """

    text: str | None
    confidence: float
    digits: tuple[Digit, ...] = field(repr=False)
    reason: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a picture says. `text` is None if nothing was read; then `reason` says why.

    `failed` is whether the picture could not be used at all, rather than holding nothing to read. `picture` is what was
    read if it was in memory; a picture file is not kept. `lines` are those of the text, from top to bottom, where
    rejected ones are empty. `ignored` are the boxes of what was passed over beside digits and separators, such as
    letters, but for specks. `invert` is as the recognizer's, unless a picture was better read the other way round.

    >>> from handwriting import Recognizer
    >>> reading = Recognizer("bundled").read("photo.png")
    >>> reading.text
    '40728'
    >>> [digit.digit for digit in reading.digits]
    ['4', '0', '7', '2', '8']
    """

    path: str
    text: str | None
    confidence: float | None = None
    digits: tuple[Digit, ...] = ()
    reason: str | None = None
    failed: bool = False
    notices: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    separators: tuple[Separator, ...] = ()
    ignored: tuple[Box, ...] = ()
    invert: Invert = field(default="auto", repr=False, compare=False)
    picture: InMemory | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        said = f"text={self.text!r}" if self.text is not None else f"reason={self.reason!r}"
        confidence = "" if self.confidence is None else f", confidence={self.confidence:.4f}"
        return f"Reading({self.path!r}, {said}{confidence})"

    def _repr_html_(self) -> str:
        """Return the picture with boxes around what was found, and the text, for a notebook."""
        from handwriting.reading.notebook import html

        return html(self)
