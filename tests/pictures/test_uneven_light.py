"""Numbers are read in shadows with an edge and in reflections of a lamp."""

import numpy as np
import pytest

from handwriting.interfaces import Floats
from tests.helpers.handwritten_numbers import TEXT, file_of, number, reader


def _read(ink: Floats, light: Floats, glare: Floats | float = 0.0) -> str | None:
    """Return what is read where paper and ink have this much light, and a reflection covers this much of them."""
    levels = (235 - 200 * ink) * light
    levels = levels + (255 - levels) * glare + np.random.default_rng(3).normal(0, 2, ink.shape)
    text: str | None = reader().read(file_of(np.zeros_like(ink), paper=levels)).text
    return text


def _shadow(ink: Floats, slope: float, middle: float, side: int) -> Floats:
    """Return the light where a shadow lies right (side 1) or left (-1) of an edge that is some pixels wide."""
    rows, columns = np.indices(ink.shape)
    distance = columns - middle * ink.shape[1] + slope * (rows - ink.shape[0] / 2)
    return 1 - 0.55 / (1 + np.exp(-side * distance / 4))


@pytest.mark.parametrize("middle", [0.35, 0.5, 0.65, 0.8])
@pytest.mark.parametrize(("text", "slope", "side"), [("5093", 1, 1), ("5093", 1, -1), ("8246", 1, -1), (TEXT, -1, -1)])
def test_the_edge_of_a_shadow_crosses_a_number(text: str, slope: float, side: int, middle: float) -> None:
    ink = number(text, margin=50)
    assert _read(ink, _shadow(ink, slope, middle, side)) == text


@pytest.mark.parametrize("place", [0.2, 0.45, 0.7])
def test_a_lamp_is_reflected_beside_and_on_strokes(place: float) -> None:
    ink = number(TEXT, margin=50)
    rows, columns = np.indices(ink.shape)
    distance = np.hypot(columns - place * ink.shape[1], rows - 0.4 * ink.shape[0])
    light = 0.75 - 0.2 * columns / ink.shape[1]
    assert _read(ink, light, glare=0.7 * np.exp(-((distance / 50) ** 2) / 2)) == TEXT
