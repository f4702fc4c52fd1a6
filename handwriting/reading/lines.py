"""Reads lines of digits: classifies the candidates of their segmentation graphs, and takes the best paths.

Lines come upright. Where that leaves a line doubtful, it is read with its slant, too, and the more confident reading is
taken: under the shear that makes a 1 upright, round zeros may lean over their neighbours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handwriting.interfaces import Floats, Images
from handwriting.models.model_file import Model
from handwriting.pictures.preparation import IMAGE_SIDE, normalize
from handwriting.pictures.stroke_width import STROKE
from handwriting.reading.best_path import best_segmentation
from handwriting.reading.brackets import find_brackets
from handwriting.reading.marks import TALL, Box, Mark, candidate_box, find_marks
from handwriting.reading.percent_signs import with_percent_signs
from handwriting.reading.words import without_words
from handwriting.segmentation.graph import Graph, slanted

MIN_SPACE = 1.2
"""Least width of a gap that is a space between groups of digits, in digit heights."""
MIN_SPACE_RATIO = 2.5
"""Least width of a space, as a multiple of the line's median gap."""
DOUBTFUL = 0.8
"""Confidence below which a line is read with its slant, too."""
SLANTS = (0.5, 1.0)
"""Fractions of its slant with which it is read then."""
GAIN = 1.2
"""Least factor by which the confidence must be higher then: of several readings of a word, one is high by chance."""
CALIBRATION = 0.3
"""Exponent that turns the probability of a line into a confidence: the mistakes in a line do not happen independently.

It was fitted to drawn lines, by maximum likelihood of whether their readings are exact."""


@dataclass(frozen=True)
class FoundDigit:
    """A digit: what the network saw, uint8 (28, 28), its confidence in each class, (classes,), and its place.

    `confidence` is the highest in a digit; `box` is x, y, width and height in pixels of the grey picture; `after_space`
    says whether a space precedes it.
    """

    image: Images
    confidences: Floats
    confidence: float
    box: Box
    after_space: bool = False


@dataclass(frozen=True)
class FoundLine:
    """A line of digits, and the probability of its segmentation among all possible ones.

    `skipped` is the fraction of its ink, 0 to 1, that is as tall as digits and was skipped; `marks` are all that was.
    `calibration` is 1 for a digit that was read alone, without a segmentation.
    """

    digits: list[FoundDigit]
    segmentation_probability: float = 1.0
    skipped: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    calibration: float = 1.0

    @property
    def probability(self) -> float:
        """The probability that its digits are segmented and read correctly."""
        return self.segmentation_probability * math.prod(digit.confidence for digit in self.digits)

    @property
    def confidence(self) -> float:
        """The calibrated probability that this is so, and that no digits are among the marks."""
        complete = math.prod(1 - mark.unread for mark in self.marks)
        return float((self.probability * complete) ** self.calibration)


def digit_classes(model: Model) -> list[int]:
    """Return the positions of the classes that are not `NON_DIGIT`."""
    return [position for position in range(len(model.class_names)) if position != model.non_digit]


def read_graphs(graphs: Sequence[Graph], model: Model, scale: float) -> list[FoundLine]:
    """Return the best reading of each line that has a digit; a pixel of ink is `scale` pixels of the grey picture."""
    readings = _read(graphs, model, scale)
    for slant in SLANTS:
        doubtful = [n for n, line in enumerate(readings) if graphs[n].line.as_written and _is_doubtful(line)]
        again = _read([slanted(graphs[n], slant) for n in doubtful], model, scale)
        for n, line in zip(doubtful, again, strict=True):
            if line.digits and line.confidence > GAIN * readings[n].confidence:
                readings[n] = line
    return [line for line in readings if line.digits]


def _is_doubtful(line: FoundLine) -> bool:
    return bool(line.digits) and line.confidence < DOUBTFUL


def _read(graphs: Sequence[Graph], model: Model, scale: float) -> list[FoundLine]:
    """Return the best reading of each line; all their candidates are classified together, which is faster."""
    clear = [with_percent_signs(graph) for graph in graphs]
    candidates = [candidate for graph, _ in clear for candidate in graph.candidates]
    if not candidates:
        return [FoundLine([]) for _ in graphs]
    blank = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    images = np.array([normalize(c.amount) if c.readable else blank for c in candidates])
    confidences = model.confidences(images)
    ends = np.cumsum([len(graph.candidates) for graph, _ in clear])[:-1]
    classes = digit_classes(model)
    zero = next((column for column, name in enumerate(classes) if model.class_names[name] == "0"), None)
    return [
        _line(graph, signs, seen, said, classes, zero, scale)
        for (graph, signs), seen, said in zip(clear, np.split(images, ends), np.split(confidences, ends), strict=True)
    ]


def _line(
    graph: Graph, signs: dict[int, str], images: Images, confidences: Floats, classes: list[int], zero: int | None,
    scale: float,
) -> FoundLine:  # fmt: skip
    whole = best_segmentation(graph, confidences[:, classes], zero)
    segmentation, words = without_words(graph, confidences[:, classes], zero, whole)
    signs = signs | find_brackets(graph, segmentation.digits, segmentation.skipped)
    read, skipped = (
        [number for number in numbers if number not in signs] for numbers in (segmentation.digits, segmentation.skipped)
    )
    digits = []
    for number, after_space in zip(read, _follows_space(graph, read), strict=True):
        confidence = float(confidences[number, classes].max())
        box = candidate_box(graph, graph.candidates[number], scale)
        digits.append(FoundDigit(images[number], confidences[number], confidence, box, after_space))
    marks = find_marks(graph, read, [*skipped, *words, *signs], words, signs, scale)
    return FoundLine(digits, segmentation.probability, _skipped_fraction(graph, read, skipped), marks, CALIBRATION)


def _skipped_fraction(graph: Graph, read: Sequence[int], skipped: Sequence[int]) -> float:
    left_out, rest = _tall_ink(graph, skipped), _tall_ink(graph, read)
    return float(left_out / (left_out + rest)) if left_out else 0.0


def _tall_ink(graph: Graph, numbers: Sequence[int]) -> float:
    """Return the ink of those candidates that are about as tall as digits."""
    candidates = [graph.candidates[number] for number in numbers]
    return sum(c.amount.sum() for c in candidates if c.height >= TALL * graph.line.digit_height)


def _follows_space(graph: Graph, numbers: Sequence[int]) -> list[bool]:
    """Return for each digit whether a wide run of columns without ink, even that of a separator, precedes it."""
    digits = [graph.candidates[number] for number in numbers]
    inked = np.logical_or.reduce(graph.line.amount >= STROKE, axis=0)
    gaps = [_longest_gap(inked[one.left + one.width : other.left]) for one, other in pairwise(digits)]
    usual = sorted(gaps)[(len(gaps) - 1) // 2] if len(gaps) > 1 else 0
    least = max(MIN_SPACE * graph.line.digit_height, MIN_SPACE_RATIO * usual)
    return [False, *(gap > least for gap in gaps)][: len(digits)]


def _longest_gap(inked: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of columns without ink."""
    edges = np.flatnonzero(np.concatenate([[True], inked, [True]]))
    return int(np.diff(edges).max()) - 1
