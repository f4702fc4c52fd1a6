"""Settings files: what is read makes a recipe within its ranges, which is written and read again as the same."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from handwriting.training import presets, recipe_toml
from handwriting.training.resolve import check, resolve
from tests.fuzz.mutations import VALUES, changed_bytes, changed_json

SETTINGS: dict[str, Any] = {
    "dataset": "mnist", "layers": ["conv2d:4", "max-pool"], "hidden": [32], "activation": "relu", "loss": "mse",
    "optimizer": "momentum:0.9", "learning_rate": 0.1, "schedule": "cosine", "epochs": 2, "batch_size": 64,
    "augment": "rotation=5", "weight_decay": 0.01, "label_smoothing": 0.1, "average": 0.9, "validation": 0.1,
    "patience": 3, "time_limit": 60.0, "seed": 1,
}  # fmt: skip
DEEP = st.sampled_from([
    b"hidden = " + b"[" * 3000, b"seed = " + b"9" * 5000, b".".join([b"a"] * 20_000) + b" = 1", b"a = 1\n" * 20_000,
    b"[a]\n" * 9000,
])  # fmt: skip
"""Texts that cost a parser a lot."""


def contents() -> SearchStrategy[bytes]:
    """Settings files with odd values, with odd text, or with changes in their bytes."""
    one_setting = st.tuples(st.sampled_from(sorted(SETTINGS)), VALUES).map(lambda pair: SETTINGS | {pair[0]: pair[1]})
    valid = st.sampled_from([*map(presets.text, presets.names()), _toml(SETTINGS).decode()]).map(str.encode)
    return st.one_of(one_setting.map(_toml), changed_json(st.just(SETTINGS)).map(_toml), changed_bytes(valid), DEEP)


def use(content: bytes, folder: Path) -> None:
    """Read the settings, and check the recipe as `hwr train` does before it opens a dataset."""
    path = folder / "settings.toml"
    path.write_bytes(content)
    given = recipe_toml.read(path)
    recipe = recipe_toml.make_recipe(given)
    check(resolve(recipe))
    path.write_text(recipe_toml.write(recipe, given.get("dataset", "mnist")), "utf-8")
    assert recipe_toml.make_recipe(recipe_toml.read(path)) == recipe


def _toml(settings: Any) -> bytes:
    """Return a table as TOML, which writes most values as JSON does."""
    table = settings if isinstance(settings, dict) else {"settings": settings}
    lines = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items()]
    text = "\n".join(lines).replace("Infinity", "inf").replace("NaN", "nan")
    return text.encode("utf-8", "surrogatepass")
