"""From a recipe to objects: the one place where the texts in a recipe are parsed."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from handwriting.errors import SettingError
from handwriting.interfaces import Initializer, Layer, Loss, Optimizer, Part, Schedule, Shape, non_digit_index
from handwriting.nn import architecture
from handwriting.nn.architecture import Stage
from handwriting.nn.initialization import initialized
from handwriting.nn.layers.activate import as_layer, as_part
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.losses import CrossEntropy
from handwriting.nn.network import LARGEST_CHUNK, Network
from handwriting.nn.non_digit_loss import NonDigitCrossEntropy
from handwriting.registry import settings, specs
from handwriting.system.memory import machine_memory
from handwriting.testing import contract_check
from handwriting.training.augmentation.augmenter import Augmenter
from handwriting.training.augmentation.extended import augmentations, parse_augmenter
from handwriting.training.randomness import streams
from handwriting.training.recipe import Recipe


@dataclass(frozen=True)
class Setup:
    """A recipe and the objects that it names; `learning_rate` is the peak of the schedule.

    The network has an output for each of the `classes`; `non_digit` is the class of non-digits, None if the dataset has
    none.
    """

    recipe: Recipe
    inner_layers: tuple[Layer, ...]
    """All layers before the last dense one, whose number of units is known when the dataset is."""
    activation: Layer
    classes: int
    non_digit: int | None
    initializer: Initializer | None
    loss: Loss
    optimizer: Optimizer
    learning_rate: float
    schedule: Schedule
    augmenter: Augmenter | None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the network, with one output per class."""
        activated = [self.activation] if self.loss.activated_outputs else []
        return *self.inner_layers, Dense(self.classes), *activated

    def for_classes(self, class_names: Sequence[str]) -> "Setup":
        """Return the setup for a dataset with these classes."""
        return replace(self, classes=len(class_names), non_digit=non_digit_index(class_names))

    def parts(self, stages: Sequence[Stage]) -> list[Part]:
        """Return everything that a plugin can provide, and that a model file or a checkpoint names.

        `stages` are those of the network: their activations and parameters may ask for initializers.
        """
        initializers = [made for _, made, owner in initialized(stages, self.initializer) if owner is made]
        each_once = {specs.describe(initializer): initializer for initializer in initializers}.values()
        layers = [part for stage in stages for part in specs.with_inner(as_part(stage.layer))]
        return [*layers, *each_once, self.loss, self.optimizer, self.schedule, *augmentations(self.augmenter)]

    def build_network(self, input_shape: Shape = architecture.INPUT_SHAPE) -> Network:
        """Return the network with its initial weights; raises `ShapeError` where a layer does not fit."""
        return Network.build(self.layers, streams(self.recipe.seed).weights, input_shape, self.initializer)

    @property
    def training_loss(self) -> Loss:
        """The loss that is minimized: cross-entropy gives less weight to non-digits than to digits."""
        if isinstance(self.loss, CrossEntropy) and self.non_digit is not None:
            return NonDigitCrossEntropy(self.loss.label_smoothing, self.non_digit)
        return self.loss


def resolve(
    recipe: Recipe, classes: int = 10, non_digit: int | None = None, sources: Mapping[str, str] | None = None
) -> Setup:
    """Return the objects of a recipe for a dataset with that many classes; `non_digit` is that of non-digits, if any.

    `sources` names the files that settings come from, which an error then begins with.

    Raises `SettingError` where something that the recipe names does not exist or has bad settings, and `PluginError`
    where it is broken.
    """
    places = sources or {}
    with setting_from(places.get("optimizer")):
        optimizer: Optimizer = specs.make("optimizer", recipe.optimizer)
    with setting_from(places.get("activation")):
        activation = as_layer(specs.make("activation", recipe.activation))
    with setting_from(places.get("layers")):
        inner_layers = tuple(_inner_layers(recipe, activation))
    with setting_from(places.get("initializer")):
        initializer = None if recipe.initializer is None else specs.make("initializer", recipe.initializer)
    with setting_from(places.get("loss")):
        loss = _loss(recipe)
    with setting_from(places.get("schedule")):
        schedule = specs.make("schedule", recipe.schedule)
    with setting_from(places.get("augment")):
        augmenter = None if recipe.augment is None else parse_augmenter(recipe.augment)
    return Setup(
        recipe=recipe,
        inner_layers=inner_layers,
        activation=activation,
        classes=classes,
        non_digit=non_digit,
        initializer=initializer,
        loss=loss,
        optimizer=optimizer,
        learning_rate=recipe.learning_rate or optimizer.learning_rate,
        schedule=schedule,
        augmenter=augmenter,
    )


@contextmanager
def setting_from(source: str | None) -> Iterator[None]:
    """Let a `SettingError` in the block begin with the name of the file that the setting comes from, if any."""
    try:
        yield
    except SettingError as error:
        if source is None:
            raise
        raise SettingError(f"{source}: {error}") from error


def check(setup: Setup, input_shape: Shape = architecture.INPUT_SHAPE) -> None:
    """Find out before any data is fetched whether the parts of a recipe fit, work, and can be saved.

    Raises `PluginError`, `SettingError` or `ShapeError` if they don't.
    """
    stages = architecture.plan(setup.layers, input_shape)
    for part in setup.parts(stages):
        specs.check_saved(part)
    contract_check.check_optimizer(setup.optimizer)
    contract_check.check_loss(setup.loss)
    contract_check.check_schedule(setup.schedule)
    for augmentation in augmentations(setup.augmenter):
        contract_check.check_augmentation(augmentation)
    _check_memory(stages, min(setup.recipe.examples_per_step(sys.maxsize), LARGEST_CHUNK))
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


def _inner_layers(recipe: Recipe, activation: Layer) -> list[Layer]:
    """Return the layers that the recipe names, then the hidden layers with their activation."""
    layers = [as_layer(specs.make(specs.LAYER_KINDS, spec)) for spec in recipe.layers]
    layers.append(Flatten())
    for units in recipe.hidden:
        layers += [Dense(units), activation]
    return layers
