"""The catalogue: what can be said of registered parts without importing any of them.

From the registry's entries it goes to their modules on the path, and reads the source there as text: the first line of
a class's docstring, and what its author wrote beside its settings. Nothing of a plugin runs.
"""

import ast
import functools
import importlib.util
import inspect
import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from handwriting.registry import entry_points
from handwriting.registry.entry_points import Entry

LONGEST_SOURCE = 300_000
"""Bytes of a source file beyond which a listing does not wait for it to be parsed."""


@dataclass(frozen=True)
class Listing:
    """An entry, the first line of its docstring ("" where it can't be read), and what is wrong with it.

    A mark begins with "clash" (others have the name, too) or "stale" (the module is gone, the metadata stayed).
    """

    entry: Entry
    summary: str
    marks: tuple[str, ...]


def listings() -> list[Listing]:
    """Return all registered parts, sorted."""
    namesakes: dict[tuple[str, str], list[Entry]] = {}
    for entry in entry_points.entries():
        namesakes.setdefault((entry.kind, entry.name), []).append(entry)
    return [_listing(entry, alike) for alike in namesakes.values() for entry in alike]


def field_notes(part: type[Any]) -> dict[str, str]:
    """Return what stands beside the settings of a class: the comment behind a field, or the string below it."""
    notes: dict[str, str] = {}
    for base in reversed(part.__mro__):
        try:
            path = inspect.getsourcefile(base)
        except TypeError:  # a class that was not written in Python
            continue
        if path:
            notes |= _notes_in(_source(Path(path)), base.__name__)
    return notes


def _listing(entry: Entry, namesakes: Sequence[Entry]) -> Listing:
    module, _, name = entry.value.partition(":")
    marks = list(_clashes(entry, namesakes))
    try:
        spec = _find_module(module.strip())
    except KeyError:  # a namespace in a namespace can't be searched before it is imported: nothing to be said
        return Listing(entry, "", tuple(marks))
    if spec is None or (spec.has_location and not Path(spec.origin or "").exists()):
        return Listing(entry, "", (*marks, f"stale: there is no module {module.strip()!r}"))
    path = Path(spec.origin) if spec.has_location and spec.origin else None
    return Listing(entry, _summaries(path).get(name.partition("[")[0].strip(), "") if path else "", tuple(marks))


def _clashes(entry: Entry, namesakes: Sequence[Entry]) -> Iterator[str]:
    rivals = [other for other in namesakes if other != entry]
    if entry.built_in or not rivals:
        return  # a built-in name always means the built-in part
    others = "hwr itself" if any(e.built_in for e in rivals) else ", ".join(e.distribution for e in rivals)
    yield f"clash with {others}: write {entry.distribution}:{entry.name}"


def _find_module(name: str) -> ModuleSpec | None:
    """Find a module without importing it or the packages around it; None where it is not there."""
    top, *inner = name.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for depth in range(1, len(inner) + 1):
        if spec is None or spec.submodule_search_locations is None:
            return None
        full_name = ".".join((top, *inner[:depth]))
        spec = PathFinder.find_spec(full_name, list(spec.submodule_search_locations))
    return spec


@functools.cache
def _summaries(path: Path) -> dict[str, str]:
    """Return the first line of the docstring of each class in a file."""
    classes = _classes(_source(path))
    return {name: (ast.get_docstring(node) or "").partition("\n")[0] for name, node in classes.items()}


def _source(path: Path) -> str:
    """Return the text of a Python file, "" where that would take long or can't be done."""
    try:
        if path.suffix == ".py" and path.stat().st_size <= LONGEST_SOURCE:
            with tokenize.open(path) as file:
                return file.read()
    except (OSError, SyntaxError, ValueError):
        pass
    return ""


def _classes(source: str) -> dict[str, ast.ClassDef]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what the parser says to odd or hostile text
        return {}
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _notes_in(source: str, name: str) -> dict[str, str]:
    classes = _classes(source)
    if name not in classes:
        return {}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}
    notes = {}
    for node, below in zip(body := classes[name].body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            notes[node.target.id] = _string(below) or comments.get(node.end_lineno or node.lineno, "")
    return notes


def _string(node: ast.stmt | None) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
    return ""
