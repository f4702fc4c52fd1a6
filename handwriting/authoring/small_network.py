"""Tests of a part in a small network, which is trained, or saved and loaded again."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from handwriting import datasets
from handwriting.authoring.checked_part import CheckedPart
from handwriting.datasets.opening import folder_of
from handwriting.datasets.strokes import Strokes
from handwriting.errors import HandwritingError
from handwriting.evaluation.metrics import accuracy
from handwriting.interfaces import Splits
from handwriting.models import model_file
from handwriting.models.model_file import Model
from handwriting.nn.architecture import INPUT_SHAPE
from handwriting.testing.findings import expect
from handwriting.training.augmentation.augmenter import STRENGTHS
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.trainer import Trainer

EXAMPLES = 2000
"""Examples that the network is trained on."""
DIGITS = Strokes(EXAMPLES, 500)
"""What it learns to read, unless the part is a dataset."""
SMALL = Recipe(hidden=(32,), epochs=3, batch_size=32, validation=0)
REQUIRED_ACCURACY = 0.6
"""The accuracy on `strokes` that a network with the part must reach; with the built-in parts it is higher."""
FEWEST_OUTPUTS = 10
"""From fewer numbers ten classes can't be told apart."""
REQUIRED_GAIN = 0.2
"""On a new dataset: which fraction of the examples that guessing gets wrong must be read right."""


def learns(checked: CheckedPart, scratch: Path) -> str:
    """A network with the part learns to read the digits of `strokes`, unless the part leaves too little of an image."""
    left = _outputs_for_an_image(checked)
    if left is not None and left < FEWEST_OUTPUTS:
        return f"not tried: of an image the layer leaves only {left} of {math.prod(INPUT_SHAPE)} numbers"
    reached = _accuracy(_recipe(checked), _digits(checked.data, scratch))
    expect(
        reached >= REQUIRED_ACCURACY,
        f"a small network reaches an accuracy of {reached:.0%} on `strokes`, and {REQUIRED_ACCURACY:.0%} is required",
    )
    return f"accuracy {reached:.0%} on `strokes`"


def _digits(data: Path, scratch: Path) -> Splits:
    """Return `DIGITS`, drawn once for all checks and kept in the data directory, if that can be written to."""
    try:
        return datasets.load(DIGITS, folder_of(DIGITS, data))
    except HandwritingError:
        return datasets.load(DIGITS, scratch / "strokes")


def learns_dataset(checked: CheckedPart) -> str:
    """A network trained on the dataset is clearly better than guessing the most frequent class."""
    splits = datasets.load(checked.part, checked.folder)
    reached = _accuracy(SMALL, splits)
    guessing = np.bincount(splits.test.labels).max() / len(splits.test)
    required = guessing + REQUIRED_GAIN * (1 - guessing)
    expect(reached >= required, f"a small network reaches an accuracy of {reached:.0%}, guessing {guessing:.0%}")
    return f"accuracy {reached:.0%}, by guessing {guessing:.0%}"


def is_saved_and_loaded(checked: CheckedPart, scratch: Path) -> str:
    """A network with the part gives the same confidences, bit for bit, after it is saved and loaded."""
    setup = resolve(_recipe(checked))
    model = Model(setup.build_network(), setup.loss, tuple("0123456789"))
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    path = scratch / "model.safetensors"
    model_file.save(model, path)
    loaded = model_file.load(path)
    outputs, confidences = model.network.outputs(images), model.loss.confidences(model.network.outputs(images))
    same = np.array_equal(outputs, loaded.network.outputs(images), equal_nan=True)
    same &= np.array_equal(confidences, loaded.loss.confidences(outputs), equal_nan=True)
    expect(same, "the outputs or the confidences differ after loading")
    return "same outputs, bit for bit"


def _outputs_for_an_image(checked: CheckedPart) -> int | None:
    """Return how many numbers a layer makes of an image; None for other parts."""
    if checked.kind != "layer" or checked.image_shape is None:
        return None
    return math.prod(checked.layer.build(checked.image_shape)[0])


def _recipe(checked: CheckedPart) -> Recipe:
    """Return the recipe of a small network with the part."""
    if checked.kind == "augmentation":
        alone = "".join(f"{name}=0," for name in STRENGTHS)
        return replace(SMALL, augment=f"{alone}{checked.name}={checked.part.highest / 2}")
    if checked.kind != "layer":
        chosen: dict[str, Any] = {checked.kind: checked.spec}
        return replace(SMALL, **chosen)
    if checked.image_shape == INPUT_SHAPE:
        return replace(SMALL, layers=(checked.spec,))
    (inputs,) = checked.image_shape or checked.shapes[0]  # a row, see `fits_a_small_network`
    return replace(SMALL, layers=("flatten", *(() if checked.image_shape else (f"dense:{inputs}",)), checked.spec))


def fits_a_small_network(checked: CheckedPart) -> bool:
    """Whether a layer accepts an image, or a row of numbers of any length."""
    return checked.image_shape is not None or len(checked.shapes[0]) == 1


def _accuracy(recipe: Recipe, splits: Splits) -> float:
    """Train a network on some of the examples; return its accuracy on the test set."""
    some = splits.train[:: max(1, len(splits.train) // EXAMPLES)]  # evenly spaced: files may be sorted by class
    setup = resolve(recipe, len(splits.class_names))
    network = setup.build_network()
    for _ in Trainer(network, some, setup, positions=np.arange(len(some))).run():
        pass
    return accuracy(network.outputs(splits.test.images), splits.test.labels)
