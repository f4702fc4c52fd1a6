"""Checks of the range of a setting, for layers, optimizers, losses and recipes; all raise `SettingError`."""

from handwriting.errors import SettingError

LIMIT = 2**63
"""No setting is as large: neither counts beyond it nor rates make sense, and files and libraries hold 64 bits."""


def check_fraction(name: str, value: float) -> None:
    """Check that 0 <= value < 1."""
    if not 0 <= value < 1:
        raise SettingError(f"{name} must be at least 0 and below 1, got {value}")


def check_at_least(name: str, value: float, least: float, below: int = LIMIT) -> None:
    """Check that least <= value < below."""
    _check_below(name, value, below)
    if not value >= least:
        raise SettingError(f"{name} must be at least {least}, got {value}")


def check_above(name: str, value: float, bound: float) -> None:
    """Check that bound < value < `LIMIT`."""
    _check_below(name, value, LIMIT)
    if not value > bound:
        raise SettingError(f"{name} must be above {bound}, got {value}")


def _check_below(name: str, value: float, limit: int) -> None:
    if value >= limit:  # not shown: it may have thousands of digits
        raise SettingError(f"{name} must be below {limit:.2g}")
