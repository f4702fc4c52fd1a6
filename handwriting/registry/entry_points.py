"""Names -> classes, through the entry points of whatever is installed; the built-in parts come through the same door.

Finding reads metadata only. Nothing is imported but the one class that somebody asks for, and if that fails the
distribution that it came from is named. A broken plugin hurts nobody else.
"""

import contextlib
import difflib
import functools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from handwriting.errors import PluginError, SettingError
from handwriting.system.time_limit import time_limit

KINDS = ("activation", "layer", "optimizer", "dataset")
OURS = "handwriting"
GROUPS = {f"{OURS}.{kind}s": kind for kind in KINDS}
"""Groups of entry points, and the kind of what stands in them."""
PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!-]*")
"""What may stand behind "pip install" in a message: names and versions come from files that nobody vouches for."""

IMPORT_LIMIT = 30.0
"""Seconds that the import of a plugin may take."""


@dataclass(frozen=True, order=True)
class Entry:
    """One registered name: what it is, who brings it, and where its class stands ("module:Class")."""

    kind: str
    name: str
    distribution: str
    version: str
    value: str

    @property
    def built_in(self) -> bool:
        """Whether it comes with this package."""
        return self.distribution == OURS

    @property
    def origin(self) -> dict[str, str]:
        """What a model file notes so that `find_saved` can say what to install; nothing for a built-in part."""
        return {} if self.built_in else {"distribution": self.distribution, "version": self.version}

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r} from {self.distribution} {self.version}"


def entries(kind: str | None = None) -> list[Entry]:
    """Return every registered name (of one kind), sorted; reads metadata, imports nothing."""
    return [entry for entry in _scan() if kind in (None, entry.kind)]


def find(kinds: str | tuple[str, ...], name: str) -> Entry:
    """Return the entry for `name`, or for `distribution:name` where two distributions bring the same name.

    Built-in names win over those of plugins; of several kinds, the first that has the name is taken.
    Raises `PluginError` where the name is unknown (with close matches) or ambiguous (naming both).
    """
    kinds = (kinds,) if isinstance(kinds, str) else kinds
    distribution, _, bare = name.rpartition(":")
    matches = [
        entry
        for kind in kinds
        for entry in entries(kind)
        if entry.name == bare and canonical(distribution) in ("", canonical(entry.distribution))
    ]
    chosen = [entry for entry in matches if entry.built_in] or [e for e in matches if e.kind == matches[0].kind]
    if len(chosen) > 1:
        choices = " or ".join(f"{entry.distribution}:{bare}" for entry in chosen)
        raise PluginError(f"{len(chosen)} distributions bring the {chosen[0].kind} {bare!r}; say which: {choices}")
    if chosen:
        return chosen[0]
    raise PluginError(_unknown(kinds, name))


def find_saved(kind: str, saved: Mapping[str, Any]) -> Entry:
    """Return the entry that a model file names: its name, and for a plugin's its distribution and version.

    Raises `PluginError`, which says what to install, where it is not there.
    """
    name = str(saved["name"])
    if saved.get("distribution") is None:
        return find(kind, name)
    distribution = str(saved["distribution"])
    package = f"{distribution}=={saved.get('version')}"
    if not PACKAGE.fullmatch(package):
        raise PluginError(f"the {kind} {name!r} is said to come from {package[:80]!r}, which is no package")
    brought_by = {canonical(entry.distribution) for entry in entries(kind) if entry.name == name}
    if canonical(distribution) not in brought_by:
        raise PluginError(
            f"the {kind} {name!r} of {package} is needed, but not installed{_left_out()}: pip install {package}"
        )
    return find(kind, f"{distribution}:{name}")


def version_notes(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return a line for each distribution that is installed in another version than when `parts` were saved.

    `parts` are as a model file names them, and `find_saved` has found them all.
    """
    installed = {canonical(entry.distribution): entry for entry in entries()}
    notes = {}
    for saved in parts:
        entry = installed.get(canonical(str(saved.get("distribution") or "")))
        if entry and not entry.built_in and entry.version != saved["version"]:
            trained_with = f"{entry.distribution} {saved['version']}"
            notes[entry.distribution] = f"note: the model was trained with {trained_with}, {entry.version} is installed"
    return tuple(notes.values())


def load(kinds: str | tuple[str, ...], name: str) -> type[Any]:
    """Import and return the class registered as `name`.

    Raises `PluginError` where it is unknown, ambiguous or broken.
    """
    return load_entry(find(kinds, name))


def load_entry(entry: Entry) -> type[Any]:
    """Import and return the class of `entry`, once it is seen to fulfil its contract.

    Whatever the import prints goes to standard error, so that data on standard output stays clean.
    """
    point = metadata.EntryPoint(entry.name, entry.value, f"{OURS}.{entry.kind}s")
    try:
        with contextlib.redirect_stdout(sys.stderr), time_limit(IMPORT_LIMIT):
            loaded = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may also call sys.exit() at import
        cause = f"{type(error).__name__}: {error}".strip().rstrip(":").splitlines()[0]
        raise PluginError(
            f"{entry} can't be imported from {entry.value!r} ({cause}); mend or uninstall that distribution"
        ) from error
    fault = _fault(entry.kind, loaded)
    if fault:
        raise PluginError(f"{entry} does not fulfil its contract: {entry.value} {fault}")
    _loaded[loaded] = entry
    return loaded


def entry_of(part: type[Any]) -> Entry:
    """Return the entry under which the class `part` is registered.

    Raises `SettingError` for a class that no distribution registers: a model with it could not be loaded again.
    """
    if part not in _loaded:
        place = f"{part.__module__}:{part.__qualname__}"
        for entry in entries():
            if entry.value == place:
                return entry
        raise SettingError(f"{place} has no name; register it as an entry point (see plugins/README.md)")
    return _loaded[part]


def culprit(error: BaseException) -> Entry | None:
    """Return the plugin in whose code `error` arose, the last one it passed; None where no plugin had a part in it."""
    from traceback import walk_tb

    foreign = {entry.value.partition(":")[0].partition(".")[0].strip(): entry
               for entry in entries() if not entry.built_in}  # fmt: skip
    passed = [str(frame.f_globals.get("__name__")).partition(".")[0] for frame, _ in walk_tb(error.__traceback__)]
    return next((foreign[package] for package in reversed(passed) if package in foreign), None)


def name_of(entry: Entry) -> str:
    """Return what `find` takes for `entry`: its name, with the distribution in front where others bring it, too."""
    alone = all(other.distribution == entry.distribution for other in entries() if other.name == entry.name)
    return entry.name if alone or entry.built_in else f"{entry.distribution}:{entry.name}"


def canonical(distribution: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


_loaded: dict[type[Any], Entry] = {}


@functools.cache
def _scan() -> tuple[Entry, ...]:
    found: dict[str, list[Entry]] = {}
    for installed in metadata.distributions():
        brought = list(_brought_by(installed))
        if brought:  # a distribution may stand on the path twice: Python, too, takes the first
            found.setdefault(canonical(brought[0].distribution), brought)
    return tuple(sorted({entry for brought in found.values() for entry in brought if _allowed(entry.distribution)}))


def _brought_by(installed: metadata.Distribution) -> Iterator[Entry]:
    """Read what a distribution registers: nothing where its metadata is damaged, as after half an uninstallation."""
    try:
        points = [point for point in installed.entry_points if point.group in GROUPS]
        if not points:
            return
        about = installed.metadata  # parsed anew each time it is asked for, which is slow: once, and only where needed
        if "Name" in about:
            version = about["Version"] if "Version" in about else "?"  # noqa: SIM401  `get` is typed from Python 3.12 on
            for point in points:
                yield Entry(GROUPS[point.group], point.name, about["Name"], version, point.value)
    except (OSError, ValueError, TypeError):
        return


def _allowed(distribution: str) -> bool:
    """HWR_PLUGINS=none, or a comma-separated list of distributions, limits whose parts may be used."""
    chosen = os.environ.get("HWR_PLUGINS")
    if chosen is None or distribution == OURS:
        return True
    return canonical(distribution) in {canonical(name.strip()) for name in chosen.split(",")} - {"none"}


def _fault(kind: str, loaded: object) -> str | None:
    """Say how a class falls short of its contract, or None."""
    from handwriting import interfaces

    bases: dict[str, tuple[type[Any], ...]] = {
        "activation": (interfaces.Activation, interfaces.Layer),
        "layer": (interfaces.Layer,),
        "optimizer": (interfaces.Optimizer,),
        "dataset": (interfaces.Dataset,),
    }
    if not (isinstance(loaded, type) and issubclass(loaded, bases[kind])):
        return f"is no subclass of handwriting.interfaces.{bases[kind][0].__name__}"
    forgotten = sorted(getattr(loaded, "__abstractmethods__", ()))
    if forgotten:
        return f"lacks {' and '.join(forgotten)}"
    written_for, known = getattr(loaded, "api_version", None), interfaces.API_VERSION
    if written_for not in range(1, known + 1):
        return f"is written for another hwr (API {written_for}, here {known}): upgrade handwriting"
    return None


def _unknown(kinds: tuple[str, ...], name: str) -> str:
    names = sorted({entry.name for kind in kinds for entry in entries(kind)})
    close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    installed = ", ".join(names) or "none"
    return f"there is no {' or '.join(kinds)} {name!r}; {hint}installed: {installed} (see `hwr plugins`){_left_out()}"


def _left_out() -> str:
    chosen = os.environ.get("HWR_PLUGINS")
    return "" if chosen is None else f" (HWR_PLUGINS={chosen} leaves other plugins out)"
