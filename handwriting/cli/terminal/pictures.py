"""Images as characters: half blocks, each two pixels high, in colours or in black and white; else plain characters."""

from itertools import zip_longest

import numpy as np
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from handwriting.cli.terminal.console import has_colours, has_unicode
from handwriting.interfaces import Floats, Images

RAMP = " .:-=+*#%@"
"""Plain characters from dark to light."""
THRESHOLD = 96
"""Grey level from which a pixel is drawn where there are no colours."""
LONGEST_BAR = 24
"""Columns of the bar of a confidence of 1."""
GAP = 3
"""Columns between two texts side by side."""


def draw(image: Images, console: Console) -> list[Text]:
    """Return an image of light ink on dark as lines.

    It is (height, width) or, for a console with colours, (height, width, 3) as well.
    """
    even = image if len(image) % 2 == 0 else np.concatenate([image, image[-1:]])
    pairs = zip(even[0::2], even[1::2], strict=True)
    if has_colours(console):
        return [_coloured_line(upper, lower) for upper, lower in pairs]
    character = _block if has_unicode(console) else _shade
    return [Text("".join(map(character, upper.tolist(), lower.tolist()))) for upper, lower in pairs]


def confidence_bars(confidences: Floats, names: tuple[str, ...], console: Console) -> list[Text]:
    """Return a line for each class: its name, a bar as long as its confidence, and the confidence."""
    mark = "█" if has_unicode(console) else "#"
    widest = max(map(cell_len, names))
    longest = max(0, min(LONGEST_BAR, console.width - widest - len("  0.000")))
    lines = [
        Text(
            f"{' ' * (widest - cell_len(name))}{name} {mark * round(longest * confidence):<{longest}} {confidence:.3f}"
        )
        for name, confidence in zip(names, confidences.tolist(), strict=True)
    ]
    lines[int(confidences.argmax())].stylize("bold")
    return lines


def fit_side_by_side(left: list[Text], right: list[Text], console: Console) -> bool:
    """Return whether the console is wide enough for the lines of both in two columns."""
    return max(line.cell_len for line in left) + GAP + max(line.cell_len for line in right) <= console.width


def side_by_side(left: list[Text], right: list[Text]) -> list[Text]:
    """Return the lines of both in two columns; if those on the right are fewer, they are centred."""
    width = max(line.cell_len for line in left)
    above = [Text()] * ((len(left) - len(right)) // 2)
    pairs = zip_longest(left, above + right, fillvalue=Text())
    return [Text.assemble(line, " " * (width - line.cell_len + GAP), other) for line, other in pairs]


def _coloured_line(upper: Images, lower: Images) -> Text:
    pixels = zip(upper, lower, strict=True)
    return Text.assemble(*(("▀", Style(color=_colour(above), bgcolor=_colour(below))) for above, below in pixels))


def _colour(pixel: Images) -> str:
    red, green, blue = np.broadcast_to(pixel, 3).tolist()
    return f"rgb({red},{green},{blue})"


def _block(upper: int, lower: int) -> str:
    return " ▄▀█"[2 * (upper >= THRESHOLD) + (lower >= THRESHOLD)]


def _shade(upper: int, lower: int) -> str:
    return RAMP[(upper + lower) * len(RAMP) // 512]
