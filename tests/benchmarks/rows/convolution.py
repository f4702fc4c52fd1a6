"""Training a network of convolutions, that of the preset `best`, compared with PyTorch and with its products alone.

Digits of MNIST without augmentation, in batches of 128, by Adam; both sides train to the end of the recipe.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import handwriting

from ..conditions import Conditions
from ..results import Row, Target, compare
from ..worker import Worker, needs
from .epochs import compare_training, epochs_in_turns, training

BEST = Path(handwriting.__file__).parent / "training" / "presets" / "best.toml"
LAYERS = tuple(layer for layer in tomllib.loads(BEST.read_text("utf-8"))["layers"] if layer != "soften")
"""Those of the preset, but the one that does nothing in training."""
COUNT, FEW = 12_800, 256
"""Training images in an epoch, and how many with --quick."""


def convolution(conditions: Conditions) -> Iterator[Row]:
    """PyTorch with the usual memory layout and with that of its documentation for CPUs; then the bare products."""
    needs("torch")
    recipe = _recipe(conditions)
    for channels_last in (False, True):
        layout = ", channels last" if channels_last else ""
        with (
            training("hwr", conditions, **recipe) as ours,
            training("pytorch_convolution", conditions, channels_last=channels_last, **recipe) as peer,
        ):
            yield compare_training(f"epoch of best's network, PyTorch{layout}", ours, peer, conditions, Target(0.65))
    products = Worker("products:LargeProducts", threads=conditions.threads, count=recipe["count"], layers=LAYERS)
    with training("hwr", conditions, **recipe) as ours, products as peer:
        mine, other = epochs_in_turns([ours, peer], conditions)
    yield compare("epoch of best's network, as many multiplications in large products", mine, other, Target(1.5))


def _recipe(conditions: Conditions) -> dict[str, Any]:
    """Return the settings of both sides."""
    return {
        "count": FEW if conditions.quick else COUNT,
        "layers": LAYERS,
        "hidden": [],
        "batch_size": 128,
        "learning_rate": 0.014,
    }
