"""A training's settings as TOML: the presets that come with the package, and files of one's own.

Each key is a field of `Recipe`, or "dataset". Lists stand for options that are given several times, and
batch_size = "full" for all examples at once.
"""

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from handwriting.errors import SettingError
from handwriting.registry import settings
from handwriting.training.recipe import Recipe


def presets() -> list[str]:
    """Return the names of the presets."""
    folder = resources.files("handwriting").joinpath("training", "presets")
    return sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))


def preset(name: str) -> dict[str, Any]:
    """Return the settings of a preset; raises `SettingError` where there is none of that name."""
    if name not in presets():
        raise SettingError(f"there is no preset {name!r}; there are: {', '.join(presets())}")
    text = resources.files("handwriting").joinpath("training", "presets", f"{name}.toml").read_text("utf-8")
    return _parsed(text, f"the preset {name}")


def read(path: Path) -> dict[str, Any]:
    """Return the settings in a file; raises `SettingError` where it can't be read, is no TOML, or has unknown keys."""
    try:
        return _parsed(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"can't read {path}: {getattr(error, 'strerror', None) or 'it is no text'}") from error


def recipe(given: Mapping[str, Any]) -> Recipe:
    """Return the recipe with these settings, the others at their defaults; raises `SettingError` where one is wrong."""
    made: Recipe = settings.construct(Recipe, "the training", {k: v for k, v in given.items() if k != "dataset"})
    return made


def written(made: Recipe, dataset: str) -> str:
    """Return a recipe as the TOML file that gives it again."""
    lines = [f"dataset = {_toml(dataset)}"]
    for name, value in dataclasses.asdict(made).items():
        if name == "batch_size" and value is None:
            value = "full"
        if value is not None:
            lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines)


def _toml(value: object) -> str:
    """Return a text, number, truth or list of those as TOML: as JSON, but for JSON's way to escape rare characters."""
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{source} is no proper TOML: {error}") from error
    known = {field.name for field in dataclasses.fields(Recipe)} | {"dataset"}
    for key in given:
        if key not in known:
            raise SettingError(f"{source} has an unknown setting {key!r}; there are: {', '.join(sorted(known))}")
    if not isinstance(given.get("dataset", ""), str):
        raise SettingError(f"{source}: dataset is the name of one, in quotes")
    if given.get("batch_size") == "full":
        given["batch_size"] = None
    return given
