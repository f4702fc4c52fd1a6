"""The search space: arguments NAME=VALUES become fixed settings, and ranges or choices to search in.

    hidden=32..512              a range of whole numbers
    learning-rate=1e-4..1e-1    a range of numbers
    activation=relu,gelu        choices
    epochs=4                    one value: fixed for all trials

A comma before a word with an equals sign belongs to the choice before it, as in layers=conv2d:16,kernel=5,dropout:0.2,
which has two choices. A name that is given again adds choices.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args, get_origin

from handwriting.errors import SettingError
from handwriting.registry import settings
from handwriting.registry.suggestions import unknown
from handwriting.training.recipe import Recipe

LOGARITHMIC_FROM = 10
"""A range is searched on a logarithmic scale if it is positive and its end is this many times its beginning."""
NOT_SEARCHED = ("seed", "validation")
"""They decide which images validate: trials with different ones can't be compared."""
NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
NONE = "none"
"""How users write that there are no layers, or no value of a setting that may have none."""


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`, both included; `whole` ones only, or any."""

    low: float
    high: float
    whole: bool

    @property
    def is_logarithmic(self) -> bool:
        """Whether the range is searched on a logarithmic scale."""
        return self.low > 0 and self.high >= LOGARITHMIC_FROM * self.low

    @property
    def ends(self) -> tuple[float, float]:
        """The values to check before anything is trained."""
        return self.low, self.high

    def suggest(self, trial: Any, name: str) -> float:
        """Return the value that Optuna chooses for a trial."""
        suggest = trial.suggest_int if self.whole else trial.suggest_float
        value: float = suggest(name, self.low, self.high, log=self.is_logarithmic)
        return value

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


@dataclass(frozen=True)
class Choices:
    """Values without an order, as the user wrote them."""

    texts: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, ...]:
        """The values to check before anything is trained: all."""
        return self.texts

    def suggest(self, trial: Any, name: str) -> str:
        """Return the value that Optuna chooses for a trial."""
        value: str = trial.suggest_categorical(name, self.texts)
        return value

    def __str__(self) -> str:
        return ",".join(self.texts)


Space: TypeAlias = dict[str, Range | Choices]
"""What is searched, by the name of the field of `Recipe`."""
Value: TypeAlias = float | str
"""A value of a setting as Optuna stores it: a number of a range, or the text of a choice."""


def parse(arguments: Iterable[str]) -> tuple[Space, dict[str, Any]]:
    """Return the search space, and the settings that are fixed, of arguments NAME=VALUES.

    Raises `SettingError` for a name that is no setting, and for values that are neither a range nor choices.
    """
    texts: dict[str, list[str]] = {}
    for argument in arguments:
        name, equals, values = argument.partition("=")
        if not equals:
            raise SettingError(f"{argument!r} is no setting: write NAME=VALUES, such as hidden=32..512")
        texts.setdefault(_field(name), []).append(values)
    space: Space = {}
    fixed: dict[str, Any] = {}
    for name, given in texts.items():
        found = _values(name, given)
        if isinstance(found, Choices) and len(found.texts) == 1:
            fixed[name] = as_setting(name, found.texts[0])
        elif name in NOT_SEARCHED:
            raise SettingError(f"{name} decides which images validate, and so must be the same for all: give one value")
        else:
            space[name] = found
    return space, fixed


def as_setting(name: str, value: Value) -> Any:
    """Return a value as a recipe takes it: 64+32 are two hidden layers, and the layers are a list of one or none."""
    if name == "hidden":
        return () if value == NONE else tuple(str(value).split("+"))
    if name == "layers":
        return () if value == NONE else (value,)
    return value


def option(name: str) -> str:
    """Return how a setting is called on the command line."""
    return name.replace("_", "-")


def written(value: Value) -> str:
    """Return a value as it is shown to users: numbers with three significant digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def in_words(values: Mapping[str, Value]) -> str:
    """Return settings as "hidden 128, learning-rate 0.001"."""
    return ", ".join(f"{option(name)} {written(value)}" for name, value in values.items())


def _field(name: str) -> str:
    """Return the field of `Recipe` that a name means; --layer is the only option that is called otherwise."""
    known = [field.name for field in settings.fields(Recipe)]
    field = name.strip().replace("-", "_")
    field = "layers" if field == "layer" else field
    if field not in known:
        raise SettingError(unknown("setting", name[:40], map(option, known)))
    return field


def _values(name: str, given: list[str]) -> Range | Choices:
    """Return the range or the choices that a name is given."""
    whole = _is_whole(name)
    if whole is not None and len(given) == 1 and ".." in given[0]:
        return _range(name, given[0], whole)
    texts = [text for values in given for text in _choices(values)]
    if whole is None and any(re.fullmatch(rf"{NUMBER}\.\.{NUMBER}", text) for text in texts):
        raise SettingError(f"{option(name)} is no number: give choices, separated by commas, instead of a range")
    if whole is not None and any(".." in text for text in texts):
        raise SettingError(f"{option(name)} takes one range or several choices, not both")
    if len(set(texts)) < len(texts):
        raise SettingError(f"{option(name)} has the same choice twice")
    return Choices(tuple(texts))


def _range(name: str, text: str, whole: bool) -> Range:
    match = re.fullmatch(rf"({NUMBER})\.\.({NUMBER})", text.strip())
    if match is None:
        raise SettingError(f"{option(name)} takes a range of two numbers, such as 32..512, not {text[:80]!r}")
    low, high = map(float, match.groups())
    if not math.isfinite(low) or not math.isfinite(high):
        raise SettingError(f"{option(name)}: {text[:80]} is too large a range")
    if whole and not (low.is_integer() and high.is_integer()):
        raise SettingError(f"{option(name)} takes whole numbers, not {text[:80]}")
    if low >= high:
        raise SettingError(f"{option(name)}: a range ends above its beginning, not as {text[:80]}")
    return Range(int(low), int(high), whole) if whole else Range(low, high, whole)


def _choices(text: str) -> list[str]:
    """Return what the commas separate; a piece such as kernel=5 belongs to the one before."""
    choices: list[str] = []
    for piece in text.split(","):
        if choices and choices[-1] != NONE and re.match(r"\s*[\w-]+=", piece):
            choices[-1] += f",{piece}"
        else:
            choices.append(piece.strip())
    return choices


def _is_whole(name: str) -> bool | None:
    """Return whether a setting is a whole number, None if it is no number."""
    hint = settings.type_hints(Recipe)[name]
    kinds = get_args(hint)[:1] if get_origin(hint) is tuple else settings.alternatives(hint)
    return None if not {int, float} & set(kinds) else float not in kinds
