"""Weights in a terminal: each unit of the first layer as a small picture, for and against by colour or by signs."""

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.style import Style
from rich.text import Text

from handwriting.cli.pictures import has_colours
from handwriting.interfaces import Floats
from handwriting.nn.weight_images import scaled
from handwriting.report.pictures import NEGATIVE, POSITIVE, ZERO

SIGNS = "=- +#"
"""Strongly against, against, neither, for, strongly for."""
GAP = 2
ROWS_OF_TILES = 2


def draw(tiles: Floats, console: Console) -> list[Text]:
    """Return lines that show as many tiles (units, rows, columns), from -1 to 1, as two rows hold; ink is positive."""
    small = _halved(tiles) if tiles.shape[2] > 14 else tiles
    across = max(1, (console.width + GAP) // (small.shape[2] + GAP))
    lines: list[Text] = []
    for start in range(0, min(len(small), across * ROWS_OF_TILES), across):
        pieces = [_tile(tile, console) for tile in small[start : start + across]]
        lines += [Text(), *(Text(" " * GAP).join(row) for row in zip(*pieces, strict=True))]
    return lines


def legend(console: Console) -> str:
    """Say how for and against are told apart."""
    return "red: for, blue: against" if _has_coloured_blocks(console) else "# and +: for, = and -: against"


def _halved(tiles: Floats) -> Floats:
    """Return the tiles at half the height and width, scaled so that the largest weight is 1 or -1 again."""
    units, rows, columns = tiles.shape
    even = tiles[:, : rows // 2 * 2, : columns // 2 * 2]
    return scaled(even.reshape(units, rows // 2, 2, columns // 2, 2).mean(axis=(2, 4)))


def _tile(tile: Floats, console: Console) -> list[Text]:
    """Two rows of weights make one line, as a character is twice as high as it is wide."""
    even = np.pad(tile, ((0, len(tile) % 2), (0, 0)))
    pairs = zip(even[0::2].tolist(), even[1::2].tolist(), strict=True)
    if _has_coloured_blocks(console):
        return [Text.assemble(*(("▀", _style(u, w)) for u, w in zip(*pair, strict=True))) for pair in pairs]
    return [Text("".join(_sign((u + w) / 2) for u, w in zip(*pair, strict=True))) for pair in pairs]


def _has_coloured_blocks(console: Console) -> bool:
    """Return whether half blocks can be drawn in colours: they need the character, too."""
    return console.encoding.lower().startswith("utf") and has_colours(console)


def _style(upper: float, lower: float) -> Style:
    return Style(color=_colour(upper), bgcolor=_colour(lower))


def _colour(weight: float) -> str:
    end = NEGATIVE if weight < 0 else POSITIVE
    mixed: Sequence[int] = [round(zero + abs(weight) * (e - zero)) for zero, e in zip(ZERO, end, strict=True)]
    return f"rgb({mixed[0]},{mixed[1]},{mixed[2]})"


def _sign(weight: float) -> str:
    return SIGNS[2 + (weight > 0.15) + (weight > 0.45) - (weight < -0.15) - (weight < -0.45)]
