"""The constant matrices of Winograd's convolution, for any number of outputs: the algorithm of Toom and Cook.

To multiply two polynomials, evaluate both at enough points, multiply the values, and interpolate the product. As its
coefficients are a convolution of theirs, a convolution takes one multiplication for each point: for n outputs of a
kernel of r, n + r - 1 points, of which one is infinity (there, the value is the leading coefficient). Winograd's
algorithm is the transpose of this one (Blahut, "Fast algorithms for signal processing", 2010, chapter 5). With p_i the
finite points, and a last row (column) for infinity:

    A    row i is 1, p_i, p_i^2, ... (n numbers)                                                  the last: 0, ..., 0, 1
    G    row i is 1, p_i, p_i^2, ... (r numbers), divided by the product of p_i - p_k, k != i     the last: 0, ..., 0, 1
    B    column i has the coefficients of the polynomial whose roots are p_k, k != i              the last: all p_k
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import prod

import numpy as np

from handwriting.interfaces import Floats

POINTS = [Fraction(point) for point in ("0", "1", "-1", "1/2", "-2", "2", "-1/2")]
"""The first ones are taken; small numbers and their reciprocals, as rounding errors grow with the powers of points."""


@dataclass(frozen=True)
class Matrices:
    """A (tile, outputs), B (tile, tile) and G (tile, kernel), where tile = outputs + kernel - 1."""

    a: Floats
    b: Floats
    g: Floats


@cache
def matrices(outputs: int, kernel: int, dtype: np.dtype[np.floating]) -> Matrices:
    """Return the matrices for that many outputs of a kernel; raises `ValueError` where there are not enough points."""
    if outputs + kernel - 2 > len(POINTS):
        raise ValueError(f"outputs and kernel may be at most {len(POINTS) + 2} together, got {outputs} and {kernel}")
    points = POINTS[: outputs + kernel - 2]
    others = [[other for other in points if other != point] for point in points]
    divisors = [prod(point - other for other in rest) for point, rest in zip(points, others, strict=True)]
    powers = [[point**power for power in range(max(outputs, kernel))] for point in points]
    a = [row[:outputs] for row in powers]
    g = [[power / divisor for power in row[:kernel]] for row, divisor in zip(powers, divisors, strict=True)]
    b = [[*_coefficients(rest), Fraction(0)] for rest in others] + [_coefficients(points)]
    a.append([Fraction(0)] * (outputs - 1) + [Fraction(1)])
    g.append([Fraction(0)] * (kernel - 1) + [Fraction(1)])
    return Matrices(*(np.array(rows, np.float64).astype(dtype) for rows in (a, list(zip(*b, strict=True)), g)))


def _coefficients(roots: Sequence[Fraction]) -> list[Fraction]:
    """Return the coefficients of the product of x - root over all roots, the constant first."""
    coefficients = [Fraction(1)]
    for root in roots:
        times_x, times_root = [Fraction(0), *coefficients], [*coefficients, Fraction(0)]
        coefficients = [high - root * low for high, low in zip(times_x, times_root, strict=True)]
    return coefficients
