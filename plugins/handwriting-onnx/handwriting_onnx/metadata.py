"""What an ONNX file says of itself: its inputs and outputs, how a picture becomes an input, and where it comes from."""

import json

from handwriting import __version__
from handwriting.models import training_record
from handwriting.models.model_file import Model
from handwriting.pictures.preparation import BOX_SIDE, CENTRE, IMAGE_SIDE, SETTINGS, THICKEST, THINNEST

INPUT = "Prepared images, float32: (batch, height, width, 1), from 0 for the background to 1 for full ink."
LOGITS = "The outputs of the network's last layer, one for each class in the order of class_names."
PROBABILITIES = "The confidence in each class, 0 to 1, as hwr shows it: that of the logits, divided by the temperature."
STEPS = (
    "Separate the ink from the paper: 0 is paper, 1 is full ink, whatever their colours.",
    "Cut the digit out, without a margin.",
    f"Change the width of its strokes, if the mean would not be {THINNEST} to {THICKEST} pixels in the end.",
    f"Scale it, antialiased, until its longer side has {BOX_SIDE} pixels.",
    "Scale the ink linearly, so that the 80th percentile of its stronger half is 1; clip it to 0 ... 1.",
    f"Put it on {IMAGE_SIDE} x {IMAGE_SIDE} pixels of 0, its centre of mass on the pixel in row and column {CENTRE}, "
    "counted from 0.",
    "Round to 256 levels, and divide the level by 255.",
)
"""How `handwriting.pictures.preparation` prepares a digit for a model whose settings are those of this version."""


def metadata(model: Model) -> dict[str, str]:
    """Return the metadata of a model's file; what is not text is written as JSON."""
    record = model.training
    trained, result = training_record.date(record), training_record.test_result(record)
    training = {
        "dataset": training_record.dataset_name(record),
        "tested_on": training_record.tested_on(record),
        "test_accuracy": result and result[0],
        "test_images": result and result[1],
        "date": trained and trained.isoformat(),
    }
    facts = {
        "class_names": list(model.class_names),
        "non_digit": model.non_digit,
        "rejection_threshold": model.rejection_threshold,
        "temperature": model.temperature,
        "preparation": model.preparation,
        "preparation_steps": list(STEPS) if model.preparation == SETTINGS else None,
        "training": {name: fact for name, fact in training.items() if fact is not None},
    }
    return {name: json.dumps(fact) for name, fact in facts.items()} | {
        "network": str(model.network),
        "rejection": "An image is no digit if the probability of the class at the position non_digit, unless that is "
        "null, is at least rejection_threshold.",
        "hwr_version": __version__,
    }
