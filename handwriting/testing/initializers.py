"""The contract of initializers as tests, on the shapes of dense and convolutional weights."""

import numpy as np

from handwriting.interfaces import Floats, Initializer, Shape
from handwriting.testing.findings import Test, attributes, check, expect, expect_nothing_stored
from handwriting.testing.side_effects import nothing_shared_is_changed

WEIGHTS: tuple[tuple[Shape, tuple[int, int]], ...] = (((30, 20), (30, 20)), ((3, 3, 4, 8), (36, 72)))
"""Shapes and fans: of a dense layer, and of a convolution (rows, columns, channels in, channels out)."""


def check_initializer(initializer: Initializer) -> None:
    """Raise `AssertionError` if an initializer violates the contract."""
    check(initializer_tests(initializer))


def initializer_tests(initializer: Initializer) -> dict[str, Test]:
    """Return all tests of an initializer by name."""
    before = attributes(initializer)
    return {
        "shape and dtype": lambda: "; ".join(_shape_and_dtype(initializer, *weights) for weights in WEIGHTS),
        "drawn from rng": lambda: _drawn_from_rng(initializer),
        "nothing on self": lambda: _nothing_on_self(initializer, before),
    }


def quick_tests(initializer: Initializer, shape: Shape, fans: tuple[int, int]) -> dict[str, Test]:
    """Return the tests that an initializer must pass before it is used for a parameter."""
    return {"shape and dtype": lambda: _shape_and_dtype(initializer, shape, fans)}


def _shape_and_dtype(initializer: Initializer, shape: Shape, fans: tuple[int, int]) -> str:
    """Values are finite float32 numbers of the shape that is asked for."""
    values = initializer.values(shape, fans, np.random.default_rng(0))
    expect(isinstance(values, np.ndarray), "the values are no array")
    expect(values.shape == shape, f"the values have the shape {values.shape} instead of {shape}")
    expect(values.dtype == np.float32, f"the values are {values.dtype} instead of float32")
    expect(np.isfinite(values).all(), "a value is infinite or NaN")
    return f"{'x'.join(map(str, shape))}: standard deviation {values.std():.2g}"


def _drawn_from_rng(initializer: Initializer) -> str:
    """The same state of `rng` gives the same values, and global random numbers are left alone."""
    with nothing_shared_is_changed():
        expect(np.array_equal(_values(initializer), _values(initializer)), "the same `rng` gives other values")
    return "equal"


def _nothing_on_self(initializer: Initializer, before: dict[str, object]) -> str:
    """Calls store nothing on `self`."""
    _values(initializer)
    expect_nothing_stored(initializer, before)
    return "nothing"


def _values(initializer: Initializer) -> Floats:
    shape, fans = WEIGHTS[0]
    return initializer.values(shape, fans, np.random.default_rng(1))
