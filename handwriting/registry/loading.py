"""Loading a part: its class is imported and checked. Any error names the distribution at fault."""

import contextlib
import sys
import threading
from importlib import metadata
from typing import Any

from handwriting.errors import PluginError, SettingError
from handwriting.registry.entry_points import BUILT_IN, Entry, entries, find
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
    point = metadata.EntryPoint(entry.name, entry.value, f"{BUILT_IN}.{entry.kind}s")
    try:
        loaded = point.load() if entry.built_in else _load_plugin(point)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may also call sys.exit() at import
        cause = f"{type(error).__name__}: {error}".strip().rstrip(":").splitlines()[0]
        raise PluginError(
            f"{entry} can't be imported from {entry.value!r} ({cause}); repair or uninstall that distribution"
        ) from error
    fault = _fault(entry.kind, loaded)
    if fault:
        raise PluginError(f"{entry} does not fulfil its contract: {entry.value} {fault}")
    _loaded[loaded] = entry
    return loaded


def entry_of(part_class: type[Any]) -> Entry:
    """Return the entry under which a class is registered.

    Raises `SettingError` for a class that is not registered: a model with it could not be loaded again.
    """
    value = f"{part_class.__module__}:{part_class.__qualname__}"
    entry = _loaded.get(part_class) or next((entry for entry in entries() if entry.value == value), None)
    if entry is None:
        raise SettingError(f"{value} is not registered; register it as an entry point (see plugins/README.md)")
    return entry


def plugin_at_fault(error: BaseException) -> Entry | None:
    """Return the plugin in whose code `error` was raised, or through which it last passed; None if there is none."""
    from traceback import walk_tb

    plugins = {entry.value.partition(":")[0].partition(".")[0].strip(): entry
               for entry in entries() if not entry.built_in}  # fmt: skip
    packages = [str(frame.f_globals.get("__name__")).partition(".")[0] for frame, _ in walk_tb(error.__traceback__)]
    return next((plugins[package] for package in reversed(packages) if package in plugins), None)


def _load_plugin(point: metadata.EntryPoint) -> Any:
    """Import the class of a plugin; standard output is redirected only for the first import, which runs its code."""
    if point.value.partition(":")[0].strip() in sys.modules:
        return point.load()
    with _redirecting, contextlib.redirect_stdout(sys.stderr), time_limit(IMPORT_TIME_LIMIT):
        return point.load()


def _fault(kind: str, loaded: object) -> str | None:
    """Say how a class violates the contract of its kind; None if it does not."""
    from handwriting import interfaces

    if kind == "command":
        is_command = callable(getattr(loaded, "make_context", None)) and not isinstance(loaded, type)
        return None if is_command else "is no click.Command"
    base = getattr(interfaces, kind.capitalize())
    accepted = (base, interfaces.Layer) if kind == "activation" else (base,)  # see `Activation`
    if not (isinstance(loaded, type) and issubclass(loaded, accepted)):
        return f"is no subclass of handwriting.interfaces.{base.__name__}"
    missing = sorted(getattr(loaded, "__abstractmethods__", ()))
    if missing:
        return f"lacks {' and '.join(missing)}"
    written_for, known = getattr(loaded, "api_version", None), interfaces.API_VERSION
    if written_for not in range(1, known + 1):
        return f"is written for another hwr (API {written_for}, here {known}): upgrade handwriting"
    return None
