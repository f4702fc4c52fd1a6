"""The recipe: everything that decides how a network is made and trained, as plain words and numbers.

It is what the command line fills in and what a model file remembers. With the same recipe, dataset, machine and number
of threads the result is the same, bit for bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handwriting.errors import DataError, SettingError
from handwriting.interfaces import Layer
from handwriting.nn import architecture, losses
from handwriting.nn.network import Network
from handwriting.nn.schedules import SCHEDULES
from handwriting.registry import specs
from handwriting.testing import contract_check
from handwriting.training.augmentation import augmentation


@dataclass(frozen=True)
class Recipe:
    """Names as the registry knows them, layers in their text form; the defaults are those of `hwr train`."""

    layers: tuple[str, ...] = ()
    """Layers (or activations) before the hidden ones."""
    hidden: tuple[int, ...] = (128,)
    """Units of each hidden layer."""
    activation: str = "relu"
    loss: str = "cross-entropy"
    optimizer: str = "adam"
    learning_rate: float | None = None
    """None: the optimizer's own."""
    schedule: str = "one-cycle"
    epochs: int = 15
    batch_size: int | None = 128
    """Examples a step; None: all of them."""
    augment: str | None = None
    """Settings of the augmentation, such as "rotation=15"; "": its own; None: pictures are learnt as they are."""
    weight_decay: float = 0.0
    """Share of the weights, times the learning rate, that is taken from them each step."""
    label_smoothing: float = 0.0
    average: float = 0.0
    """Decay of the averaged weights, such as 0.999; 0: no averaging."""
    validation: float = 0.05
    """Share of the training examples that is held out to check with."""
    patience: int | None = None
    """Epochs without a better accuracy on the held-out examples after which training ends; None: it goes on."""
    time_limit: float | None = None
    """Seconds after which training ends, and the schedule with it; None: no limit."""
    seed: int = 0

    def __post_init__(self) -> None:
        losses.loss(self.loss, self.label_smoothing)
        if self.schedule not in SCHEDULES:
            raise SettingError(f"there is no schedule {self.schedule!r}; there are: {', '.join(SCHEDULES)}")
        if self.augment is not None:
            augmentation(self.augment)
        if self.patience is not None and self.validation == 0:
            raise SettingError("--patience needs pictures to check with: see --validation")
        if not 0 <= self.average < 1:
            raise SettingError(f"--average is a share from 0 up to (not including) 1, not {self.average}")


@dataclass(frozen=True)
class Streams:
    """Independent generators, so that a change in one place draws nothing else differently."""

    weights: np.random.Generator
    held_out: np.random.Generator
    order: np.random.Generator
    layers: np.random.Generator


def streams(seed: int) -> Streams:
    """Return the generators that belong to a seed."""
    return Streams(*(np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)))


def check(recipe: Recipe) -> None:
    """Find out, before any data is fetched, whether all parts of the recipe are there, fit together, and work.

    Raises `PluginError`, `SettingError` or `ShapeError` where they don't.
    """
    contract_check.try_optimizer(specs.make("optimizer", recipe.optimizer))
    contract_check.try_layers(architecture.plan(_layers(recipe, classes=10)))


def build_network(recipe: Recipe, classes: int) -> Network:
    """Return the network of a recipe with its initial weights; raises what `check` raises."""
    return Network.build(_layers(recipe, classes), streams(recipe.seed).weights)


def hold_out(count: int, recipe: Recipe) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the positions of the examples to learn from and of those to check with, both in rising order.

    Raises `DataError` where nothing would be left to learn from, or nothing to check with though a share is asked for.
    """
    held = round(count * recipe.validation)
    if held >= count or (recipe.validation > 0 and held == 0):
        raise DataError(
            f"of {count} training pictures a share of {recipe.validation} can't be held out: see --validation"
        )
    order = streams(recipe.seed).held_out.permutation(count)
    return np.sort(order[held:]), np.sort(order[:held])


def _layers(recipe: Recipe, classes: int) -> list[Layer]:
    parts = [architecture.as_layer(specs.make(("layer", "activation"), spec)) for spec in recipe.layers]
    activation = architecture.as_layer(specs.make("activation", recipe.activation))
    activated_outputs = losses.loss(recipe.loss).activated_outputs
    return architecture.classifier(parts, recipe.hidden, activation, classes, activated_outputs)
