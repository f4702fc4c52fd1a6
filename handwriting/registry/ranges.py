"""Checks of the range of a setting, for layers, optimizers, losses and recipes; all raise `SettingError`."""

import math

from handwriting.errors import SettingError


def check_fraction(name: str, value: float) -> None:
    """Check that 0 <= value < 1."""
    if not 0 <= value < 1:
        raise SettingError(f"{name} must be at least 0 and below 1, got {value}")


def check_at_least(name: str, value: float, least: float) -> None:
    """Check that least <= value < infinity."""
    if not least <= value < math.inf:
        raise SettingError(f"{name} must be at least {least}, got {value}")


def check_above(name: str, value: float, bound: float) -> None:
    """Check that bound < value < infinity."""
    if not bound < value < math.inf:
        raise SettingError(f"{name} must be above {bound}, got {value}")
