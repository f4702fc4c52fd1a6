"""The settings of a training, as a Python program has them, become those of a recipe."""

from collections.abc import Mapping
from typing import Any

import numpy as np

SEVERAL = ("hidden", "layers")
"""Settings that are lists; one value stands for a list of it."""


def plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as the values that a recipe takes.

    NumPy's numbers and arrays become Python's, hidden=128 becomes [128], and augment is True (the default
    augmentation), False, or the settings of one.
    """
    return {name: _plain(name, value) for name, value in settings.items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if name in SEVERAL:
        items = value if isinstance(value, list | tuple | range) else [value]
        return [item.item() if isinstance(item, np.generic) else item for item in items]
    if name == "augment" and isinstance(value, bool):
        return "" if value else None
    return value
