"""The settings of a part: the fields of its dataclass, given as text or as JSON values, and checked by their types."""

import contextlib
import dataclasses
import reprlib
import types
import typing
from collections.abc import Mapping
from typing import Any

from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.registry.blame import blaming
from handwriting.registry.suggestions import did_you_mean

BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
IN_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


def fields(part_class: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    """Return the settings of a class, none if it is not a dataclass."""
    if not dataclasses.is_dataclass(part_class):
        return ()
    return tuple(field for field in dataclasses.fields(part_class) if field.init)


def type_hints(part_class: type[Any]) -> dict[str, Any]:
    """Return the types of the settings by name; raises `PluginError` if they can't be evaluated."""
    try:
        return typing.get_type_hints(part_class)
    except Exception as error:  # annotations may be any code
        place = f"{part_class.__module__}:{part_class.__qualname__}"
        raise PluginError(f"the types of the settings of {place} can't be understood ({error})") from error


def required(part_class: type[Any]) -> list[str]:
    """Return the names of the settings that have no default."""
    missing = dataclasses.MISSING
    return [f.name for f in fields(part_class) if f.default is missing and f.default_factory is missing]


def default(field: dataclasses.Field[Any]) -> Any:
    """Return the default of a setting, `dataclasses.MISSING` if it has none."""
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def declarations(part_class: type[Any]) -> list[str]:
    """Return each setting of a class with its type and default, such as "rate: float = 0.5"."""
    hints = type_hints(part_class)
    lines = []
    for field in fields(part_class):
        value = default(field)
        shown = "" if value is dataclasses.MISSING else f" = {format_value(value)}"
        lines.append(f"{field.name}: {_type_name(hints[field.name])}{shown}")
    return lines


def of_layers(part_class: type[Any]) -> str | None:
    """Return the name of the setting that holds layers (see `interfaces.Layers`), None if a class has none."""
    hints = type_hints(part_class)
    return next((field.name for field in fields(part_class) if _holds_layers(hints[field.name])), None)


def signature(part_class: type[Any]) -> str:
    """Return all settings of a class in one line, such as "rate: float = 0.5, scaled: bool = true"."""
    return ", ".join(declarations(part_class)) or "none"


def format_value(value: object) -> str:
    """Return the value of a setting as users write it."""
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the types in a union, or a type that is none."""
    return typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)


def construct(part_class: type[Any], name: str, given: Mapping[str, Any]) -> Any:
    """Return `part_class(**given)`, each value converted to the type of its field; messages begin with `name`, if any.

    Raises `SettingError` if a setting is unknown, missing, of the wrong type, or refused by the class itself.
    """
    hints, known = type_hints(part_class), [field.name for field in fields(part_class)]
    for key in given:
        if key not in known:
            hint = did_you_mean(key, known)
            raise SettingError(f"{name} has no setting {key!r}; {hint}its settings: {signature(part_class)}")
    for key in required(part_class):
        if key not in given:
            raise SettingError(f"{name} needs a value for {key!r}; its settings: {signature(part_class)}")
    prefix = f"{name}: " if name else ""
    converted = {key: _convert(value, hints[key], f"{prefix}{key}") for key, value in given.items()}
    try:
        with blaming(part_class, Exception):
            return part_class(**converted)
    except SettingError as error:
        raise SettingError(f"{prefix}{error}") from error
    except HandwritingError:
        raise
    except Exception as error:  # a plugin's own check of its settings may raise anything
        cause = str(error) or type(error).__name__
        raise SettingError(f"{prefix}{cause}; its settings: {signature(part_class)}") from error


def _convert(value: Any, hint: Any, what: str) -> Any:
    """Return `value` as the type `hint`: int, float, str, bool, Literal, a tuple of one of these, or one or None."""
    if typing.get_origin(hint) is tuple and isinstance(value, list | tuple):
        return tuple(_convert(item, typing.get_args(hint)[0], what) for item in value)
    for kind in sorted(alternatives(hint), key=lambda kind: kind is str):  # str last: it accepts any text
        with contextlib.suppress(ValueError, OverflowError, LookupError):
            return _as_type(value, kind)
    shown = value[:80] if isinstance(value, str) else reprlib.repr(value)
    expected = " or ".join(IN_WORDS.get(kind) or _type_name(kind) for kind in alternatives(hint))
    raise SettingError(f"{what} takes {expected}, not {shown!r}")


def _as_type(value: Any, kind: Any) -> Any:
    """Return `value` as a type that is not a union; raises `ValueError` or the like if it does not fit."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        matches = [option for option in arguments if value in (option, format_value(option))]
        return matches[0]
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_as_type(item, arguments[0]) for item in value)
    if kind is types.NoneType and value in (None, "none"):
        return None
    if kind is bool:
        return BOOLEANS[str(value).lower()]
    if kind in (int, float) and type(value) in (int, str):
        value = kind(value)
    if kind not in IN_WORDS and isinstance(kind, type) and isinstance(value, kind):  # a layer
        return value
    if type(value) is kind and value == value:  # NaN, which differs from itself, is no value
        return value
    raise ValueError


def _holds_layers(hint: Any) -> bool:
    from handwriting.interfaces import Layers  # late: it imports NumPy

    return bool(hint == Layers)


def _type_name(hint: Any) -> str:
    if _holds_layers(hint):
        return "layers joined by +, such as conv2d:32+relu"
    kinds = alternatives(hint)
    if len(kinds) > 1:
        return " or ".join(map(_type_name, kinds))
    if typing.get_origin(hint) is typing.Literal:
        return "|".join(map(format_value, typing.get_args(hint)))
    if typing.get_origin(hint) is tuple:
        return f"a list of {_type_name(typing.get_args(hint)[0])}"
    return "none" if hint is types.NoneType else str(getattr(hint, "__name__", hint))
