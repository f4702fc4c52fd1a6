"""Digits that several tests look at."""

from typing import Any

import pytest

from tests.helpers.drawn_digits import draw


@pytest.fixture(scope="module")
def drawn() -> Any:
    """2000 digits."""
    return draw(2000, 7)
