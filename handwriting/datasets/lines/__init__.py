"""Candidates for digits, as they are cut out of lines that are drawn: whole digits, parts of them, several at once.

A recognizer asks its network about every candidate of a segmentation graph. Trained on them, the network knows digits
as the segmentation finds them, and what is none (Y. LeCun et al., "Gradient-based learning applied to document
recognition", 1998, section V).

    digits of MNIST's training set and of `strokes` -> a line in one hand -> a picture of it -> its candidates

In: a seed. Out: images (n, 28, 28), prepared as any picture's, and what they are, which the drawing knows.

kinds.py    what a line may be like: tight, joined, ruled, faint, ...
glyphs.py   the digits and signs to write with; continental.toml holds pen paths of some
hand.py     one hand: the style of all characters of a line
canvas.py   ink, and whose it is
writing.py  characters beside each other on a canvas
paper.py    a written line becomes a picture
labels.py   what each candidate of a line is
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from handwriting.datasets.drawn import Drawn
from handwriting.datasets.lines.glyphs import SIGN, Glyphs, glyphs_of
from handwriting.datasets.lines.kinds import random_kinds
from handwriting.datasets.lines.labels import labelled
from handwriting.datasets.lines.paper import on_paper
from handwriting.datasets.lines.writing import write_line
from handwriting.datasets.mnist import Mnist
from handwriting.errors import PictureError
from handwriting.interfaces import NON_DIGIT, Floats, Labels, Notice, Progress
from handwriting.pictures.ink import find_ink
from handwriting.pictures.preparation import normalize
from handwriting.segmentation.graph import Candidate
from handwriting.segmentation.page import Page

LIGHT_ON_DARK = 0.2
"""Fraction of the lines whose ink is lighter than their background."""
SPARE = 2
"""Non-digits of a line that are kept beyond one for each digit; the graph of a line holds many more."""


@dataclass(frozen=True)
class Candidates(Drawn):
    """Candidates of lines drawn from a `seed`, to be trained on beside digits: --dataset mnist+candidates."""

    train_count: int = 80_000
    name: ClassVar[str] = "candidates"
    folders: ClassVar[tuple[str, ...]] = (
        "datasets/strokes", "datasets/non_digits", "datasets/lines", "pictures", "segmentation",
    )  # fmt: skip
    class_names: ClassVar[tuple[str, ...]] = (*"0123456789", NON_DIGIT)
    chunk_size: ClassVar[int] = 400

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Draw the images, unless they are intact in `folder`, with digits of MNIST, which is prepared beside it."""
        if not self.is_prepared(folder):
            yield from Mnist().prepare(_mnist_beside(folder))
            yield from super().prepare(folder)

    def material(self, folder: Path) -> Glyphs:
        """Return what lines are written with: the digits of MNIST's training set that lie beside `folder`, and more."""
        return glyphs_of(Mnist().load(_mnist_beside(folder)).train)

    @staticmethod
    def draw_chunk(rng: np.random.Generator, material: Glyphs) -> tuple[Floats, Labels]:
        """Draw lines until they have enough candidates, and take these in random order."""
        found: list[tuple[Candidate, int]] = []
        while len(found) < Candidates.chunk_size:
            found += _candidates_of_a_line(material, rng)
        chosen = rng.permutation(len(found))[: Candidates.chunk_size]
        images = np.array([normalize(found[i][0].amount) for i in chosen])
        return images / np.float32(255), np.array([found[i][1] for i in chosen], np.uint8)


def _candidates_of_a_line(glyphs: Glyphs, rng: np.random.Generator) -> list[tuple[Candidate, int]]:
    """Draw a line, and return its digits and about as many non-digits, each with its label."""
    kinds = random_kinds(rng)
    line = write_line(glyphs, kinds, rng)
    grey = on_paper(line, kinds, rng)
    is_light = rng.random() < LIGHT_ON_DARK
    ink = find_ink(1 - grey, "yes") if is_light else find_ink(grey, "no")
    if ink is None:  # too faint
        return []
    try:
        graphs = Page(ink).graphs()
    except PictureError:  # grains that look like very small digits
        return []
    found = [pair for graph in graphs for pair in labelled(graph, line.canvas.owner, line.digits)]
    digits = [pair for pair in found if pair[1] != SIGN]
    others = [pair for pair in found if pair[1] == SIGN]
    return digits + [others[i] for i in rng.permutation(len(others))[: len(digits) + SPARE]]


def _mnist_beside(folder: Path) -> Path:
    return folder.parent / "mnist"
