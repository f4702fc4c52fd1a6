"""Findings: what a test of a contract saw. No assert statement is used, because `python -O` would drop it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from handwriting.errors import HandwritingError

Test = Callable[[], str]


@dataclass(frozen=True)
class Finding:
    """The result of one test: what was tested, whether it passed, and what was seen."""

    test: str
    passed: bool
    detail: str


def findings(tests: Mapping[str, Test]) -> Iterator[Finding]:
    """Run tests by name; each returns what it saw, or raises `AssertionError` (or whatever the plugin raises)."""
    for name, test in tests.items():
        yield run(name, test)


def run(name: str, test: Test) -> Finding:
    """Run one test and tell what it found."""
    try:
        return Finding(name, True, test())
    except (AssertionError, HandwritingError) as fault:
        return Finding(name, False, str(fault) or f"raises {type(fault).__name__}")
    except (Exception, SystemExit) as error:  # whatever a plugin's code may raise is a finding
        return Finding(name, False, f"raises {type(error).__name__}: {error}")


def insist(found: Iterable[Finding]) -> None:
    """Raise `AssertionError` with all that did not pass."""
    faults = [f"{finding.test}: {finding.detail}" for finding in found if not finding.passed]
    expect(not faults, "; ".join(faults))


def expect(true: bool | np.bool, otherwise: str) -> None:
    """Raise `AssertionError` saying `otherwise` unless it is true."""
    if not true:
        raise AssertionError(otherwise)
