"""From a recipe to objects: the one place where the texts in a recipe are parsed."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handwriting.errors import SettingError
from handwriting.interfaces import Initializer, Layer, Loss, Optimizer, Part, Schedule, Shape
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.nn.layers.activate import as_layer, as_part
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import LARGEST_CHUNK, Network
from handwriting.nn.non_digit_loss import NonDigitCrossEntropy
from handwriting.registry import settings, specs
from handwriting.system.memory import machine_memory
from handwriting.testing import contract_check
from handwriting.training.augmentation.augmentation import Augmentation
from handwriting.training.augmentation.extended import ExtendedAugmentation, parse_augmentation
from handwriting.training.randomness import streams
from handwriting.training.recipe import Recipe


@dataclass(frozen=True)
class Setup:
    """A recipe and the objects that it names; `learning_rate` is the peak of the schedule.

    `non_digit` is the class of non-digits, None if the dataset has none.
    """

    recipe: Recipe
    layers: tuple[Layer, ...]
    initializer: Initializer | None
    loss: Loss
    non_digit: int | None
    optimizer: Optimizer
    learning_rate: float
    schedule: Schedule
    augmentation: Augmentation | None

    @property
    def parts(self) -> list[Part]:
        """Everything in it that a plugin can provide, and that a model file or a checkpoint names."""
        layers = [part for layer in self.layers for part in specs.with_inner(as_part(layer))]
        parts = [*layers, self.initializer, self.loss, self.optimizer, self.schedule]
        return [part for part in parts if part is not None]

    def build_network(self, input_shape: Shape = architecture.INPUT_SHAPE) -> Network:
        """Return the network with its initial weights; raises `ShapeError` where a layer does not fit."""
        return Network.build(self.layers, streams(self.recipe.seed).weights, input_shape, self.initializer)

    @property
    def training_loss(self) -> Loss:
        """The loss that is minimized: cross-entropy gives less weight to non-digits than to digits."""
        if isinstance(self.loss, CrossEntropy) and self.non_digit is not None:
            return NonDigitCrossEntropy(self.loss.label_smoothing, self.non_digit)
        return self.loss


def resolve(recipe: Recipe, classes: int = 10, non_digit: int | None = None) -> Setup:
    """Return the objects of a recipe for a dataset with that many classes; `non_digit` is that of non-digits, if any.

    Raises `SettingError` where something that the recipe names does not exist or has bad settings, and `PluginError`
    where it is broken.
    """
    optimizer: Optimizer = specs.make("optimizer", recipe.optimizer)
    loss = _loss(recipe)
    return Setup(
        recipe=recipe,
        layers=tuple(_layers(recipe, classes, loss.activated_outputs)),
        initializer=None if recipe.initializer is None else specs.make("initializer", recipe.initializer),
        loss=loss,
        non_digit=non_digit,
        optimizer=optimizer,
        learning_rate=recipe.learning_rate or optimizer.learning_rate,
        schedule=specs.make("schedule", recipe.schedule),
        augmentation=None if recipe.augment is None else parse_augmentation(recipe.augment),
    )


def check(recipe: Recipe, input_shape: Shape = architecture.INPUT_SHAPE) -> None:
    """Find out before any data is fetched whether the parts of a recipe exist, fit, work, and can be saved.

    Raises `PluginError`, `SettingError` or `ShapeError` if they don't.
    """
    setup = resolve(recipe)
    for part in setup.parts:
        specs.check_saved(part)
    contract_check.check_optimizer(setup.optimizer)
    contract_check.check_loss(setup.loss)
    contract_check.check_schedule(setup.schedule)
    if isinstance(setup.augmentation, ExtendedAugmentation):
        for change in setup.augmentation.changes:
            contract_check.check_augmentation(change.augmentation)
    stages = architecture.plan(setup.layers, input_shape)
    _check_memory(stages, min(recipe.examples_per_step(sys.maxsize), LARGEST_CHUNK))
    contract_check.check_layers(stages)
    contract_check.check_initializers(stages, setup.initializer)


def _check_memory(stages: Sequence[Stage], batch: int) -> None:
    memory = machine_memory()
    if sum(stage.memory(batch) for stage in stages) > memory:
        largest = max(stages, key=lambda stage: stage.memory(batch))
        raise SettingError(
            f"the network needs more memory than the {memory / 1e9:.0f} GB of this machine, "
            f"most of it for {architecture.describe(largest.layer)}: make it smaller"
        )


def _loss(recipe: Recipe) -> Loss:
    """Return the loss, with the label smoothing of the recipe if that is given."""
    loss = specs.make("loss", recipe.loss)
    smoothing, names = recipe.label_smoothing, [field.name for field in settings.fields(type(loss))]
    if smoothing and "label_smoothing" not in names:
        raise SettingError(f"the loss {specs.describe(loss)} can't smooth labels: give --label-smoothing 0")
    if smoothing is not None and "label_smoothing" in names:
        loss = replace(loss, label_smoothing=smoothing)
    return loss


def _layers(recipe: Recipe, classes: int, activated_outputs: bool) -> list[Layer]:
    """Return the layers that the recipe names, the hidden layers with their activation, and one output per class."""
    activation = as_layer(specs.make("activation", recipe.activation))
    layers = [as_layer(specs.make(specs.LAYER_KINDS, spec)) for spec in recipe.layers]
    layers.append(Flatten())
    for units in recipe.hidden:
        layers += [Dense(units), activation]
    layers.append(Dense(classes))
    return [*layers, activation] if activated_outputs else layers
