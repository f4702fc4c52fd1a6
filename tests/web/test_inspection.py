"""A reading as JSON: of several digits the nearest to a point is inspected."""

import json
from typing import Any

import numpy as np
import pytest

from handwriting.models import model_file, user_models
from handwriting.reading.result import Digit, Reading
from handwriting.web import inspection


def _reading(*names: Any) -> Any:
    image = np.zeros((28, 28), np.uint8)
    digits = tuple(
        Digit(name, 0.9, (100 * place, 10, 50, 80), ((name, 0.9),), image) for place, name in enumerate(names)
    )
    return Reading("-", "".join(names), 0.9 ** len(names), digits)


@pytest.mark.parametrize(("near", "shown"), [(None, 0), ((130, 300), 1), ((-5, 0), 0), ((1e9, 0), 2)])
def test_of_several_digits_the_nearest_to_the_pen_is_inspected(near: Any, shown: int) -> None:
    answer = inspection.describe_reading(_reading("4", "0", "7"), model_file.load(user_models.BUNDLED), near)
    assert answer["text"] == "407"
    assert [digit["digit"] for digit in answer["digits"]] == ["4", "0", "7"]
    assert answer["shown"] == shown
    json.dumps(answer)
