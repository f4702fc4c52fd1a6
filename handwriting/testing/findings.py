"""Tests of a contract and their results. No assert statements are used, because `python -O` would drop them."""

from collections.abc import Callable, Mapping
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


def expect_nothing_stored(part: object, before: Mapping[str, object]) -> None:
    """Raise `AssertionError` if calls of the part have stored something on it; `before` were its attributes."""
    changed = [name for name, value in vars(part).items() if before.get(name) is not value]
    expect(not changed, f"it stores {', '.join(changed)} on self")


def expect(condition: bool | np.bool, failure: str) -> None:
    """Raise `AssertionError` with the message `failure` unless the condition is true."""
    if not condition:
        raise AssertionError(failure)
