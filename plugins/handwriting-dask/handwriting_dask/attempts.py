"""Attempts to read a shard, so that a picture that kills whoever reads it becomes a row, and not the end of the run.

Before a worker begins with a shard, it leaves a note of that. Whoever finds such a note knows that somebody died: it
reads one picture after the other, and notes each of them before. A picture with which two workers have died is not
tried again. When the shard's results are written, the note is removed.
"""

import json
from collections import Counter

from handwriting_dask.store import Store

MOST_DEATHS = 2
"""Workers that may die with a picture before it is blamed: with one, it may have been by chance."""


class Attempt:
    """The note of a shard, and what it says of earlier attempts: `deaths` by the position of the picture."""

    def __init__(self, store: Store, name: str) -> None:
        """Note that an attempt begins."""
        self._store, self._name = store, name
        before = _read(store, name)
        self.is_first = before is None
        self.deaths = before or Counter()
        self._note(None)

    def begin(self, position: int) -> None:
        """Note that the picture at `position` is read next."""
        self._note(position)

    def is_to_blame(self, position: int) -> bool:
        """Return whether the picture at `position` has killed too many workers."""
        return self.deaths[position] >= MOST_DEATHS

    def end(self) -> None:
        """Remove the note: the shard is done."""
        self._store.remove(self._name)

    def _note(self, position: int | None) -> None:
        written = {"deaths": sorted(self.deaths.items()), "reading": position}
        self._store.note(self._name, json.dumps(written).encode())


def deaths(store: Store, name: str) -> int:
    """Return with how many pictures of a shard workers have died, each counted as often as that happened."""
    return (_read(store, name) or Counter()).total()


def _read(store: Store, name: str) -> Counter[int] | None:
    """Return the deaths that a note tells of, None if there is no note; one that was cut off tells of none."""
    content = store.find(name)
    if content is None:
        return None
    try:
        note = json.loads(content)
    except ValueError:
        return Counter()
    found = Counter(dict(note["deaths"]))
    if note["reading"] is not None:
        found[note["reading"]] += 1
    return found
