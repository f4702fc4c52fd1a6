"""What a part returns, compared with its contract: raises `PluginError` where they differ.

Shapes and dtypes are always compared. To search the outputs of layers and their gradients for NaN would take as long as
some layers do: that is done within `numbers_checked` alone.
"""

import numbers
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from handwriting.errors import PluginError
from handwriting.interfaces import Floats, Part, Shape
from handwriting.registry.blame import plugin_of

LARGEST_NUMBER = 1e6
"""Numbers beyond occur in a training that diverges; what a part makes of them is nobody's fault."""

_numbers_are_checked: ContextVar[bool] = ContextVar("numbers_are_checked", default=False)


@contextmanager
def numbers_checked() -> Iterator[None]:
    """Within the block, guards in this thread also search the outputs of layers and their gradients for NaN."""
    token = _numbers_are_checked.set(True)
    try:
        yield
    finally:
        _numbers_are_checked.reset(token)


def check(part: Part, what: str, array: object, shape: Shape, *given: Floats) -> None:
    """Check the form of a result, which has the dtype of what it was given; and, if that is asked for, its numbers."""
    check_form(part, what, array, shape, given[0].dtype)
    if _numbers_are_checked.get():
        check_numbers(part, what, array, *given)


def check_form(part: Part, what: str, array: object, shape: Shape | None, dtype: np.dtype[Any]) -> None:
    """Check that the result of a part is an array of this shape and dtype."""
    if type(array) is not np.ndarray:  # subclasses, as masked arrays, calculate in another way
        raise broken(part, f"{what} is of the type {type(array).__name__} instead of an array")
    if array.shape != shape:
        raise broken(part, f"{what} has the shape {array.shape} instead of {shape}")
    if array.dtype != dtype:
        raise broken(part, f"{what} is {array.dtype} instead of {dtype}")


def check_numbers(part: Part, what: str, array: Any, *given: Floats) -> None:
    """Check that a result is finite, unless numbers that it is computed from are extreme."""
    if not are_finite(array) and are_moderate(*given):
        raise broken(part, f"{what} is infinite or NaN, though no number that it is computed from is")


def number_of(part: Part, what: str, value: object) -> float:
    """Return a result as a number, which an array without axes is, too."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, numbers.Real):
        raise broken(part, f"{what} is of the type {type(value).__name__} instead of a number")
    return float(value)


def are_finite(array: Floats) -> bool:
    """Return whether all numbers are finite: float32 numbers, however many, have a finite sum in float64."""
    return bool(np.isfinite(array.sum(dtype=np.float64)))


def are_moderate(*arrays: Floats) -> bool:
    """Return whether no number is beyond `LARGEST_NUMBER`."""
    return all(
        bool(array.max(initial=0) < LARGEST_NUMBER and array.min(initial=0) > -LARGEST_NUMBER) for array in arrays
    )


def broken(part: Part, fault: str) -> PluginError:
    """Return the error that names a part from a plugin and its fault."""
    return PluginError(f"{plugin_of(part)} does not fulfil its contract: {fault}")
