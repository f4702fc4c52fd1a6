"""What a sweep does: a base recipe, the settings that are searched around it, and the dataset to train on.

values of the searched settings -> recipe of a trial
"""

import dataclasses
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import SettingError
from handwriting.interfaces import Splits
from handwriting.training import recipe_toml
from handwriting.training.randomness import hold_out
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import check, resolve
from handwriting_sweep.space import Choices, Space, Value, as_setting, option, written


@dataclass(frozen=True)
class Plan:
    """The base recipe, the search space, and the dataset: its name, or the folder of its pictures."""

    base: Recipe
    space: Space
    opened: OpenedDataset
    folder: Path | None

    @cached_property
    def examples(self) -> tuple[int, ...]:
        """The fingerprint of the dataset."""
        return fingerprint(self.opened.splits)

    def recipe(self, values: Mapping[str, Value]) -> Recipe:
        """Return the base recipe with these values of the searched settings; raises `SettingError` for a wrong one."""
        return changed(self.base, values)

    def base_values(self) -> dict[str, Value]:
        """Return the values of the base recipe for the searched settings, as they are shown."""
        return {name: _shown(value) for name, value in self._base_settings().items()}

    def base_point(self) -> dict[str, Value] | None:
        """Return the base recipe as a point of the search space, None if it lies outside."""
        point: dict[str, Value] = {}
        for name, setting in self._base_settings().items():
            searched = self.space[name]
            if isinstance(searched, Choices):
                found = [text for text in searched.texts if self._means(name, text, setting)]
            else:
                number = setting[0] if isinstance(setting, tuple) and len(setting) == 1 else setting
                is_inside = isinstance(number, int | float) and searched.low <= number <= searched.high
                found = [number] if is_inside else []
            if not found:
                return None
            point[name] = found[0]
        return point

    def description(self) -> dict[str, Any]:
        """Return what must be the same when a sweep is resumed, as JSON values."""
        written = {
            "space": {name: str(searched) for name, searched in self.space.items()},
            "recipe": dataclasses.asdict(self.base),
            "dataset": self.opened.saved,
            "examples": self.examples,
        }
        described: dict[str, Any] = json.loads(json.dumps(written))
        return described

    def _base_settings(self) -> dict[str, Any]:
        """Return the settings of the base recipe that are searched, those left to hwr as it chooses them."""
        setup = resolve(self.base)
        positions, _ = hold_out(len(self.opened.splits.train), self.base)
        chosen = {
            "learning_rate": setup.learning_rate,
            "label_smoothing": getattr(setup.loss, "label_smoothing", 0.0),
            "batch_size": self.base.examples_per_step(len(positions)),
        }
        return {name: chosen.get(name, getattr(self.base, name)) for name in self.space}

    def _means(self, name: str, text: str, setting: Any) -> bool:
        """Return whether a choice is what the base recipe has, or what hwr chooses for it."""
        return getattr(self.recipe({name: text}), name) in (setting, getattr(self.base, name))


def changed(base: Recipe, values: Mapping[str, Value]) -> Recipe:
    """Return a recipe with other values of some settings; raises `SettingError` for a wrong one."""
    given = {name: as_setting(name, value) for name, value in values.items()}
    return recipe_toml.make_recipe(given, base=dataclasses.asdict(base))


def check_space(base: Recipe, space: Space) -> None:
    """Find out before anything is trained whether the base recipe, each choice and each end of a range can be trained.

    Raises `SettingError` or `PluginError`; the text begins with the name of the setting.
    """
    check(resolve(base))
    if not space:
        raise SettingError("nothing is searched: give a range or several choices, such as hidden=32..512")
    if base.validation == 0:
        raise SettingError("a sweep compares trials on the validation set: give a validation fraction above 0")
    for name, searched in space.items():
        for value in searched.ends:
            try:
                check(resolve(changed(base, {name: value})))
            except SettingError as error:
                raise SettingError(f"{option(name)}={written(value)}: {error}") from error


def fingerprint(splits: Splits) -> tuple[int, ...]:
    """Return the number of training examples and the CRC-32 of their labels, by which machines compare their data."""
    return len(splits.train), zlib.crc32(splits.train.labels.tobytes())


def _shown(setting: Any) -> Value:
    if isinstance(setting, tuple):
        return "+".join(map(str, setting)) or "none"
    return setting if isinstance(setting, int | float | str) else "none"
