"""Writes pictures of drawn lines and of words, in a process whose memory may grow."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from handwriting.datasets.idx import read_idx
from handwriting.datasets.lines.glyphs import glyphs_of
from handwriting.datasets.lines.kinds import KINDS, Kind
from handwriting.datasets.lines.paper import on_paper
from handwriting.datasets.lines.writing import write_line
from handwriting.interfaces import Examples
from handwriting.pictures.resampling import resize

PLAIN, DESK, PRINTED = "plain", "desk", "printed-word"
WORDS = (
    "total", "amount", "paper", "house", "water", "yellow", "window", "kitchen", "morning", "please", "report",
    "number", "thank", "young", "after", "before", "little", "garden", "friend", "school", "letter", "monday",
    "winter", "summer", "people", "almost", "always", "basket", "candle", "doctor", "engine", "family", "ground",
    "happy", "island", "jacket", "kettle", "ladder", "market", "napkin", "office", "pencil", "quarter", "rabbit",
    "saddle", "tablet", "umbrella", "valley", "wallet", "yesterday", "zebra", "apple", "bread", "chair", "dance",
    "earth", "field", "grape", "hotel", "ink", "jelly", "knife", "lemon", "mouse", "night", "ocean", "piano",
    "queen", "river", "stone", "table", "uncle", "voice", "whale", "yard", "account", "bank", "cheque", "date",
    "euro", "form", "grand", "hour", "invoice", "june", "kilo", "list", "mark", "note", "order", "page",
    "quality", "receipt", "sum", "tax", "unit", "value", "week", "year", "zero",
)  # fmt: skip
ENLARGED = 4
"""Factor on the size of a sheet on a desk."""
DESK_LEVELS, DESK_MARGINS = (0.05, 0.35), (0.15, 0.6)
"""Ranges of the grey level of a desk, 0 to 1, and of its width on each side of a sheet, in heights of the sheet."""


class LineWriter:
    """Draws lines in the digits of MNIST's test set, whose files are in a folder."""

    def __init__(self, mnist: str) -> None:
        names = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
        self.glyphs = glyphs_of(Examples(*(read_idx(Path(mnist) / name) for name in names)))

    def lines(self, folder: str, count: int) -> None:
        """Write `count` pictures of each kind as PNG files, named by kind, number, and what they say."""
        rng = np.random.default_rng(7)
        Path(folder).mkdir()
        for kind in (PLAIN, *KINDS, DESK):
            kinds: set[Kind] = {known for known in KINDS if known == kind}
            for number in range(count):
                line = write_line(self.glyphs, kinds, rng)
                grey = on_paper(line, kinds, rng)
                text = "".join(map(str, line.digits))
                _save(_on_desk(grey, rng) if kind == DESK else grey, Path(folder) / f"{kind}_{number:03d}_{text}.png")
        for number in range(count):
            _save(_printed_word(rng), Path(folder) / f"{PRINTED}_{number:03d}_.png")


def _on_desk(sheet: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a sheet (height, width) on a dark desk, as large as a photograph shows them."""
    sheet = resize(sheet, ENLARGED * sheet.shape[0], ENLARGED * sheet.shape[1], "bicubic").clip(0, 1)
    margins = np.rint(len(sheet) * rng.uniform(*DESK_MARGINS, (2, 2))).astype(int)
    level = rng.uniform(*DESK_LEVELS)
    desk = np.pad(sheet, margins, constant_values=level)
    return (desk + rng.normal(0, 0.01, desk.shape)).astype(np.float32)


def _printed_word(rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a word (height, width), in small letters, capitals or with one, printed in dark ink on light paper."""
    word = WORDS[rng.integers(len(WORDS))]
    word = (word, word.capitalize(), word.upper())[rng.integers(3)]
    size = int(rng.integers(20, 120))
    page = Image.new("L", (size * len(word) + size, 2 * size), 235)
    font = ImageFont.load_default(size=size)
    ImageDraw.Draw(page).text((size // 2, size // 3), word, font=font, fill=int(rng.integers(0, 120)))
    return np.asarray(page, np.float32) / np.float32(255)


def _save(grey: NDArray[np.float32], path: Path) -> None:
    Image.fromarray((grey.clip(0, 1) * 255).round().astype(np.uint8)).save(path)
