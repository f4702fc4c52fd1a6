"""Findings: what a test of a contract saw. No assert statement is used, because `python -O` would drop it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

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
        try:
            yield Finding(name, True, test())
        except AssertionError as fault:
            yield Finding(name, False, str(fault))
        except Exception as error:  # whatever a plugin's code may raise is a finding
            yield Finding(name, False, f"raises {type(error).__name__}: {error}")


def insist(found: Iterable[Finding]) -> None:
    """Raise `AssertionError` with all that did not pass."""
    faults = [f"{finding.test}: {finding.detail}" for finding in found if not finding.passed]
    expect(not faults, "; ".join(faults))


def expect(true: bool | np.bool, otherwise: str) -> None:
    """Raise `AssertionError` saying `otherwise` unless it is true."""
    if not true:
        raise AssertionError(otherwise)
