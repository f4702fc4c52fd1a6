"""Tests of a contract and their results. No assert statements are used, because `python -O` would drop them."""

import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from handwriting.errors import HandwritingError
from handwriting.system.interruption import is_interruption
from handwriting.system.text import cause_of

Test: TypeAlias = Callable[[], str]
"""Returns what it found, in a few words, or raises `AssertionError`."""


@dataclass(frozen=True)
class Finding:
    """The result of a test: its name, whether it passed, and what it found."""

    test: str
    passed: bool
    detail: str


def run(name: str, test: Test) -> Finding:
    """Run a test and return its result: a failure if anything is raised."""
    try:
        return Finding(name, True, test())
    except (AssertionError, HandwritingError) as error:
        return Finding(name, False, str(error) or f"raises {type(error).__name__}")
    except BaseException as error:  # by the code of the plugin, which may also raise SystemExit
        if is_interruption(error):
            raise
        return Finding(name, False, f"raises {cause_of(error)}")


def check(tests: Mapping[str, Test]) -> None:
    """Run tests by name; raises `AssertionError` with all failures."""
    findings = [run(name, test) for name, test in tests.items()]
    failures = [f"{finding.test}: {finding.detail}" for finding in findings if not finding.passed]
    expect(not failures, "; ".join(failures))


def expect(condition: bool | np.bool, failure: str) -> None:
    """Raise `AssertionError` with the message `failure` unless the condition is true."""
    if not condition:
        raise AssertionError(failure)


@contextmanager
def keeps_attributes(part: object) -> Iterator[None]:
    """Raise `AssertionError` if the block stores anything in the attributes of `part`, or inside of their values."""
    before = attributes(part)
    yield
    advice = (
        ": a call keeps its values in local variables, and what lasts belongs into the state (of a layer: a parameter "
        "with trained=False)"
    )
    expect_nothing_stored(part, before, advice)


def expect_nothing_stored(part: object, before: Mapping[str, object], advice: str = "") -> None:
    """Raise `AssertionError` if calls of the part have stored something on it; `before` were its `attributes`."""
    after = attributes(part)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    expect(not changed, f"it stores {', '.join(changed)} on self{advice}")


def attributes(part: object) -> dict[str, object]:
    """Return a picture of each attribute: its pickled value, or which object it is if it can't be pickled."""
    return {name: _picture(value) for name, value in vars(part).items()} if hasattr(part, "__dict__") else {}


def _picture(value: object) -> object:
    try:
        return pickle.dumps(value)
    except Exception:  # of the code of the plugin
        return id(value)
