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
from handwriting.registry.suggestions import unknown
from handwriting.system.text import printable
from handwriting.training import presets
from handwriting.training.recipe import Recipe

LARGEST_FILE = 2**14
"""Bytes: many times what all settings take, and few enough that no text keeps the parser busy for long."""


def read_preset(name: str) -> dict[str, Any]:
    """Return the settings of a preset; raises `SettingError` if there is none of that name."""
    return _parsed(presets.text(name), f"the preset {name}")


def read(path: Path) -> dict[str, Any]:
    """Return the settings in a file; raises `SettingError` if it can't be read or holds anything but good settings."""
    try:
        with path.open("rb") as file:  # which may be a pipe or a device without an end
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise SettingError(f"{path} is no file of settings: it is longer than {LARGEST_FILE // 1024} KiB")
        return _parsed(content.decode("utf-8-sig"), str(path))
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
    """Return a text, number, boolean or list of those as TOML, which writes and escapes them as JSON does."""
    return printable(json.dumps(value, ensure_ascii=False))


def _parsed(text: str, source: str) -> dict[str, Any]:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{source} is not valid TOML: {error}") from error
    except (ValueError, RecursionError) as error:
        raise SettingError(f"{source} has a number of too many digits, or too many brackets") from error
    known = {field.name for field in dataclasses.fields(Recipe)} | {"dataset"}
    for key in given:
        if key not in known:
            raise SettingError(f"{source}: {unknown('setting', key[:40], sorted(known))}")
    if not isinstance(given.get("dataset", ""), str):
        raise SettingError(f"{source}: dataset must be a name in quotes")
    make_recipe(given, source)
    return given
