"""Checkpoints: from whatever loads, the training can be continued."""

import json
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from handwriting.errors import DivergedError
from handwriting.interfaces import Examples
from handwriting.models.model_file import CHECKPOINT_KEY
from handwriting.nn import architecture
from handwriting.training import checkpoint
from handwriting.training.checkpoint import CheckpointKeeper, Origin
from handwriting.training.events import Epoch
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import check, resolve
from handwriting.training.session import make_trainer
from tests.fuzz.mutations import changed_bytes, changed_json
from tests.helpers.safetensors_parts import header_of, join

CLASS_NAMES = tuple("0123456789")
RECIPE = Recipe(layers=("dropout:0.1",), hidden=(4,), epochs=3, batch_size=16, average=0.9, validation=0.2)
STEPS = 3
"""Steps after which a continued training is stopped."""
MOST_WEIGHTS = 1_000_000
"""A network with more of them is not trained here: that may rightly take longer."""


def contents() -> SearchStrategy[bytes]:
    """Checkpoints with changes in their description, in their header or in their bytes."""
    return st.one_of(
        changed_json(st.builds(_description)).map(_with_description),
        changed_json(st.builds(_header)).map(_with_header),
        changed_bytes(st.builds(_valid)),
    )


def use(content: bytes, folder: Path) -> None:
    """Load the checkpoint, and take a few steps from there, as `hwr train --resume` does."""
    path = folder / "checkpoint"
    path.write_bytes(content)
    loaded = checkpoint.load(path)
    recipe = loaded.origin.recipe
    setup = resolve(recipe)
    check(setup)
    if sum(stage.trained_size for stage in architecture.plan(setup.layers)) > MOST_WEIGHTS:
        return
    trainer = make_trainer(setup, _examples(), CLASS_NAMES)
    loaded.restore(trainer)
    steps = count(1)
    try:
        for _ in trainer.run(lambda: next(steps) >= STEPS):
            pass
    except DivergedError:
        return  # the weights may be any finite numbers
    keeper = CheckpointKeeper(path, loaded.origin)
    keeper.take(trainer)
    keeper.write()
    checkpoint.load(path)


@cache
def _examples() -> Examples:
    rng = np.random.default_rng(0)
    return Examples(rng.integers(0, 256, (64, 28, 28), np.uint8), rng.integers(0, 10, 64).astype(np.uint8))


@cache
def _valid() -> bytes:
    """A checkpoint after the first epoch of a small training."""
    trainer = make_trainer(resolve(RECIPE), _examples(), CLASS_NAMES)
    with tempfile.TemporaryDirectory() as folder:
        keeper = CheckpointKeeper(Path(folder) / "checkpoint", Origin(RECIPE, [], {"name": "strokes"}, 64, 1))
        next(event for event in trainer.run() if isinstance(event, Epoch))
        keeper.take(trainer)
        keeper.write()
        return keeper.path.read_bytes()


def _header() -> dict[str, Any]:
    return dict(header_of(_valid())[0])


def _description() -> Any:
    return json.loads(_header()["__metadata__"][CHECKPOINT_KEY])


def _with_description(description: Any) -> bytes:
    """Return the valid checkpoint with another description."""
    return _with_header(_header() | {"__metadata__": {CHECKPOINT_KEY: json.dumps(description)}})


def _with_header(header: Any) -> bytes:
    """Return the valid checkpoint with another header."""
    return join(header, header_of(_valid())[1])
