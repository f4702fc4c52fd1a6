"""Thumbnails: images of 28x28 pixels, each 14 characters wide, with captions, several side by side."""

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal import braille
from handwriting.cli.terminal.console import has_unicode
from handwriting.cli.terminal.pictures import RAMP, THRESHOLD
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.report.formatting import percent
from handwriting.system.text import printable

WIDTH, GAP = 14, 2
"""Characters of a thumbnail, and between two of them."""


def across(columns: int) -> int:
    """Return how many thumbnails fit side by side into that many columns; at least one."""
    return max(1, (columns + GAP) // (WIDTH + GAP))


def mistakes(found: Sequence[Mistake], images: Images, console: Console, columns: int) -> list[Text]:
    """Return mistakes as lines of thumbnails; `images` are theirs, (n, 28, 28)."""
    return rows(images, [_caption(mistake) for mistake in found], console, columns)


def rows(images: Images, captions: Sequence[Sequence[str]], console: Console, columns: int) -> list[Text]:
    """Return images (n, 28, 28) as lines of thumbnails, each above the lines of its caption, and a blank line."""
    blocks = [
        [*_thumbnail(image, console), *_folded(caption), ""] for image, caption in zip(images, captions, strict=True)
    ]
    lines: list[Text] = []
    for start in range(0, len(blocks), across(columns)):
        for parts in zip_longest(*blocks[start : start + across(columns)], fillvalue=""):
            lines.append(Text((" " * GAP).join(f"{part:<{WIDTH}}" for part in parts).rstrip()))
    return lines


def _thumbnail(image: Images, console: Console) -> list[str]:
    if has_unicode(console):
        return braille.lines(image >= THRESHOLD)
    means = image.reshape(7, 4, 14, 2).mean(axis=(1, 3))
    return ["".join(RAMP[round(mean) * len(RAMP) // 256] for mean in row) for row in means.tolist()]


def _caption(mistake: Mistake) -> list[str]:
    return [f"is {mistake.truth}", f"read {mistake.read} {percent(mistake.confidence, 0)}"]


def _folded(caption: Sequence[str]) -> list[str]:
    """Return the lines of a caption, those that are wider than a thumbnail on several lines."""
    return [part for line in caption for part in textwrap.wrap(printable(line), WIDTH, subsequent_indent=" ")]
