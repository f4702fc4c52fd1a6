"""Checkpoints: what is saved continues the training, and a damaged or hostile file is refused in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as tensors_of
from safetensors.numpy import save as to_bytes

from handwriting.errors import ModelError
from handwriting.interfaces import Examples
from handwriting.models.model_file import CHECKPOINT_KEY as KEY
from handwriting.training import checkpoint
from handwriting.training.checkpoint import CheckpointKeeper, Origin
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import make_trainer
from handwriting.training.trainer import Trainer
from tests.helpers.safetensors_parts import header_of

RNG = np.random.default_rng(1)
EXAMPLES = Examples(RNG.integers(0, 256, (60, 28, 28), dtype=np.uint8), RNG.integers(0, 3, 60).astype(np.uint8))
RECIPE = Recipe(hidden=(4,), epochs=2, average=0.5)


def new_trainer() -> Trainer:
    return make_trainer(resolve(RECIPE), EXAMPLES, ("a", "b", "c"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A checkpoint after the whole training."""
    trainer = new_trainer()
    for _ in trainer.run():
        pass
    keeper = CheckpointKeeper(tmp_path / "checkpoint", Origin(RECIPE, [], {"name": "strokes"}, len(EXAMPLES), 1))
    keeper.take(trainer)
    keeper.write()
    return keeper.path


def resume(path: Path) -> Trainer:
    trainer = new_trainer()
    checkpoint.load(path).restore(trainer)
    return trainer


def test_a_checkpoint_is_restored_bit_for_bit(path: Path) -> None:
    before, after = new_trainer(), resume(path)
    for _ in before.run():
        pass
    assert np.array_equal(before.network.vector, after.network.vector)
    assert [epoch.cost for epoch in before.history] == [epoch.cost for epoch in after.history]
    assert before.random.order.random() == after.random.order.random()


def change(path: Path, value: Any, *place: Any) -> None:
    """Put `value` at a place of the checkpoint's description."""
    content = path.read_bytes()
    header, _ = header_of(content)
    description = json.loads(header["__metadata__"][KEY])
    inner = description
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path.write_bytes(to_bytes(tensors_of(content), {KEY: json.dumps(description)}))


NO_NUMBERS: list[Any] = [None, "1", -1, True, float("nan"), float("inf"), 10**400, []]
NO_GENERATORS: list[Any] = [None, {}, {"bit_generator": "PCG64", "state": {"state": 2**130, "inc": 1}}]
HOSTILE: dict[tuple[Any, ...], list[Any]] = {
    ("origin", "threads"): [*NO_NUMBERS, 0, 1.0, 2**40],
    ("origin", "examples"): [*NO_NUMBERS, 1.0],
    ("origin", "dataset"): [None, "mnist", {"pictures": "a\0b"}],
    ("origin", "parts"): [None, {}, [3], [{}], [{"kind": "layer"}]],
    ("origin", "recipe"): [None, [], {"epochs": -3}, {"epocks": 3}],
    ("values", "seconds"): [*NO_NUMBERS, 1e300],
    ("values", "steps"): [*NO_NUMBERS, 1.0],
    ("values", "hurried"): [None, 1, "x"],
    ("values", "history"): [None, [3], [{}], [{"number": 1}]],
    ("values", "history", 0, "cost"): NO_NUMBERS,
    ("values", "history", 0, "more"): [1],
    ("values", "order"): NO_GENERATORS,
    ("values", "order", "state", "inc"): [-1, 2**128, None, "1"],
    ("values", "order", "bit_generator"): ["MT19937", None],
    ("values", "layers"): [None, [], [{}], NO_GENERATORS],
}


@pytest.mark.parametrize("place", HOSTILE, ids=lambda place: ".".join(map(str, place)))
def test_a_hostile_checkpoint_is_refused_in_one_line(path: Path, place: tuple[Any, ...]) -> None:
    good = path.read_bytes()
    for value in HOSTILE[place]:
        path.write_bytes(good)
        change(path, value, *place)
        with pytest.raises(ModelError) as error:
            resume(path)
        assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["vector", "kept", "average", "optimizer.steps", "optimizer.sum"])
def test_arrays_of_another_shape_are_refused(path: Path, name: str) -> None:
    content = path.read_bytes()
    header, _ = header_of(content)
    tensors = tensors_of(content) | {name: np.ones((1, 1), np.float32)}
    path.write_bytes(to_bytes(tensors, header["__metadata__"]))
    with pytest.raises(ModelError, match="the checkpoint does not fit"):
        resume(path)


@pytest.mark.parametrize("steps", [-1, -2, -1e5, -3e38])
def test_a_number_of_steps_that_is_damaged_ends_no_training(path: Path, steps: float) -> None:
    """Found by fuzzing: b^t is too large for a number, and 1 - b^0 is 0."""
    content = path.read_bytes()
    header, _ = header_of(content)
    tensors = tensors_of(content) | {"optimizer.steps": np.array([steps], np.float32)}
    path.write_bytes(to_bytes(tensors, header["__metadata__"]))
    trainer = resume(path)
    trainer.history.pop()  # there is an epoch left
    for _ in trainer.run():
        pass
    assert np.isfinite(trainer.network.vector).all()
