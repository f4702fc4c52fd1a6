"""Recipes as TOML: the presets that come with the package, and files of one's own.

Each key is a field of `Recipe`, or "dataset". A list stands for an option that is given several times.
"""

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handwriting.errors import SettingError
from handwriting.registry import settings
from handwriting.registry.suggestions import did_you_mean
from handwriting.training import presets
from handwriting.training.recipe import Recipe


def read_preset(name: str) -> dict[str, Any]:
    """Return the settings of a preset; raises `SettingError` if there is none of that name."""
    return _parsed(presets.text(name), f"the preset {name}")


def read(path: Path) -> dict[str, Any]:
    """Return the settings in a file; raises `SettingError` if it can't be read or holds anything but good settings."""
    try:
        return _parsed(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"can't read {path}: {getattr(error, 'strerror', None) or 'it is not text'}") from error


def make_recipe(given: Mapping[str, Any], source: str = "", base: Mapping[str, Any] | None = None) -> Recipe:
    """Return the recipe with the settings `given`, others as in `base`, the rest at their defaults.

    Layers that are given replace the default hidden layer. Raises `SettingError` where a setting is wrong; `source`
    says where the settings come from, and stands at the beginning of the message.
    """
    merged = {**(base or {}), **given}
    if "layers" in given:
        merged.setdefault("hidden", ())
    made: Recipe = settings.construct(Recipe, source, {k: v for k, v in merged.items() if k != "dataset"})
    return made


def write(recipe: Recipe, dataset: str) -> str:
    """Return a recipe as the text of a TOML file that gives it again."""
    lines = [f"dataset = {_toml(dataset)}"]
    for name, value in dataclasses.asdict(recipe).items():
        if value is not None:
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines)


def _toml(value: object) -> str:
    """Return a text, number, boolean or list of those as TOML, which writes them as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{source} is not valid TOML: {error}") from error
    known = {field.name for field in dataclasses.fields(Recipe)} | {"dataset"}
    for key in given:
        if key not in known:
            hint = did_you_mean(key, sorted(known))
            raise SettingError(f"{source} has an unknown setting {key!r}; {hint}there are: {', '.join(sorted(known))}")
    if not isinstance(given.get("dataset", ""), str):
        raise SettingError(f"{source}: dataset must be a name in quotes")
    make_recipe(given, source)
    return given
