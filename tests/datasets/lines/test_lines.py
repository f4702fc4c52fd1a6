"""Lines that are drawn, and what their candidates are said to be."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from handwriting.datasets.lines import Candidates
from handwriting.datasets.lines.canvas import OTHER, SHARED, Canvas
from handwriting.datasets.lines.glyphs import SIGN, Glyphs, glyphs_of
from handwriting.datasets.lines.kinds import FRACTIONS, KINDS, Kind, random_kinds
from handwriting.datasets.lines.labels import labelled
from handwriting.datasets.lines.paper import on_paper
from handwriting.datasets.lines.writing import Line, write_line
from handwriting.interfaces import NON_DIGIT
from handwriting.models.opening import open_model
from handwriting.pictures.ink import find_ink
from handwriting.pictures.preparation import normalize
from handwriting.segmentation.graph import Candidate
from handwriting.segmentation.page import Page
from handwriting.testing import check_dataset
from tests.helpers.drawn_digits import draw
from tests.helpers.hwr import Hwr


@cache
def glyphs() -> Glyphs:
    return glyphs_of(draw(2000, 5))


def candidates_of(line: Line, rng: np.random.Generator, *kinds: Kind) -> list[tuple[Candidate, int]]:
    ink = find_ink(on_paper(line, set(kinds), rng), "no")
    graphs = Page(ink).graphs() if ink else []
    return [pair for graph in graphs for pair in labelled(graph, line.canvas.owner, line.digits)]


def test_each_digit_of_a_plain_line_is_a_candidate() -> None:
    rng = np.random.default_rng(0)
    found = expected = 0
    for _ in range(20):
        line = write_line(glyphs(), set(), rng)
        pairs = candidates_of(line, rng)
        labels = [label for _, label in sorted(pairs, key=lambda pair: pair[0].left) if label != SIGN]
        expected += len(line.digits)
        found += len(line.digits) if labels == line.digits.tolist() else 0
    assert found > 0.7 * expected


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_knows_digits_agrees_with_the_labels(kind: Kind) -> None:
    rng = np.random.default_rng(1)
    images, labels = [], []
    for _ in range(30):
        for candidate, label in candidates_of(write_line(glyphs(), {kind}, rng), rng, kind):
            images.append(normalize(candidate.amount))
            labels.append(label)
    said = open_model("bundled").confidences(np.array(images)).argmax(axis=1)
    is_digit = np.array(labels) != SIGN
    assert SIGN in labels
    if kind == "word":
        assert not is_digit.any()
    else:
        assert is_digit.sum() > 40
        assert (said == labels)[is_digit].mean() > (0.6 if kind in ("grainy", "faint") else 0.85)


def test_signs_and_marks_belong_to_no_digit() -> None:
    rng = np.random.default_rng(2)
    line = write_line(glyphs(), {"word"}, rng)
    assert not len(line.digits)
    assert set(np.unique(line.canvas.owner)) == {0, OTHER}


def test_ink_beyond_the_canvas_is_lost_and_that_of_two_digits_is_shared() -> None:
    canvas = Canvas.blank(4, 5)
    canvas.add(np.full((3, 3), 0.5, np.float32), 1, -1, -1)
    canvas.add(np.full((2, 9), 0.9, np.float32), 2, 1, 1)
    canvas.add(np.full((2, 2), 0.2, np.float32), 3, 3, 0)
    canvas.add(np.ones((2, 2), np.float32), 4, -7, 9)
    assert canvas.owner.tolist() == [[1, 1, 0, 0, 0], [1, SHARED, 2, 2, 2], [0, 2, 2, 2, 2], [0, 0, 0, 0, 0]]
    assert np.allclose(canvas.ink[1], [0.5, 0.9, 0.9, 0.9, 0.9])


def test_lines_are_of_every_kind_about_as_often_as_said() -> None:
    rng = np.random.default_rng(3)
    drawn = [random_kinds(rng) for _ in range(2000)]
    for kind in KINDS:
        assert np.mean([kind in kinds for kinds in drawn]) == pytest.approx(FRACTIONS[kind], abs=0.04)


def test_a_chunk_follows_from_its_seed_and_holds_every_class() -> None:
    one, again, other = (next(Candidates.draw(400, seed, material=glyphs())) for seed in (1, 1, 2))
    assert np.array_equal(one.images, again.images)
    assert not np.array_equal(one.images, other.images)
    assert set(one.labels) == set(range(len(Candidates.class_names)))
    assert Candidates.class_names[SIGN] == NON_DIGIT
    assert one.images.max(axis=(1, 2)).min() > 200


def test_they_are_drawn_once_with_the_digits_of_mnist(hwr: Hwr, mnist_folder: Path) -> None:
    hwr("download", "--from", mnist_folder)
    folder = hwr.data / "datasets" / "candidates"
    small = Candidates(train_count=60, test_count=20)
    check_dataset(small, folder)
    assert list(small.prepare(folder)) == []
    assert len(small.load(folder).train) == 60
