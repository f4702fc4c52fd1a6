"""Whether any installed distribution may register a part, found without `importlib.metadata`, which is slow to import.

Files are only searched for the name of a group, so the answer may be yes in vain: `entry_points` knows.
"""

import os
import re
import sys

OWN = re.compile(r"handwriting-\d")
"""How the metadata folder of this package begins: its own parts need no search."""


def is_mentioned(group: str) -> bool:
    """Return whether an entry-point group occurs in the metadata of a distribution other than this one."""
    return any(_mentions(folder or os.curdir, group.encode()) for folder in sys.path)


def _mentions(folder: str, group: bytes) -> bool:
    try:
        names = os.listdir(folder)
    except NotADirectoryError:  # an archive, which only `importlib.metadata` can search
        return True
    except OSError:
        return False
    found = (name for name in names if name.endswith((".dist-info", ".egg-info")) and not OWN.match(name))
    return any(group in _content(os.path.join(folder, name, "entry_points.txt")) for name in found)


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
