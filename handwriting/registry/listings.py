"""Descriptions of registered parts, read from the source text of their modules: nothing is imported."""

import ast
import functools
import importlib.util
import re
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import NamedTuple

from handwriting.registry import entry_points
from handwriting.registry.entry_points import Entry

LONGEST_SOURCE = 300_000
"""Bytes; larger source files are not parsed, because that would delay the listing."""
DEFINITION = re.compile(rb"^(?:class|def)[ \t]+([^\s(:]+)", re.MULTILINE)
DOCSTRING = re.compile(rb"""^[ \t]+[rRuU]?(\"{3}|'{3}|"|').*?\1[ \t]*(#.*?)?$""", re.MULTILINE | re.DOTALL)
"""A text that fills one or several lines."""


class Listing(NamedTuple):
    """An entry, the first line of its docstring ("" if unknown), and what is wrong with it.

    A mark begins with "clash" (another part has the same name), "stale" (the module is gone, its metadata is left) or
    "unusable" (its metadata is damaged, or its name can't be typed).
    """

    entry: Entry
    summary: str
    marks: tuple[str, ...]


def listings(kind: str | None = None) -> list[Listing]:
    """Return all registered parts, or those of one kind, sorted."""
    return [describe(entry) for entry in entry_points.entries(kind)]


def describe(entry: Entry) -> Listing:
    """Return the listing of one part."""
    if entry.defect:
        return Listing(entry, "", (f"unusable: {entry.defect}",))
    module, _, name = entry.value.partition(":")
    marks = _clashes(entry)
    try:
        spec = _find_module(module.strip())
    except KeyError:  # a namespace package inside another can't be searched without importing it
        return Listing(entry, "", marks)
    if spec is None or (spec.has_location and not Path(spec.origin or "").exists()):
        return Listing(entry, "", (*marks, f"stale: there is no module {module.strip()!r}"))
    path = spec.origin if spec.has_location else None
    return Listing(entry, _summary_in(Path(path), name.partition("[")[0].strip()) if path else "", marks)


def _clashes(entry: Entry) -> tuple[str, ...]:
    others = [other for other in entry_points.usable_as(entry.kind, entry.name) if other != entry]
    if entry.built_in or not others:
        return ()  # a built-in name always means the built-in part
    if twice := [e.value for e in others if e.distribution == entry.distribution]:
        return (f"clash with {' and '.join(twice)} of the same distribution: its author must rename one",)
    names = "hwr itself" if any(e.built_in for e in others) else ", ".join(e.distribution for e in others)
    return (f"clash with {names}: write {entry.distribution}:{entry.name}",)


@functools.cache
def _find_module(name: str) -> ModuleSpec | None:
    """Find a module without importing it or its packages; None if there is none."""
    top, *inner = name.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for name in inner:
        if spec is None or spec.submodule_search_locations is None:
            return None
        spec = PathFinder.find_spec(f"{spec.name}.{name}", list(spec.submodule_search_locations))
    return spec


def _summary_in(path: Path, name: str) -> str:
    """Return the summary of a class or function in a source file; "" if it has none, or the file can't be parsed."""
    try:
        body = _statements(_source(path), name)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # what the parser raises for hostile text
        return ""
    named = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
    return _summary(named[-1]) if named else ""


@functools.cache
def _source(path: Path) -> bytes:
    return path.read_bytes() if path.suffix == ".py" and path.stat().st_size <= LONGEST_SOURCE else b""


def _statements(source: bytes, name: str) -> list[ast.stmt]:
    """Return the statements of a module, or only that which defines `name`, if it can be told where it is."""
    try:
        return ast.parse(_beginning(source, name)).body
    except SyntaxError:
        return ast.parse(source).body


def _beginning(source: bytes, name: str) -> bytes:
    """Return the decorators, the signature and the docstring of a class or function: the rest takes long to parse."""
    found = [match for match in DEFINITION.finditer(source) if match[1] == name.encode()]
    if not found:
        return b""
    place = found[-1].start()
    while place and source[above := source.rfind(b"\n", 0, place - 1) + 1] in b"@) \t":
        place = above
    docstring = DOCSTRING.search(source, found[-1].end())
    return source[place : docstring.end() if docstring else None]


def _summary(node: ast.ClassDef | ast.FunctionDef) -> str:
    """Return the first line of a docstring or, of a command without one, of the help that its decorators are given."""
    keywords = [keyword for call in node.decorator_list if isinstance(call, ast.Call) for keyword in call.keywords]
    helps = [k.value.value for k in keywords if k.arg in ("help", "short_help") and isinstance(k.value, ast.Constant)]
    texts = [ast.get_docstring(node), *(text.strip() for text in helps if isinstance(text, str))]
    return next(filter(None, texts), "").partition("\n")[0]
