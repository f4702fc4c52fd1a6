"""A page: the ink of a picture, and the segmentation graph of each line of text in it."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from handwriting.errors import PictureError
from handwriting.interfaces import Floats
from handwriting.pictures.ink import Ink, Invert, find_ink
from handwriting.segmentation.components import Components, find_components
from handwriting.segmentation.graph import Graph, build_graph
from handwriting.segmentation.layout import find_text_lines
from handwriting.segmentation.levelling import TOO_MUCH, level_line
from handwriting.segmentation.rules import without_rules
from handwriting.segmentation.slivers import without_slivers

MAX_LINES = 60
"""Most lines in a picture; a texture has more."""
MAX_PIXELS = 6_000_000
"""Most pixels of all level lines; a line of twenty digits has 40,000."""
MAX_CANDIDATES = 3000
"""Most candidates for digits, each of which the network classifies; a digit that touches others is in about ten."""
NEAR, NEAR_IN_HEIGHTS = 0.5, 0.2
"""Largest gap within a digit whose parts do not touch, in stroke widths and in digit heights: of blots, strokes seem to
be very wide. The gaps between the segments of a display are that small."""
SMALL, SMALLEST = 16, 4
"""Heights in pixels between which digits are small and need twice the resolution; specks are smaller."""


@dataclass(frozen=True)
class Page:
    """The `ink` of a picture, and what is found in it."""

    ink: Ink

    @cached_property
    def written(self) -> tuple[Ink, Components]:
        """The ink without slivers at its sides, ruled lines, base lines and frames, and its components."""
        components = find_components(self.ink.amount)
        inside = without_slivers(self.ink.amount, components)
        if inside is not self.ink.amount:
            components = find_components(inside)
        amount = without_rules(inside, components.typical_height, components.typical_stroke_width)
        if np.array_equal(amount, self.ink.amount):
            return self.ink, components
        return replace(self.ink, amount=amount), find_components(amount)

    def graphs(self) -> list[Graph]:
        """Return the segmentation graph of each line of text, from top to bottom.

        Raises `PictureError` if there is more ink than in a page of digits.
        """
        ink, components = self.written
        gap = min(NEAR * components.typical_stroke_width, NEAR_IN_HEIGHTS * components.typical_height)
        components = find_components(ink.amount, round(gap / 2))
        text_lines = find_text_lines(components)
        _check(len(text_lines), MAX_LINES)
        graphs: list[Graph] = []
        pixels = candidates = 0
        for text_line in text_lines:
            line = level_line(ink, components, text_line)
            pixels += line.amount.size
            _check(pixels, MAX_PIXELS)
            if len(line_components := find_components(line.amount)):
                graphs.append(build_graph(line, line_components.typical_stroke_width))
                candidates += len(graphs[-1].candidates)
                _check(candidates, MAX_CANDIDATES)
        return graphs


def find_page(grey: Floats, invert: Invert = "auto") -> Page | None:
    """Return the page in `grey` (height, width), from 0 dark to 1 light, or None if there is no ink.

    If the digits are small, as on a page of many lines, its ink has twice the usual resolution.
    """
    ink = find_ink(grey, invert)
    if ink is None:
        return None
    page = Page(ink)
    if ink.scale > 1 and SMALLEST <= page.written[1].typical_height < SMALL:
        larger = find_ink(grey, invert, resolution=2)
        return Page(larger) if larger else page
    return page


def _check(number: int, most: int) -> None:
    if number > most:
        raise PictureError(TOO_MUCH)
