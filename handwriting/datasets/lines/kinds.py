"""What a line of digits may be like: each kind makes it harder to read in its own way."""

from typing import Literal, TypeAlias, get_args

import numpy as np

Kind: TypeAlias = Literal[
    "word", "sign", "money", "marks", "tight", "joined", "small-zeros", "steep",
    "ruled", "boxed", "edges", "pattern", "grainy", "faint",
]  # fmt: skip
"""A line of signs alone; a sign beside the digits; zeros at the end; points, commas or dashes between digits; digits
that nearly touch; digits that the pen joins; zeros smaller than other digits; a rising or falling line; a line
to write on; a side of a box; the edge of other writing; patterned paper; rough paper; strokes that fade."""

FRACTIONS: dict[Kind, float] = {
    "word": 0.08, "sign": 0.12, "money": 0.25, "marks": 0.35, "tight": 0.5, "joined": 0.4, "small-zeros": 0.25,
    "steep": 0.15, "ruled": 0.3, "boxed": 0.12, "edges": 0.1, "pattern": 0.3, "grainy": 0.08, "faint": 0.15,
}  # fmt: skip
"""Fraction of the lines that are of each kind; a line is of several."""

KINDS: tuple[Kind, ...] = get_args(Kind)


def random_kinds(rng: np.random.Generator) -> frozenset[Kind]:
    """Draw the kinds of a line."""
    chosen = rng.random(len(KINDS)) < [FRACTIONS[kind] for kind in KINDS]
    return frozenset(kind for kind, is_chosen in zip(KINDS, chosen, strict=True) if is_chosen)
