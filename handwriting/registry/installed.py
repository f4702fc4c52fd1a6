"""The metadata of what is installed, read from its files.

`importlib.metadata` is asked for archives alone: to import it takes longer than to read the entry points of all
distributions.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial

OWN = re.compile(r"handwriting-\d")
"""How the metadata folder of this package begins: its own parts need no search."""
POINTS = "entry_points.txt"
ABOUT = ("METADATA", "PKG-INFO")
"""The files with name and version: of wheels, and of older packages."""


class Distribution:
    """An installed distribution: the name of its metadata folder, and a function that reads a file in that folder."""

    def __init__(self, folder: str, read: Callable[[str], bytes]) -> None:
        """Take a function that returns b"" for a file that can't be read."""
        self.folder, self._read = folder, read

    def mentions(self, words: str) -> bool:
        """Whether these words occur in the list of its entry points."""
        return words.encode() in self._read(POINTS)

    def entry_points(self) -> list[tuple[str, str, str]]:
        """Return the group, the name and the value of each entry point; raises `ValueError` if they are damaged."""
        points, group = [], ""
        for line in filter(None, map(str.strip, self._read(POINTS).decode("utf-8").splitlines())):
            if line.startswith("[") and line.endswith("]"):
                group = line.strip("[]")
            elif not line.startswith("#"):
                name, value = line.split("=", 1)
                points.append((group, name.strip(), value.strip()))
        return points

    def name_and_version(self) -> tuple[str, str]:
        """Return what the metadata says of both, "" for what it does not say."""
        about = next(filter(None, map(self._read, ABOUT)), b"").decode("utf-8", errors="replace")
        headers = (line.partition(":") for line in about.partition("\n\n")[0].splitlines())
        named = {key.lower(): value.strip() for key, _, value in reversed(list(headers))}
        return named.get("name", ""), named.get("version", "")


def distributions() -> Iterator[Distribution]:
    """Yield what is installed in the folders and archives of `sys.path`, in their order."""
    for folder in sys.path:
        if _is_archive(folder):
            yield from _in_archive(folder)
        else:
            yield from _in_folder(folder or os.curdir)


def is_mentioned(group: str) -> bool:
    """Return whether an entry-point group may occur in the metadata of a distribution other than this one.

    Files are only searched for its name, and archives are not: `entry_points` knows.
    """
    return any(
        _is_archive(folder)
        or any(not OWN.match(found.folder) and found.mentions(group) for found in _in_folder(folder or os.curdir))
        for folder in sys.path
    )


def _is_archive(path: str) -> bool:
    return os.path.isfile(path)


def _in_folder(path: str) -> Iterator[Distribution]:
    try:
        names = os.listdir(path)
    except OSError:
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            yield Distribution(name, partial(_content, os.path.join(path, name)))


def _content(folder: str, name: str) -> bytes:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except OSError:
        return b""


def _in_archive(path: str) -> Iterator[Distribution]:
    from importlib import metadata

    for found in metadata.distributions(path=[path]):
        folder = os.path.basename(str(getattr(found, "_path", "")))
        yield Distribution(folder, partial(_content_in_archive, found.read_text))


def _content_in_archive(read_text: Callable[[str], str | None], name: str) -> bytes:
    try:
        return (read_text(name) or "").encode()
    except (OSError, ValueError):
        return b""
