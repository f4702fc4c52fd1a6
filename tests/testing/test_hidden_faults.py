"""Faults that show only in some batch, dtype or order of calls: each is found, and told with what to do."""

import random
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Activation, Dataset, Examples, Layer, Optimizer, Parameter, Splits
from handwriting.testing import check_activation, check_dataset, check_layer, check_optimizer

kept: Any = []
"""What a part of a module may wrongly keep between calls."""
released = threading.Event()


@pytest.fixture(autouse=True)
def nothing_kept() -> Any:
    yield
    released.set()
    for item in kept:
        if hasattr(item, "close"):
            item.close()
    kept.clear()
    released.clear()


class Cube(Activation):
    """a = z^3, whose derivative is even; correct, as each part is from which a broken one below inherits."""

    def forward(self, z: Any) -> Any:
        return z * z * z

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient * 3 * z * z


class KeepsItsInput(Cube):
    def forward(self, z: Any) -> Any:
        self.z = z
        return super().forward(z)

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return super().backward(gradient, self.z, a)


class KeepsItsInputInAList(Cube):
    def __init__(self) -> None:
        self.inputs: Any = [None]

    def forward(self, z: Any) -> Any:
        self.inputs[0] = z
        return super().forward(z)


class KeepsItsInputInTheModule(Cube):
    def forward(self, z: Any) -> Any:
        kept[:] = [z]
        return super().forward(z)

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return super().backward(gradient, kept[0], a)


class WrongForLargeInputs(Cube):
    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return np.where(np.abs(z) > 4, gradient, super().backward(gradient, z, a))


class WrongForLargeBatches(Cube):
    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        result = super().backward(gradient, z, a)
        result[32:] = 0
        return result


class WrongInFloat32(Cube):
    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return super().backward(gradient, z, a) * (2 if z.dtype == np.float32 else 1)


class ReusesItsBuffer(Cube):
    def forward(self, z: Any) -> Any:
        if not kept or kept[0].shape != z.shape or kept[0].dtype != z.dtype:
            kept[:] = [np.empty_like(z)]
        return np.multiply(z * z, z, out=kept[0])


class Squeezes(Cube):
    def forward(self, z: Any) -> Any:
        return super().forward(z).squeeze()


class TakesTheMeanOfTheBatch(Cube):
    def forward(self, z: Any) -> Any:
        return z - z.mean(axis=0)

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient - gradient.mean(axis=0)


class TakesTheMeanOfTheUnits(Cube):
    def forward(self, z: Any) -> Any:
        return z - z.mean(axis=-1, keepdims=True)

    def backward(self, gradient: Any, z: Any, a: Any) -> Any:
        return gradient - gradient.mean(axis=-1, keepdims=True)


class LeaksMemory(Cube):
    def forward(self, z: Any) -> Any:
        kept.append(z.copy())
        return super().forward(z)


class LeaksFiles(Cube):
    def forward(self, z: Any) -> Any:
        kept.append(open(__file__))  # noqa: SIM115  that is the fault
        return super().forward(z)


class WritesAFile(Cube):
    path: Any = None

    def forward(self, z: Any) -> Any:
        Path(WritesAFile.path).write_text("here I was")
        return super().forward(z)


class SeedsNumPy(Cube):
    def forward(self, z: Any) -> Any:
        np.random.seed(0)
        return super().forward(z)


class SeedsPython(Cube):
    def forward(self, z: Any) -> Any:
        random.seed(0)
        return super().forward(z)


class LeavesAThread(Cube):
    def forward(self, z: Any) -> Any:
        threading.Thread(target=released.wait, name="lost").start()
        return super().forward(z)


@pytest.mark.parametrize(
    ("activation", "detail"),
    [
        (KeepsItsInput, "it stores z on self: a call keeps its values in local variables"),
        (KeepsItsInputInAList, "it stores inputs on self"),
        (KeepsItsInputInTheModule, "is affected by another call in between"),
        (WrongForLargeInputs, "gradient, large inputs: the gradient of the inputs at"),
        (WrongForLargeBatches, "gradient, large batch: for a batch of 130 examples, the gradient of the inputs at"),
        (WrongInFloat32, "the gradient of the inputs in float32 differs from float64"),
        (ReusesItsBuffer, "the output of a call is overwritten by the next call: return a new array"),
        (Squeezes, r"batch of one: the output has the shape \(6,\) instead of \(1, 6\)"),
        (TakesTheMeanOfTheBatch, "element-wise: the output for an element depends on other elements"),
        (TakesTheMeanOfTheUnits, "element-wise: the output for an element depends on other elements"),
        (LeaksMemory, "each call keeps .* of memory for ever"),
        (LeaksFiles, "20 calls leave .* files open: close them"),
        (WritesAFile, "it writes .*note: it may write no files"),
        (SeedsNumPy, "it seeds or uses the global random numbers of np.random: draw from the argument `rng`"),
        (SeedsPython, "it seeds or uses the global random numbers of random"),
        (LeavesAThread, r"it leaves threads running \(lost.*\): end them"),
    ],
)
def test_a_fault_of_an_activation_is_found(activation: Any, detail: str, tmp_path: Path) -> None:
    WritesAFile.path = tmp_path / "note"
    with pytest.raises(AssertionError, match=detail):
        check_activation(activation())


class Scale(Layer):
    """y = x * scale; correct."""

    independent = True

    def build(self, input_shape: Any) -> Any:
        return input_shape, {"scale": Parameter(input_shape, value=1.0)}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        def backward(gradient: Any, gradients: Any) -> Any:
            gradients["scale"][...] = (gradient * x).sum(axis=0)
            return gradient * parameters["scale"]

        return x * parameters["scale"], backward


class BindsItsGradient(Scale):
    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        def backward(gradient: Any, gradients: Any) -> Any:
            gradients["scale"] = (gradient * x).sum(axis=0)
            return gradient * parameters["scale"]

        return x * parameters["scale"], backward


@dataclass(frozen=True)
class Masked(Layer):
    """y = x * mask: each field is a fault of a dropout."""

    always: bool = False
    own_random_numbers: bool = False
    by_the_batch: bool = False
    independent = True

    def build(self, input_shape: Any) -> Any:
        return input_shape, {}

    def forward(self, x: Any, parameters: Any, *, training: Any, rng: np.random.Generator) -> Any:
        if not (training or self.always):
            return x, lambda gradient, gradients: gradient
        mask = (np.random.default_rng() if self.own_random_numbers else rng).random(x.shape) < 0.5
        factor = mask.mean(axis=0) + np.abs(x).max() if self.by_the_batch else 2
        return x * mask * factor, lambda gradient, gradients: gradient * mask * factor


@pytest.mark.parametrize(
    ("layer", "detail"),
    [
        (BindsItsGradient(), r"write gradients\['scale'\]\[...\] = ... instead of gradients\['scale'\] ="),
        (Masked(always=True), "deterministic: at inference time it draws random numbers: do so only `if training`"),
        (Masked(own_random_numbers=True), "deterministic: in training .* draw all random numbers from `rng`"),
        (Masked(by_the_batch=True), "depends on its batch: set independent = False"),
    ],
)
def test_a_fault_of_a_layer_is_found(layer: Any, detail: str) -> None:
    with pytest.raises(AssertionError, match=detail):
        check_layer(layer, (6,))


def test_what_they_inherit_from_is_right() -> None:
    check_activation(Cube())
    check_layer(Scale(), (6,))
    check_layer(Masked(), (6,))
    check_optimizer(Heavy())


class Heavy(Optimizer):
    """Momentum; correct."""

    elementwise = True
    learning_rate = 0.1

    def start(self, size: int) -> Any:
        return {"velocity": np.zeros(size, np.float32)}

    def step(self, parameters: Any, gradient: Any, state: Any, learning_rate: float) -> None:
        state["velocity"] *= 0.9
        state["velocity"] += gradient
        parameters -= learning_rate * state["velocity"]


class HeavyOnSelf(Heavy):
    def start(self, size: int) -> Any:
        self.velocity: Any = 0
        return {}

    def step(self, parameters: Any, gradient: Any, state: Any, learning_rate: float) -> None:
        self.velocity = 0.9 * self.velocity + gradient
        parameters -= learning_rate * self.velocity


class HeavyInTheModule(Heavy):
    def start(self, size: int) -> Any:
        kept[:] = [np.zeros(size, np.float32)]
        return {}

    def step(self, parameters: Any, gradient: Any, state: Any, learning_rate: float) -> None:
        kept[0] = 0.9 * kept[0] + gradient
        parameters -= learning_rate * kept[0]


class Clips(Heavy):
    def step(self, parameters: Any, gradient: Any, state: Any, learning_rate: float) -> None:
        gradient *= min(1, 100 / np.linalg.norm(gradient))
        super().step(parameters, gradient, state, learning_rate)


class LeaksGradients(Heavy):
    def step(self, parameters: Any, gradient: Any, state: Any, learning_rate: float) -> None:
        kept.append(gradient)
        super().step(parameters, gradient, state, learning_rate)


@pytest.mark.parametrize(
    ("optimizer", "detail"),
    [
        (HeavyOnSelf, "resumed with its saved state"),
        (HeavyOnSelf, "it stores velocity on self"),
        (HeavyInTheModule, "two trainings at once affect each other: keep all that lasts in the dict that `start`"),
        (Clips, "slices: the update of a parameter depends on others: set elementwise = False"),
        (LeaksGradients, "each call keeps .* of memory for ever"),
    ],
)
def test_a_fault_of_an_optimizer_is_found(optimizer: Any, detail: str) -> None:
    with pytest.raises(AssertionError, match=detail):
        check_optimizer(optimizer())


def drawn(count: int, seed: int) -> Examples:
    rng = np.random.default_rng(seed)
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 8:20, 8:20] = rng.integers(0, 256, (count, 12, 12))
    return Examples(images, rng.integers(0, 2, count).astype(np.uint8))


class Noise(Dataset):
    """Correct in form."""

    def load(self, folder: Path) -> Splits:
        return Splits(drawn(200, 0), drawn(50, 1), ("a", "b"))


class TestsWhatItTrains(Noise):
    __test__ = False

    def load(self, folder: Path) -> Splits:
        return Splits(drawn(200, 0), drawn(200, 0)[150:], ("a", "b"))


class WritesElsewhere(Noise):
    def prepare(self, folder: Path) -> Any:
        (folder.parent / "elsewhere").mkdir()
        yield from ()


class SeedsNumPyToDraw(Noise):
    def load(self, folder: Path) -> Splits:
        np.random.seed(7)
        return super().load(folder)


def test_datasets_may_write_inside_their_folder(tmp_path: Path) -> None:
    class Writes(Noise):
        def prepare(self, folder: Path) -> Any:
            folder.mkdir()
            (folder / "images.bin.part").write_bytes(b"images")
            (folder / "images.bin.part").rename(folder / "images.bin")
            yield from ()

    check_dataset(Writes(), tmp_path / "noise")


@pytest.mark.parametrize(
    ("dataset", "detail"),
    [
        (TestsWhatItTrains, "50 of 50 test images are also in the training set: remove them there"),
        (WritesElsewhere, "it writes .*elsewhere: it may write only inside the folder that it is given"),
        (SeedsNumPyToDraw, r"global random numbers of np.random: draw .* np.random.default_rng\(seed\)"),
    ],
)
def test_a_fault_of_a_dataset_is_found(dataset: Any, detail: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=detail):
        check_dataset(dataset(), tmp_path / "noise")
