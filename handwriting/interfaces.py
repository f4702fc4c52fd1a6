"""The contracts that plugin authors implement: Activation, Layer, Optimizer, Dataset, Augmentation.

The built-in parts implement the same contracts and are found the same way, so each of them is an example to copy from.
A class becomes available when its distribution names it in an entry-point group:

    handwriting.activations    handwriting.layers    handwriting.optimizers    handwriting.datasets
    handwriting.augmentations

A command of `hwr` is a `click.Command`, named in the group `handwriting.commands`.

A class with settings is a dataclass: its fields are what the user writes behind the colon in `--layer dropout:0.5`.
All arrays keep their dtype (float32 in training, float64 in gradient checks); their first axis is the batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

API_VERSION = 1
"""Increased when a plugin written for the previous version might no longer work; see plugins/README.md."""

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

    initialization: ClassVar[Literal["he", "glorot"]] = "glorot"
    """How the weights of the layer before it are initialized: "he" if it cuts off half of its inputs, as relu does."""

    @abstractmethod
    def forward(self, z: Floats) -> Floats:
        """Return a = f(z), with the shape and dtype of `z`, which must not be changed."""

    @abstractmethod
    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz, from `gradient` = dL/da, the input `z` and the output `a` of `forward`; all of one shape."""


@dataclass(frozen=True)
class Parameter:
    """One parameter array of a layer: its shape and its initial values.

    With `fans` = (fan in, fan out) it is initialized at random, by He's or Glorot's rule, whichever the next activation
    asks for. Without, every element starts at `value`.
    """

    shape: Shape
    fans: tuple[int, int] | None = None
    value: float = 0.0
    trained: bool = True
    """False for state that no gradient reaches, which the layer itself updates in place during training."""


class Layer(Part):
    """A layer of the network: a dataclass whose fields are its settings. It keeps no state of a call on `self`."""

    initialization: ClassVar[Literal["he", "glorot"] | None] = None
    """For a layer that serves as an activation: how the weights of the layer before it are initialized."""

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


class Optimizer(Part):
    """A rule that updates all parameters, one flat vector, by their gradient; a dataclass of its settings."""

    learning_rate: ClassVar[float] = 0.001
    """The default learning rate."""

    elementwise: ClassVar[bool] = False
    """Whether the update of a parameter depends on its own gradients alone: then threads can share the vector."""

    @abstractmethod
    def start(self, size: int) -> dict[str, Floats]:
        """Return the initial state, arrays by name, for `size` float32 parameters."""

    @abstractmethod
    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Update `parameters` and `state` in place; `gradient` may be overwritten."""


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
