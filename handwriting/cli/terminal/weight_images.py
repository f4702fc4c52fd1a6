"""The weights of a network's first layer as images: positive and negative weights differ by colour or by character."""

import numpy as np
from rich.console import Console
from rich.text import Text

from handwriting.cli.terminal.console import has_colours
from handwriting.cli.terminal.pictures import draw as draw_image
from handwriting.interfaces import Floats
from handwriting.nn.weight_images import scaled
from handwriting.report.png import colours

CHARACTERS = "=- +#"
"""For weights that are strongly negative, negative, near zero, positive, strongly positive."""
GAP = 2
ROWS = 2
"""Rows of images that are drawn."""


def draw(images: Floats, console: Console) -> list[Text]:
    """Return weight images (units, rows, columns), from -1 to 1, as lines: as many images as fit."""
    small = _halved(images) if images.shape[2] > 14 else images
    across = max(1, (console.width + GAP) // (small.shape[2] + GAP))
    lines: list[Text] = []
    for start in range(0, min(len(small), across * ROWS), across):
        blocks = [_draw_one(image, console) for image in small[start : start + across]]
        lines += [Text(), *(Text(" " * GAP).join(parts) for parts in zip(*blocks, strict=True))]
    return lines


def legend(console: Console) -> str:
    """Return what the colours or characters mean."""
    return "red: positive, blue: negative" if has_colours(console) else "# and +: positive, = and -: negative"


def _halved(images: Floats) -> Floats:
    """Return the images at half their height and width, scaled again so that the largest weight is 1 or -1."""
    units, rows, columns = images.shape
    even = images[:, : rows // 2 * 2, : columns // 2 * 2]
    return scaled(even.reshape(units, rows // 2, 2, columns // 2, 2).mean(axis=(2, 4)))


def _draw_one(image: Floats, console: Console) -> list[Text]:
    """Return an image as lines; each holds two rows of weights, since a character is twice as high as wide."""
    even = np.pad(image, ((0, len(image) % 2), (0, 0)))
    if has_colours(console):
        return draw_image(colours(even), console)
    means = (even[0::2] + even[1::2]) / 2
    places = 2 + (means > 0.15) + (means > 0.45) - (means < -0.15) - (means < -0.45)
    return [Text("".join(CHARACTERS[place] for place in row)) for row in places.tolist()]
