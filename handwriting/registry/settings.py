"""The settings of a part: the fields of its dataclass, filled from text or from JSON and checked by their types."""

import dataclasses
import reprlib
import types
import typing
from collections.abc import Mapping
from typing import Any

from handwriting.errors import HandwritingError, PluginError, SettingError

TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def fields(part: type[Any]) -> tuple[dataclasses.Field[Any], ...]:
    """Return the settings of a class, none where it is no dataclass."""
    return tuple(field for field in dataclasses.fields(part) if field.init) if dataclasses.is_dataclass(part) else ()


def values(part: object) -> dict[str, Any]:
    """Return the settings of `part` by name."""
    return {field.name: getattr(part, field.name) for field in fields(type(part))}


def usage(part: type[Any]) -> str:
    """Return the settings of a class as a person would read them: "rate: float = 0.5, scaled: bool = true"."""
    return ", ".join(written(part).values()) or "none"


def written(part: type[Any]) -> dict[str, str]:
    """Return each setting of a class by name as a person would read it: "rate: float = 0.5"."""
    hints = _hints(part)
    lines = {}
    for field in fields(part):
        default = "" if field.default is dataclasses.MISSING else f" = {as_text(field.default)}"
        lines[field.name] = f"{field.name}: {_type_name(hints[field.name])}{default}"
    return lines


def as_text(value: object) -> str:
    """Return a setting's value as one would type it."""
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def construct(part: type[Any], name: str, given: Mapping[str, Any]) -> Any:
    """Return `part(**given)`, each value checked against its field's type; text is converted to it.

    Raises `SettingError` naming the setting, what it takes, and all the settings there are.
    """
    hints = _hints(part)
    known = {field.name: field for field in fields(part)}
    for key in given:
        if key not in known:
            raise SettingError(f"{name} has no setting {key!r}; its settings: {usage(part)}")
    for key, field in known.items():
        if key not in given and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingError(f"{name} needs a value for {key!r}; its settings: {usage(part)}")
    checked = {key: _convert(value, hints[key], f"{name}: {key}") for key, value in given.items()}
    try:
        return part(**checked)
    except SettingError as error:
        raise SettingError(f"{name}: {error}") from error
    except HandwritingError:
        raise
    except Exception as error:  # a plugin's own check of its settings may raise anything
        cause = str(error) or type(error).__name__
        raise SettingError(f"{name}: {cause}; its settings: {usage(part)}") from error


def _hints(part: type[Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(part)
    except Exception as error:  # it evaluates whatever the author of a plugin wrote behind a colon
        place = f"{part.__module__}:{part.__qualname__}"
        raise PluginError(f"the types of the settings of {place} can't be understood ({error})") from error


def _convert(value: Any, hint: Any, what: str) -> Any:
    """Return `value` as the type `hint`: int, float, str, bool, Literal, a tuple of one of these, or one or None."""
    for kind in sorted(_alternatives(hint), key=lambda kind: kind is str):  # text last: anything could be text
        converted = _as_kind(value, kind)
        if converted is not _NO_MATCH:
            return converted
    shown = value[:80] if isinstance(value, str) else reprlib.repr(value)
    raise SettingError(f"{what} takes {_type_name(hint)}, not {shown!r}")


_NO_MATCH = object()


def _as_kind(value: Any, kind: Any) -> Any:
    if typing.get_origin(kind) is typing.Literal:
        return next(
            (option for option in typing.get_args(kind) if as_text(option) == value or option == value), _NO_MATCH
        )
    if typing.get_origin(kind) is tuple:
        return _as_tuple(value, typing.get_args(kind)[0])
    if kind is types.NoneType:
        return None if value is None or value == "none" else _NO_MATCH
    if kind is bool:
        return value if isinstance(value, bool) else TRUTH.get(str(value).lower(), _NO_MATCH)
    if isinstance(value, bool):
        return _NO_MATCH
    if (kind is int and isinstance(value, str)) or (kind is float and isinstance(value, str | int)):
        try:
            value = kind(value)
        except (ValueError, OverflowError):
            return _NO_MATCH
    return value if type(value) is kind and value == value else _NO_MATCH  # NaN is the one that differs from itself


def _as_tuple(value: Any, kind: Any) -> Any:
    items = tuple(_as_kind(item, kind) for item in value) if isinstance(value, list | tuple) else (_NO_MATCH,)
    return _NO_MATCH if _NO_MATCH in items else items


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)


def _type_name(hint: Any) -> str:
    kinds = _alternatives(hint)
    if len(kinds) > 1:
        return " or ".join(map(_type_name, kinds))
    if typing.get_origin(hint) is typing.Literal:
        return "|".join(as_text(option) for option in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return f"a list of {_type_name(typing.get_args(hint)[0])}"
    return "none" if hint is types.NoneType else str(getattr(hint, "__name__", hint))
