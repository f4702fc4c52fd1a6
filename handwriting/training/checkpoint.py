"""Checkpoints: the state of a training on disk, from which it can be resumed after a stop, a crash or a power cut.

A safetensors file, written at the end of an epoch: the arrays of `Trainer.state`, and as JSON its values and what the
training was started with. A resumed training gives the same bits as one that was never interrupted.
"""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handwriting.errors import HandwritingError, ModelError
from handwriting.interfaces import Floats
from handwriting.models import json_schema
from handwriting.models.json_schema import BOOLEAN, COUNT, OBJECT, TEXT, ListOf, Schema, whole
from handwriting.models.model_file import CHECKPOINT_KEY
from handwriting.models.safetensors_file import read_tensors
from handwriting.models.training_record import DATASET, EPOCH, SECONDS
from handwriting.registry.settings import construct
from handwriting.system.storage import replacing
from handwriting.training.recipe import Recipe
from handwriting.training.trainer import Trainer

FIRST, INTERVAL = 5.0, 30.0
"""Seconds until the first checkpoint on disk, and between two of them."""
GENERATOR: Schema = {
    "bit_generator": TEXT, "state": {"state": whole(0, 2**128), "inc": whole(0, 2**128)}, "has_uint32": whole(0, 1),
    "uinteger": whole(0, 2**32 - 1),
}  # fmt: skip
"""The state of one of NumPy's random number generators."""
SCHEMA: Schema = {
    "origin": {
        "recipe": OBJECT, "parts": ListOf({"kind": TEXT, "name": TEXT}), "dataset": DATASET, "examples": COUNT,
        "threads": whole(1, 2**20),
    },
    "values": {
        "history": ListOf(EPOCH), "seconds": SECONDS, "hurried": BOOLEAN, "steps": COUNT, "order": GENERATOR,
        "layers": ListOf(GENERATOR),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """What a training was started with: recipe, number of examples and threads.

    `parts` and `dataset` are what the recipe and the dataset consist of, as a model file names them.
    """

    recipe: Recipe
    parts: list[dict[str, Any]]
    dataset: dict[str, Any]
    examples: int
    threads: int


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training at the end of an epoch."""

    origin: Origin
    arrays: dict[str, Floats]
    values: dict[str, Any]

    def restore(self, trainer: Trainer) -> None:
        """Let a new `trainer` with the same origin continue from here; raises `ModelError` if it does not fit."""
        try:
            trainer.restore(self.arrays, self.values)
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(f"the checkpoint does not fit its own recipe ({error}): train again") from error

    def save(self, path: Path) -> None:
        """Write it to `path`; an older file stays there until this one is complete."""
        from safetensors.numpy import save as to_bytes

        description = {"origin": asdict(self.origin), "values": self.values}
        content = to_bytes(self.arrays, {CHECKPOINT_KEY: json.dumps(description)})
        with replacing(path) as file:
            file.write(content)


def load(path: Path) -> Checkpoint:
    """Return the checkpoint in `path`; raises `ModelError` if it is missing or damaged."""
    metadata, arrays = read_tensors(path)
    if CHECKPOINT_KEY not in metadata:
        raise ModelError(f"{path} is not a checkpoint of hwr train")
    try:
        written = json_schema.parse(metadata[CHECKPOINT_KEY])
        json_schema.check(written, SCHEMA, "description")
        given = written["origin"]
        recipe = construct(Recipe, "recipe", given["recipe"])
        origin = Origin(recipe, given["parts"], given["dataset"], given["examples"], given["threads"])
        return Checkpoint(origin, arrays, written["values"])
    except (ValueError, TypeError, RecursionError, HandwritingError) as error:
        raise ModelError(f"{path} can't be used as a checkpoint: {error}") from error


class CheckpointKeeper:
    """Keeps the newest checkpoint: always in memory, and on disk every `INTERVAL` seconds or when asked."""

    def __init__(self, path: Path, origin: Origin) -> None:
        self.path, self.origin = path, origin
        self.newest: Checkpoint | None = None
        self.due = time.monotonic() + FIRST

    def take(self, trainer: Trainer) -> None:
        """Keep a copy of the state at the end of an epoch."""
        arrays, values = trainer.state()
        self.newest = Checkpoint(self.origin, {name: array.copy() for name, array in arrays.items()}, values)
        if time.monotonic() >= self.due:
            self.write()

    def write(self) -> bool:
        """Write the newest checkpoint to disk; return whether there was one."""
        if self.newest:
            self.newest.save(self.path)
            self.due = time.monotonic() + INTERVAL
        return self.newest is not None

    def discard(self) -> None:
        """Remove the checkpoint: the training is complete."""
        self.newest = None
        with contextlib.suppress(OSError):
            self.path.unlink()
