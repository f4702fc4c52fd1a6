"""Digits that touch along some height are cut between the valleys above and below their joint."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handwriting.interfaces import Floats
from handwriting.segmentation.cuts import find_cuts
from handwriting.segmentation.valleys import valley_cuts

PEN = 6


def rings(distance: int) -> tuple[Floats, Floats]:
    """Return two rings beside each other, 48 pixels high: the ink (height, width) of each."""
    pictures = []
    for left in (4, 4 + distance):
        picture = Image.new("L", (100, 56))
        ImageDraw.Draw(picture).ellipse((left, 4, left + 40, 52), outline=255, width=PEN)
        pictures.append(np.asarray(picture, np.float32) / 255)
    return pictures[0], pictures[1]


@pytest.mark.parametrize("distance", [36, 37, 38])
def test_rings_whose_sides_merge_are_cut_in_the_middle_of_their_joint(distance: int) -> None:
    one, other = rings(distance)
    assert (one * other).sum(axis=0).max() >= 2 * PEN, "their joint is lower than two strokes"
    cuts, _ = find_cuts(np.maximum(one, other), 4.5 * PEN, 0.9 * PEN**2)
    on_left = np.arange(one.shape[1]) < cuts[:, :, None]
    own, foreign = ((on_left * ink).sum(axis=(1, 2)) / ink.sum() for ink in (one, other))
    assert (own - foreign).max() >= 0.85


def test_a_line_between_valleys_crosses_ink_between_them_only() -> None:
    ink = np.maximum(*rings(37))
    cuts, crossed = valley_cuts(ink)
    along = ink[np.arange(len(ink)), cuts]
    assert len(cuts) == 1
    assert np.diff(np.flatnonzero(along[0] >= 0.5)).max() == 1, "it leaves the ink and enters it again"
    assert crossed[0] == pytest.approx(along[0].sum())


def test_a_texture_has_no_valleys_to_cut_between() -> None:
    noise = np.pad(np.random.default_rng(0).random((100, 4000)) < 0.3, ((0, 0), (1, 1))).astype(np.float32)
    cuts, crossed = valley_cuts(noise)
    assert cuts.shape == (0, 100)
    assert not len(crossed)


def test_a_rough_edge_has_no_valleys() -> None:
    ink = np.zeros((40, 60), np.float32)
    ink[10:30, 5:55] = 1
    ink[[9, 30], 6:54:3] = 1
    assert not len(valley_cuts(ink)[1])
