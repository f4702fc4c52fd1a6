"""The steps from a picture to its reading, drawn as images: what `hwr predict --explain` writes.

Each step is drawn from the result of the function that the recognizer calls for it.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.pictures.decoding import decode
from handwriting.reading.boxes import with_boxes
from handwriting.reading.result import Reading
from handwriting.segmentation.graph import Graph
from handwriting.segmentation.page import find_page
from handwriting.system.storage import replacing

CUT_COLOUR = (0.9, 0.1, 0.1)
"""Red, green and blue of the cuts, 0 to 1."""


def steps(source: Path | bytes, reading: Reading) -> Iterator[tuple[str, Floats]]:
    """Yield the name of each step from the file to `reading`, and its picture, from 0 to 1.

    A picture is grey, (height, width), or in colour, (height, width, 3). Raises `PictureError` if the file can't be
    decoded.
    """
    picture = decode(source)
    yield "1-grey", picture.grey
    page = find_page(picture.grey, reading.invert)
    if page is None:
        return
    yield "2-ink", 1 - page.ink.amount
    yield "3-without-rules", 1 - page.written[0].amount
    for number, graph in enumerate(page.graphs(), 1):
        yield f"4-line-{number}-with-cuts", _with_cuts(graph)
    yield "5-reading", with_boxes(picture.grey, reading, picture.scale)
    if reading.digits:
        yield "6-digits", np.hstack([digit.image for digit in reading.digits]) / np.float32(255)


def write(folder: Path, source: Path | bytes, reading: Reading) -> None:
    """Write the steps as PNG files into `folder`, which is created; nothing if the picture can't be decoded.

    Raises `HandwritingError` if the folder can't be written to.
    """
    from PIL import Image

    with suppress(PictureError):  # the reading tells why
        for name, shown in steps(source, reading):
            pixels = (shown * 255).round().clip(0, 255).astype(np.uint8)
            with replacing(folder / f"{name}.png") as file:
                Image.fromarray(pixels).convert("RGB").save(file, "PNG")


def _with_cuts(graph: Graph) -> Floats:
    """Return a line in colour, dark on light, with its cuts."""
    shown = np.stack([1 - graph.line.amount] * 3, axis=-1)
    shown[np.arange(len(shown)), graph.cuts.clip(0, shown.shape[1] - 1)] = CUT_COLOUR
    return shown
