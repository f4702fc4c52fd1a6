"""What the page shows, as values for JSON: the reading, the input of the network, and its activations.

An array is base64 text with one byte for each number. Signed numbers are scaled by their largest magnitude to the range
from 1 to 255, where 128 means 0: precise enough for a colour.
"""

import math
from base64 import b64encode
from typing import Any, TypeAlias

import numpy as np

from handwriting.interfaces import NON_DIGIT, Floats, Images
from handwriting.models.model_file import Model
from handwriting.nn import architecture
from handwriting.nn.layers.dropout import Dropout
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.weight_images import first_weighted, first_weights
from handwriting.reading.result import Digit, Reading

MOST_UNITS = 256
"""Units or channels of a layer that are shown."""
Point: TypeAlias = tuple[float, float]


def describe_model(model: Model) -> dict[str, Any]:
    """Return a model's network in one line, classes, test accuracy, first-layer weights and notices."""
    weights = first_weights(model.network)
    return {
        "network": str(model.network),
        "classes": model.class_names,
        "accuracy": model.test_accuracy,
        "weights": None if weights is None else _signed(weights[:MOST_UNITS]),
        "notices": model.notices,
    }


def describe_reading(reading: Reading, model: Model, near: Point | None = None) -> dict[str, Any]:
    """Return a reading's text, its digits, and the network's activations for one of them, at the position "shown".

    That is the digit nearest to the point `near` (x, y) of the picture; without a point it is the first.
    """
    shown = _nearest(reading.digits, near)
    return {
        "text": reading.text,
        "confidence": reading.confidence,
        "reason": reading.reason,
        "notices": reading.notices,
        "digits": [_digit(digit, model, reading.text is not None) for digit in reading.digits],
        "shown": shown,
        "layers": [] if shown is None else _layers(model, reading.digits[shown].image),
    }


def _digit(digit: Digit, model: Model, is_read: bool) -> dict[str, Any]:
    """Return the class of a digit, None unless it `is_read` as one, with its box, image and all confidences."""
    confidences = dict(digit.top)
    confidences.setdefault(NON_DIGIT, max(0.0, 1 - sum(confidences.values())))  # `top` never contains it
    return {
        "digit": digit.digit if is_read else None,
        "confidence": digit.confidence,
        "box": digit.box,
        "image": _base64(digit.image),
        "confidences": [confidences.get(name, 0.0) for name in model.class_names],
    }


def _nearest(digits: tuple[Digit, ...], near: Point | None) -> int | None:
    """Return the position of the digit whose box has its centre nearest to a point, None if there are no digits."""
    if not digits or near is None:
        return 0 if digits else None
    centres = [(x + width / 2, y + height / 2) for x, y, width, height in (digit.box for digit in digits)]
    return min(range(len(digits)), key=lambda position: math.dist(centres[position], near))


def _layers(model: Model, image: Images) -> list[dict[str, Any]]:
    """Return the activations for an image (28, 28) of all layers that change any number.

    "shape" is (units,) or (height, width, channels); "total" is the number of units or channels before the cut;
    "first" marks the layer whose weights are shown.
    """
    network = model.network
    weighted = first_weighted(network)
    found = []
    for position, (stage, (values,)) in enumerate(zip(network.stages, network.activations(image[None]), strict=True)):
        if not isinstance(stage.layer, Flatten | Dropout):
            values = values if values.ndim == 3 else values.ravel()
            name, first = architecture.describe(stage.layer), position == weighted
            shown = _signed(values[..., :MOST_UNITS])
            found.append({"name": name, "first": first, "total": values.shape[-1], **shown})
    return found


def _signed(values: Floats) -> dict[str, Any]:
    """Return signed numbers as bytes with their shape; all are 128 if one of them is not finite."""
    largest = float(np.abs(values).max(initial=0))
    scaled = 128 + 127 * (values / (largest or 1)) if math.isfinite(largest) else np.full(values.shape, 128)
    return {"shape": values.shape, "values": _base64(scaled.round().astype(np.uint8))}


def _base64(values: Images) -> str:
    return b64encode(values.tobytes()).decode("ascii")
