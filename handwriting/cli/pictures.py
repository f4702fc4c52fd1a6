"""Pictures in a terminal: two rows of pixels in one row of half blocks; plain characters where there are no colours."""

import numpy as np
from rich.console import Console
from rich.style import Style
from rich.text import Text

from handwriting.interfaces import Floats, Images

RAMP = " .:-=+*#%@"
INKED = 96
"""Grey level from which a pixel counts as ink where there are no colours."""


def draw(image: Images, console: Console) -> list[Text]:
    """Return the lines of a picture as the console can show them.

    It is (height, width), light ink on dark, or on a console that has colours also (height, width, 3).
    """
    even = image if len(image) % 2 == 0 else np.concatenate([image, image[-1:]])
    pairs = list(zip(even[0::2], even[1::2], strict=True))
    if has_colours(console):
        return [_coloured(upper, lower) for upper, lower in pairs]
    if console.encoding.lower().startswith("utf"):
        return [Text("".join(_block(u >= INKED, w >= INKED) for u, w in zip(*pair, strict=True))) for pair in pairs]
    return [
        Text("".join(RAMP[(int(u) + int(w)) * len(RAMP) // 512] for u, w in zip(*pair, strict=True))) for pair in pairs
    ]


def has_colours(console: Console) -> bool:
    """Return whether the console can show grey levels and colours."""
    return bool(console.color_system and not console.no_color)


def bars(confidences: Floats, names: tuple[str, ...], console: Console, width: int = 24) -> list[Text]:
    """Return a line for each class: its name, a bar as long as the network is sure of it, and the number."""
    mark = "█" if console.encoding.lower().startswith("utf") else "#"
    best = int(confidences.argmax())
    widest = max(map(len, names))
    lines = []
    for i, (name, confidence) in enumerate(zip(names, confidences, strict=True)):
        bar = mark * round(float(confidence) * width)
        lines.append(Text(f"{name:>{widest}} {bar:<{width}} {confidence:.3f}", style="bold green" if i == best else ""))
    return lines


def side_by_side(left: list[Text], right: list[Text], gap: str = "   ") -> list[Text]:
    """Return the lines of both, the right ones centred beside the left ones."""
    above = max((len(left) - len(right)) // 2, 0)
    padded = [Text()] * above + right + [Text()] * (len(left) - len(right) - above)
    blank = Text(" " * max(line.cell_len for line in left))
    rows = max(len(left), len(padded))
    return [
        Text(gap).join((left[i] if i < len(left) else blank, padded[i] if i < len(padded) else Text()))
        for i in range(rows)
    ]


def _coloured(upper: Images, lower: Images) -> Text:
    line = Text()
    for u, w in zip(upper, lower, strict=True):
        line.append("▀", Style(color=_rgb(u), bgcolor=_rgb(w)))
    return line


def _rgb(pixel: Images) -> str:
    red, green, blue = np.broadcast_to(pixel, 3).tolist()
    return f"rgb({red},{green},{blue})"


def _block(upper: bool, lower: bool) -> str:
    return " ▄▀█"[2 * upper + lower]
