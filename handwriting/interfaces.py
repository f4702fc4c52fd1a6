"""The contracts that a plugin fulfils: Activation, Layer, Optimizer, Dataset.

The built-in parts fulfil the same contracts and are found the same way, so each of them is an example to copy.
A class becomes usable by being named in an entry-point group of its distribution:

    handwriting.activations    handwriting.layers    handwriting.optimizers    handwriting.datasets

Classes with settings are dataclasses: their fields are what stands behind the colon in `--layer dropout:0.5`.
All arrays keep their dtype (float32 in training, float64 in gradient checks) and have the batch as their first axis.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

API_VERSION = 1
"""Counts up when a plugin written for the last version might no longer work; plugins/README.md says what may change."""

NOTHING = "nothing"
"""The name of the class of pictures that show none of the other classes: a reader never gives it as an answer."""


def place_of_nothing(class_names: Sequence[str]) -> int | None:
    """Return which of the classes is `NOTHING`, None where there is no such class."""
    return class_names.index(NOTHING) if NOTHING in class_names else None


Floats: TypeAlias = NDArray[np.floating[Any]]
Images: TypeAlias = NDArray[np.uint8]
Labels: TypeAlias = NDArray[np.uint8]
Shape: TypeAlias = tuple[int, ...]
Later: TypeAlias = Callable[[], Floats]
Backward: TypeAlias = Callable[[Floats, dict[str, Floats]], Floats | Later]


class Part(ABC):  # noqa: B024  what is abstract differs from kind to kind
    """Whatever a plugin brings."""

    api_version: ClassVar[int] = 1
    """The `API_VERSION` that the class was written for."""


class Activation(Part):
    """An element-wise function without parameters of its own; `a = forward(z)`.

    It stores nothing between calls, so that one network may run in several threads. (An activation that learns
    something is a `Layer` that keeps its input's shape; it may be registered among the activations all the same.)
    """

    initialization: ClassVar[Literal["he", "glorot"]] = "glorot"
    """How the weights in front of it are drawn: "he" where about half the inputs are cut off, as relu does."""

    @abstractmethod
    def forward(self, z: Floats) -> Floats:
        """Return the activation `a` of `z`: same shape, same dtype; `z` is left unchanged."""

    @abstractmethod
    def backward(self, gradient: Floats, z: Floats, a: Floats) -> Floats:
        """Return dL/dz from `gradient` = dL/da, the input `z` and the output `a` of `forward`; all of one shape."""


@dataclass(frozen=True)
class Parameter:
    """One array of a layer: its shape and how it starts.

    With `fans` = (inputs of a unit, outputs of an input) it is drawn at random, by He's or Glorot's rule, whichever
    the activation behind the layer asks for. Without, every element starts at `value`.
    """

    shape: Shape
    fans: tuple[int, int] | None = None
    value: float = 0.0
    trained: bool = True
    """False for state that no gradient reaches: the layer itself updates it in place while training."""


class Layer(Part):
    """A step of the network; a dataclass whose fields are its settings. It keeps no state of a call on `self`."""

    initialization: ClassVar[Literal["he", "glorot"] | None] = None
    """Only for a layer that serves as an activation: how the weights in front of it are drawn."""

    independent: ClassVar[bool] = False
    """Whether it treats each example by itself, in training, too: then a batch may be shared out among threads."""

    divisible: ClassVar[bool] = False
    """Whether a batch may be shared out all the same, in shares of 64 examples at least: each thread then trains with a
    state of its own, and the means of these are kept."""

    @abstractmethod
    def build(self, input_shape: Shape) -> tuple[Shape, dict[str, Parameter]]:
        """Return the output shape (without the batch axis) and the parameters by name.

        Raises `ShapeError` where `input_shape` does not suit.
        """

    @abstractmethod
    def forward(
        self, x: Floats, parameters: Mapping[str, Floats], *, training: bool, rng: np.random.Generator
    ) -> tuple[Floats, Backward]:
        """Return the output for the batch `x` (batch, *input_shape), and the function that goes back.

        That function is called as `backward(gradient, gradients)`: `gradient` is dL/dy; it writes dL/dparameter into
        `gradients[name][...]` for every trained parameter and returns dL/dx, or, where that is costly, a function that
        computes it: the first layer's is never asked for. `x` and `gradient` are left unchanged.
        """


class Optimizer(Part):
    """A rule that moves all parameters, one flat vector, against their gradient; a dataclass of its settings."""

    learning_rate: ClassVar[float] = 0.001
    """The learning rate to use where the user names none."""

    elementwise: ClassVar[bool] = False
    """Whether a parameter's step depends on its own gradients alone: then threads may share the vector."""

    @abstractmethod
    def start(self, size: int) -> dict[str, Floats]:
        """Return what the rule remembers between steps, as arrays by name, for `size` float32 parameters."""

    @abstractmethod
    def step(self, parameters: Floats, gradient: Floats, state: dict[str, Floats], learning_rate: float) -> None:
        """Change `parameters` and `state` in place by one step; `gradient` may serve as scratch space."""


@dataclass(frozen=True)
class Examples:
    """Pictures and what they show: `images` (n, 28, 28), light ink (255) on dark (0); `labels` (n,), from 0."""

    images: Images
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, selection: slice | NDArray[np.intp]) -> "Examples":
        """Some of the examples: a slice, or an array of positions."""
        return Examples(self.images[selection], self.labels[selection])


@dataclass(frozen=True)
class Splits:
    """A dataset in memory: examples to learn from, examples to be judged by, and the names of the classes."""

    train: Examples
    test: Examples
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """So much of something is done; `unit` is "bytes" or "images"."""

    label: str
    done: int
    total: int
    unit: str = "bytes"


@dataclass(frozen=True)
class Notice:
    """Something a person should know, in one line."""

    text: str


class Dataset(Part):
    """Where examples come from. `folder` below is the dataset's own place in the user's data directory."""

    def prepare(self, folder: Path) -> Iterator[Progress | Notice]:
        """Bring everything that `load` needs into `folder` and check it, telling how far it is.

        Raises `DataError` where that fails. The default has nothing to do.
        """
        yield from ()

    @abstractmethod
    def load(self, folder: Path) -> Splits:
        """Return the examples, after `prepare` went through. Raises `DataError` where they are not there."""
