"""How a picture came to be read, step by step, as pictures: what `hwr predict --explain` writes.

In the data flow: predict -> **explanation** -> command line. The steps are those that the recogniser takes, each shown
by the function that takes it, so what is seen here is what happens there.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Floats, Images
from handwriting.pictures.decoding import decode
from handwriting.pictures.ink import find_ink
from handwriting.reading.graph import Graph
from handwriting.reading.lines import find_graphs, without_rules_in
from handwriting.reading.recognizer import Reading, Recognizer
from handwriting.system.storage import replacing

CUT = (0.9, 0.1, 0.1)
"""The colour of a place where a line may be cut, red, green and blue from 0 to 1 ..."""
BOX = (0.1, 0.6, 0.1)
"""... and that of the box around a digit that was read."""


def stages(source: Path | bytes, reading: Reading, recognizer: Recognizer) -> Iterator[tuple[str, Images]]:
    """Yield the name and picture, uint8 (height, width, 3), of each step from the file to `reading`.

    Raises `PictureError` where the file can't be decoded.
    """
    picture = decode(source)
    yield "1-grey", _pixels(_coloured(picture.grey))
    ink = find_ink(picture.grey, recognizer.invert)
    if ink is None:
        return
    yield "2-ink", _pixels(_coloured(1 - ink.amount))
    yield "3-without-rules", _pixels(_coloured(1 - without_rules_in(ink)[0].amount))
    for number, graph in enumerate(find_graphs(ink), 1):
        yield f"4-line-{number}-with-cuts", _pixels(_with_cuts(graph))
    yield "5-reading", _pixels(with_boxes(picture.grey, [digit.box for digit in reading.digits], picture.scale))
    if reading.digits:
        yield "6-digits", _pixels(_coloured(np.hstack([digit.image for digit in reading.digits]) / np.float32(255)))


def write(folder: Path, source: Path | bytes, reading: Reading, recognizer: Recognizer) -> None:
    """Write the stages as PNG files into `folder`, which is made; nothing where the picture can't be decoded.

    Raises `HandwritingError` where the folder can't be written to.
    """
    from PIL import Image

    try:
        for name, pixels in stages(source, reading, recognizer):
            with replacing(folder / f"{name}.png") as file:
                Image.fromarray(pixels).save(file, "PNG")
    except PictureError:  # the reading says so already
        return


def with_boxes(grey: Floats, boxes: Sequence[tuple[int, int, int, int]], scale: float) -> Floats:
    """Return the picture in colours (height, width, 3), each box drawn around what it holds.

    `boxes` are x, y, width and height, `scale` times as large as they are in `grey` (height, width).
    """
    shown = _coloured(grey)
    limits = np.array(grey.shape[::-1]) - 1
    for box in boxes:
        x, y, width, height = (length / scale for length in box)
        left, top = np.clip(np.floor((x - 1, y - 1)), 0, limits).astype(int)
        right, bottom = np.clip(np.ceil((x + width, y + height)), 0, limits).astype(int)
        shown[[top, bottom], left : right + 1] = BOX
        shown[top : bottom + 1, [left, right]] = BOX
    return shown


def _with_cuts(graph: Graph) -> Floats:
    """Return a line, dark on light, with the seams along which it may be cut."""
    shown = _coloured(1 - graph.line.amount)
    columns = (graph.seams.columns - 1).clip(0, shown.shape[1] - 1)  # (cuts, height)
    shown[np.arange(len(shown)), columns] = CUT
    return shown


def _coloured(grey: Floats) -> Floats:
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


def _pixels(shown: Floats) -> Images:
    return (shown * 255).round().clip(0, 255).astype(np.uint8)
