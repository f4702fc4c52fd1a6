"""What the page shows, as values for JSON: what was read, what the network saw, and what went on inside it.

Arrays travel as base64 of one byte a number. Signed ones are scaled by their largest magnitude to 1 ... 255, where 128
means 0: enough for a colour.
"""

import math
from base64 import b64encode
from typing import Any

import numpy as np

from handwriting.interfaces import NON_DIGIT, Floats, Images
from handwriting.models.model_file import Model
from handwriting.nn import architecture
from handwriting.nn.layers.dropout import Dropout
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.weight_images import first_weights
from handwriting.reading.recognizer import Digit, Reading

MOST_UNITS = 256
"""So many units or channels of a layer are shown; more could not be told apart."""
Point = tuple[float, float]


def of_model(model: Model) -> dict[str, Any]:
    """Describe a model: its network in words, its classes, the accuracy in its test, its first layer's weights."""
    return {
        "network": str(model.network),
        "classes": [_label(name) for name in model.class_names],
        "accuracy": _accuracy(model),
        "weights": _weights(model),
        "notices": model.notices,
    }


def _accuracy(model: Model) -> float | None:
    match model.training.get("test"):
        case {"accuracy": float(accuracy)}:
            return accuracy
    return None


def of_reading(reading: Reading, model: Model, near: Point | None = None) -> dict[str, Any]:
    """Describe a reading: its text, every digit, and the layers' activations for the digit nearest to `near`.

    `near` is a point (x, y) in the picture; without one, or where there is no digit, the first or none is looked into.
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
    """Describe what the network saw and said of a digit; it is named only where it `is_read` as one."""
    confidences = dict(digit.top)
    confidences.setdefault(NON_DIGIT, max(0.0, 1 - sum(confidences.values())))  # a digit never names it
    return {
        "digit": digit.digit if is_read else None,
        "confidence": digit.confidence,
        "box": digit.box,
        "image": _packed(digit.image),
        "confidences": [confidences.get(name, 0.0) for name in model.class_names],
    }


def _label(name: str) -> str:
    return "not a digit" if name == NON_DIGIT else name


def _nearest(digits: tuple[Digit, ...], near: Point | None) -> int | None:
    """Return the position of the digit whose box's centre is nearest to a point."""
    if not digits or near is None:
        return 0 if digits else None
    centres = [(x + width / 2, y + height / 2) for x, y, width, height in (digit.box for digit in digits)]
    return min(range(len(digits)), key=lambda position: math.dist(centres[position], near))


def _layers(model: Model, image: Images) -> list[dict[str, Any]]:
    """Return the activations of every layer that changes something, for a picture (28, 28)."""
    stages = model.network.stages
    first = architecture.first_trained(stages)
    return [
        {"name": architecture.describe(stage.layer), "first": position == first, **_layer(values[0])}
        for position, (stage, values) in enumerate(zip(stages, model.network.activations(image[None]), strict=True))
        if not isinstance(stage.layer, Flatten | Dropout)
    ]


def _layer(values: Floats) -> dict[str, Any]:
    """Return a layer's activations: "shape" is (units,) or (height, width, channels), of "total" units or channels."""
    if values.ndim != 3:
        values = values.ravel()
    shown = values[..., :MOST_UNITS]
    return {"shape": shown.shape, "total": values.shape[-1], **_signed(shown)}


def _weights(model: Model) -> dict[str, Any] | None:
    """Return the weights of the first layer as pictures, "shape" (units, height, width), where they look at pixels."""
    network = model.network
    first = architecture.first_trained(network.stages)
    if first == len(network.stages) or "weights" not in network.parameters[first]:
        return None
    tiles = first_weights(network)
    if tiles is None:
        return None
    return {"shape": tiles[:MOST_UNITS].shape, **_signed(tiles[:MOST_UNITS])}


def _signed(values: Floats) -> dict[str, Any]:
    """Return signed numbers as bytes, and as "largest" the magnitude that the brightest of them stands for."""
    largest = float(np.abs(values).max(initial=0))
    if not math.isfinite(largest):
        return {"values": _packed(np.full(values.shape, 128, np.uint8)), "largest": None}
    scaled = 128 + 127 * (values / (largest or 1))
    return {"values": _packed(scaled.round().astype(np.uint8)), "largest": largest}


def _packed(values: Images) -> str:
    return b64encode(values.tobytes()).decode("ascii")
