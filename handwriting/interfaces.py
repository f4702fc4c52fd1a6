"""The contracts that plugin authors implement, one class for each kind of part.

The built-in parts implement the same contracts and are found the same way, so each of them is an example to copy from.
A class becomes available when its distribution names it in an entry-point group:

    handwriting.activations    handwriting.layers       handwriting.optimizers      handwriting.datasets
    handwriting.losses         handwriting.schedules    handwriting.initializers    handwriting.augmentations

A command of `hwr` is a `click.Command`, named in the group `handwriting.commands`.

A class with settings is a dataclass: its fields are what the user writes behind the colon in `--layer dropout:0.5`.
All arrays keep their dtype (float32 in training, float64 in gradient checks); their first axis is the batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

API_VERSION = 2
"""Increased when the contracts change; plugins/README.md says what each version brought."""
OLDEST_API_VERSION = 1
"""Classes written for this version or a later one still work."""

NON_DIGIT = "non-digit"
"""The name of the class of images that show none of the other classes. A recognizer never reads it: it rejects them."""
MOST_CLASSES = 256
"""A label is one byte."""

Floats: TypeAlias = NDArray[np.floating[Any]]
Images: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.uint8]
Shape: TypeAlias = tuple[int, ...]
LazyGradient: TypeAlias = Callable[[], Floats]
Backward: TypeAlias = Callable[[Floats, dict[str, Floats]], Floats | LazyGradient]


def non_digit_index(class_names: Sequence[str]) -> int | None:
    """Return the position of `NON_DIGIT` among the classes, None if it is not one of them."""
    return class_names.index(NON_DIGIT) if NON_DIGIT in class_names else None


class Part(ABC):  # noqa: B024  each kind has abstract methods of its own
    """Base class of everything that a plugin can provide."""

    api_version: ClassVar[int] = 1
    """The `API_VERSION` that the class was written for."""


class Activation(Part):
    """An element-wise function a = f(z) without parameters.

    It must not store anything between calls, so that several threads can use one network. (An activation with trained
    parameters is a `Layer` that keeps the shape of its input; it may be registered in the group of activations.)
    """

    initialization: ClassVar[str] = "glorot"
    """The initializer of the weights of the layer before it: "he" if it cuts off half of its inputs, as relu does, or
    the spec of any other."""

    @abstractmethod
    def forward(self, z: Floats) -> Floats:
        """Return a = f(z), with the shape and dtype of `z`, which must not be changed."""

    @abstractmethod
    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz, from `gradient` = dL/da, the input `z` and the output `a` of `forward`; all of one shape."""


class Initializer(Part):
    """A rule for the random initial values of a parameter; a dataclass of its settings."""

    @abstractmethod
    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        """Return float32 values of that shape, drawn from `rng`.

        `fans` = (fan in, fan out): how many inputs a unit sums up, and how many outputs an input is part of.
        """


@dataclass(frozen=True)
class Parameter:
    """One parameter array of a layer: its shape and its initial values.

    With `fans` = (fan in, fan out) it is initialized at random, and weight decay applies to it. Without, every element
    starts at `value`, as for a bias. Raises `ValueError` for an initializer without `fans`.
    """

    shape: Shape
    fans: tuple[int, int] | None = None
    value: float = 0.0
    trained: bool = True
    """False for state that no gradient reaches, which the layer itself updates in place during training."""
    initializer: Initializer | str | None = None
    """Draws the initial values: an object, or the spec of a registered one; None: the one that the next activation asks
    for."""

    def __post_init__(self) -> None:
        if self.initializer is not None and self.fans is None:
            raise ValueError("a Parameter with an initializer needs fans=(fan in, fan out)")


class Layer(Part):
    """A layer of the network: a dataclass whose fields are its settings. It keeps no state of a call on `self`."""

    initialization: ClassVar[str | None] = None
    """For a layer that serves as an activation: the initializer of the weights of the layer before it."""

    independent: ClassVar[bool] = False
    """Whether the output for an example depends on it alone, in training too: then threads can share a batch."""

    divisible: ClassVar[bool] = False
    """Whether threads can share a batch although the examples are not independent. Each shard has at least 64 examples
    and updates its own copy of the layer's state; the mean of the copies is kept."""

    @abstractmethod
    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Return the output shape (without the batch axis) and the parameters by name.

        Raises `ShapeError` if the layer does not accept `input_shape`.
        """

    def workspace(self, input_shape: Shape) -> int:
        """Return about how many numbers `forward` keeps for each example besides `x` and `y`; by default none.

        By this, a network is refused before it takes more memory than there is.
        """
        return 0

    @abstractmethod
    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the output y for the batch `x` (batch, *input_shape), and the backward function of this call.

        The backward function is called as `backward(gradient, gradients)`, where `gradient` is dL/dy. It writes
        dL/dparameter into `gradients[name][...]` for every trained parameter, and returns dL/dx, or, if that is costly,
        a function that computes it: the input gradient of the first layer is never needed. Neither `x` nor `gradient`
        may be changed.
        """


Layers: TypeAlias = tuple[Layer | Activation, ...]
"""The type of a setting that holds layers: `--layer residual:conv2d:32+relu`. It reaches to the end of the spec."""


class Optimizer(Part):
    """A rule that updates the parameters by their gradient; a dataclass of its settings.

    All trained parameters are one flat vector, unless `by_array` is true.
    """

    learning_rate: ClassVar[float] = 0.001
    """The default learning rate."""

    elementwise: ClassVar[bool] = False
    """Whether the update of a parameter depends on its own gradients alone: then threads can share the vector."""

    by_array: ClassVar[bool] = False
    """Whether `start` and `step` are called for each parameter array apart, for a rule that needs the shapes: there
    `parameters` and `gradient` have the shape that the layer gave to the `Parameter`."""

    @abstractmethod
    def start(self, size: int) -> dict[str, Floats]:
        """Return the initial state, arrays by name, for `size` float32 parameters."""

    @abstractmethod
    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update `parameters` and `state` in place; `gradient` may be overwritten."""


class Loss(Part):
    """What training minimizes; a dataclass of its settings.

    `outputs` (batch, classes) are what the network's last layer computes, `labels` (batch,) count the classes from 0.
    With --label-smoothing, the setting `label_smoothing` is replaced, if the loss has one.
    """

    activated_outputs: ClassVar[bool] = False
    """Whether the last layer is followed by the activation of the hidden layers."""

    @abstractmethod
    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        """Return the mean cost of a batch, and its gradient dcost/doutputs with the shape and dtype of `outputs`.

        The cost of an example must not depend on others: threads share a batch. `outputs` must not be changed.
        """

    @abstractmethod
    def confidences(self, outputs: Floats) -> Floats:
        """Return a confidence from 0 to 1 for each class, (batch, classes), the highest for the largest output."""


class Schedule(Part):
    """How the learning rate changes during training; a dataclass of its settings."""

    @abstractmethod
    def factor(self, done: float) -> float:
        """Return the learning rate as a fraction of the highest, 0 to 1, when the fraction `done` of training is done.

        `done` rises from 0 to 1. After a training is resumed it goes on where it was, so the factor must depend on it
        alone.
        """


@dataclass(frozen=True)
class Examples:
    """Images (n, 28, 28), with light ink (255) on dark (0), and their labels (n,), which count from 0."""

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, selection: slice | NDArray[np.intp]) -> "Examples":
        """Return some of the examples, selected by a slice or an array of positions."""
        if isinstance(selection, slice):
            return Examples(self.images[selection], self.labels[selection])
        return Examples(self.images.take(selection, axis=0), self.labels.take(selection))  # faster than by an index


@dataclass(frozen=True)
class Splits:
    """A dataset in memory: the training set, the test set, and the names of the classes."""

    train: Examples
    test: Examples
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of some work are done; `unit` is "bytes" or "images"."""

    label: str
    done: int
    total: int
    unit: str = "bytes"


@dataclass(frozen=True)
class Notice:
    """One line that the user should read."""

    text: str


class Dataset(Part):
    """A source of examples. The argument `folder` below is the dataset's own folder in the user's data directory."""

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Put everything that `load` needs into `folder` and check it, yielding the progress.

        Raises `DataError` if that fails. By default there is nothing to do.
        """
        yield from ()

    @abstractmethod
    def load(self, folder: Path) -> Splits:
        """Return the examples, once `prepare` has run; raises `DataError` if they are missing."""


class Augmentation(Part):
    """A random change of the images that a network is trained on, used with a strength: `--augment blots=0.2`.

    The built-in changes share their work, such as one map of all pixels, and are settings of one class instead.
    """

    highest: ClassVar[float] = 1.0
    """The highest strength; it is above 0, which is no change."""

    @abstractmethod
    def change(self, images: Floats, strength: float, rng: np.random.Generator) -> Floats:
        """Return changed images float32, of the shape of `images` (n, height, width): 0 is background, 255 is ink.

        `images` are copies, which may be changed in place and returned. The changes depend on nothing else than the
        arguments: the same state of `rng` gives the same images.
        """
