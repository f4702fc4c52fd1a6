"""Thumbnails: several pictures side by side in a terminal, each 14 characters wide, with a caption below it."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from handwriting.cli import braille
from handwriting.cli.console import percent, printable
from handwriting.cli.pictures import INKED, RAMP
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import NON_DIGIT, Images

WIDTH, GAP = 14, 2
"""Characters of a thumbnail, and between two of them."""


def across(columns: int) -> int:
    """Return how many thumbnails stand side by side in so many columns; at least one."""
    return max(1, (columns + GAP) // (WIDTH + GAP))


def mistakes(found: Sequence[Mistake], images: Images, console: Console, columns: int) -> list[Text]:
    """Return lines that show mistakes with their pictures (n, 28, 28), in the same order, in so many columns."""
    return rows(images, [_caption(mistake) for mistake in found], console, columns)


def rows(images: Images, captions: Sequence[Sequence[str]], console: Console, columns: int) -> list[Text]:
    """Return lines that show pictures (n, 28, 28), each above its caption; all captions have as many lines."""
    blocks = [
        thumbnail(image, console) + [line[:WIDTH] for line in caption]
        for image, caption in zip(images, captions, strict=True)
    ]
    shown: list[Text] = []
    for start in range(0, len(blocks), across(columns)):
        level = zip(*blocks[start : start + across(columns)], strict=True)
        shown += [Text((" " * GAP).join(f"{line:<{WIDTH}}" for line in lines).rstrip()) for lines in level]
    return shown


def thumbnail(image: Images, console: Console) -> list[str]:
    """Return a picture (28, 28) as 7 lines of dots; where there is no braille, of plain characters."""
    if console.encoding.lower().startswith("utf"):
        return braille.lines(image >= INKED)
    means = image.reshape(7, 4, 14, 2).mean(axis=(1, 3))
    return ["".join(RAMP[round(mean) * len(RAMP) // 256] for mean in row) for row in means.tolist()]


def _caption(mistake: Mistake) -> list[str]:
    names = (mistake.truth, mistake.read)
    truth, read = (_short("no digit" if name == NON_DIGIT else printable(name)) for name in names)
    return [f"is {truth}", f"read {read} {percent(mistake.confidence, 0)}", ""]


def _short(name: str) -> str:
    return name if len(name) <= 8 else f"{name[:7]}~"
