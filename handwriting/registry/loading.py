"""Loading a part: its class is imported and checked. Any error names the distribution at fault."""

import contextlib
import sys
import threading
from importlib import metadata
from typing import Any

from handwriting.errors import PluginError, SettingError
from handwriting.registry.entry_points import BUILT_IN, PLURALS, Entry, entries, find
from handwriting.system.interruption import is_interruption
from handwriting.system.process_state import process_state_kept
from handwriting.system.text import cause_of
from handwriting.system.time_limit import time_limit

IMPORT_TIME_LIMIT = 30.0
"""Seconds that the import of a plugin may take."""

_loaded: dict[type[Any], Entry] = {}
_redirecting = threading.RLock()
"""Held by the thread that has redirected standard output, which is that of all threads, and will restore it."""


def load(kinds: str | tuple[str, ...], name: str) -> Any:
    """Import and return what is registered as `name`; raises what `find` and `load_entry` raise."""
    return load_entry(find(kinds, name))


def load_entry(entry: Entry) -> Any:
    """Import and return the class of `entry`, or the object of a command; raises `PluginError` if it is broken.

    Whatever the import of a plugin prints goes to standard error, so that data on standard output stays clean.
    """
    if entry.defect:
        raise PluginError(f"{entry} can't be used: {entry.defect}")
    point = metadata.EntryPoint(entry.name, entry.value, f"{BUILT_IN}.{PLURALS[entry.kind]}")
    try:
        loaded = point.load() if entry.built_in else _load_plugin(point)
    except BaseException as error:  # a plugin may also call sys.exit() at import
        if is_interruption(error):
            raise
        raise PluginError(
            f"{entry} can't be imported from {entry.value!r} ({cause_of(error)}); repair or uninstall that distribution"
        ) from error
    fault = _fault(entry, loaded)
    if fault:
        raise PluginError(f"{entry} does not fulfil its contract: {entry.value} {fault}")
    _loaded[loaded] = entry
    return loaded


def entry_of(part_class: type[Any]) -> Entry:
    """Return the entry under which a class is registered.

    Raises `SettingError` for a class that is not registered: a model with it could not be loaded again.
    """
    entry = find_entry(part_class)
    if entry is None:
        value = _value(part_class)
        raise SettingError(f"{value} is not registered; register it as an entry point (see plugins/README.md)")
    return entry


def find_entry(part_class: type[Any]) -> Entry | None:
    """Return the entry under which a class is registered, None if it is not."""
    value = _value(part_class)
    return _loaded.get(part_class) or next((entry for entry in entries() if entry.value == value), None)


def _value(part_class: type[Any]) -> str:
    return f"{part_class.__module__}:{part_class.__qualname__}"


def _load_plugin(point: metadata.EntryPoint) -> Any:
    """Import the class of a plugin; standard output is redirected only for the first import, which runs its code."""
    if point.value.partition(":")[0].strip() in sys.modules:
        return point.load()
    with _redirecting, process_state_kept(), contextlib.redirect_stdout(sys.stderr), time_limit(IMPORT_TIME_LIMIT):
        return point.load()


def _fault(entry: Entry, loaded: object) -> str | None:
    """Say how a class violates the contract of its kind; None if it does not."""
    from handwriting import interfaces

    if entry.kind == "command":
        is_command = callable(getattr(loaded, "make_context", None)) and not isinstance(loaded, type)
        return None if is_command else "is no click.Command"
    base = getattr(interfaces, entry.kind.capitalize())
    accepted = (base, interfaces.Layer) if entry.kind == "activation" else (base,)  # see `Activation`
    if not (isinstance(loaded, type) and issubclass(loaded, accepted)):
        return f"is no subclass of handwriting.interfaces.{base.__name__}"
    missing = sorted(getattr(loaded, "__abstractmethods__", ()))
    if missing:
        return f"lacks {' and '.join(missing)}"
    return _init_fault(loaded) or _version_fault(getattr(loaded, "api_version", None), entry.distribution)


def _init_fault(part_class: type[Any]) -> str | None:
    """Say which arguments a class needs that are no settings, which could not be given or saved; None if none."""
    import dataclasses
    import inspect

    fields = {field.name for field in dataclasses.fields(part_class)} if dataclasses.is_dataclass(part_class) else set()
    _, *arguments = inspect.signature(part_class.__init__).parameters.values()
    several = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    needed = [x.name for x in arguments if x.kind not in several and x.default is x.empty]
    if others := [name for name in needed if name not in fields]:
        return (
            f"has an __init__ of its own that needs {', '.join(others)}: settings are the fields of a dataclass, so "
            "its author must write @dataclass(frozen=True) above the class, and declare them as fields"
        )
    return None


def _version_fault(written_for: object, distribution: str) -> str | None:
    """Say why a class can't be used that is written for a version of the contracts; None if it can."""
    from handwriting.interfaces import API_VERSION, OLDEST_API_VERSION

    if not isinstance(written_for, int):
        return f"has the api_version {written_for!r}: it must be a number, such as {API_VERSION}"
    if written_for > API_VERSION:
        return f"is written for a newer hwr (API {written_for}, here {API_VERSION}): upgrade handwriting"
    if written_for < OLDEST_API_VERSION:
        return (
            f"is too old for this hwr (API {written_for}, here {OLDEST_API_VERSION} or later): upgrade {distribution}"
        )
    return None
