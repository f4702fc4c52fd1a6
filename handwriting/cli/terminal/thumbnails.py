"""Thumbnails: images of 28x28 pixels, each 14 characters wide, with captions, several side by side."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal import braille
from handwriting.cli.terminal.console import has_unicode, printable
from handwriting.cli.terminal.pictures import RAMP, THRESHOLD
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Images
from handwriting.report.formatting import percent

WIDTH, GAP = 14, 2
"""Characters of a thumbnail, and between two of them."""


def across(columns: int) -> int:
    """Return how many thumbnails fit side by side into that many columns; at least one."""
    return max(1, (columns + GAP) // (WIDTH + GAP))


def mistakes(found: Sequence[Mistake], images: Images, console: Console, columns: int) -> list[Text]:
    """Return mistakes as lines of thumbnails; `images` are theirs, (n, 28, 28)."""
    return rows(images, [_caption(mistake) for mistake in found], console, columns)


def rows(images: Images, captions: Sequence[Sequence[str]], console: Console, columns: int) -> list[Text]:
    """Return images (n, 28, 28) as lines of thumbnails, each above its caption; all captions have as many lines."""
    blocks = [
        _thumbnail(image, console) + [line[:WIDTH] for line in caption]
        for image, caption in zip(images, captions, strict=True)
    ]
    lines: list[Text] = []
    for start in range(0, len(blocks), across(columns)):
        for parts in zip(*blocks[start : start + across(columns)], strict=True):
            lines.append(Text((" " * GAP).join(f"{part:<{WIDTH}}" for part in parts).rstrip()))
    return lines


def _thumbnail(image: Images, console: Console) -> list[str]:
    if has_unicode(console):
        return braille.lines(image >= THRESHOLD)
    means = image.reshape(7, 4, 14, 2).mean(axis=(1, 3))
    return ["".join(RAMP[round(mean) * len(RAMP) // 256] for mean in row) for row in means.tolist()]


def _caption(mistake: Mistake) -> list[str]:
    return [f"is {_short(mistake.truth)}", f"read {_short(mistake.read)} {percent(mistake.confidence, 0)}", ""]


def _short(name: str) -> str:
    name = printable(name)
    return name if len(name) <= 9 else f"{name[:8]}~"
