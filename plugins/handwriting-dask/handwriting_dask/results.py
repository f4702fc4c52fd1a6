"""The folder of the results, a dataset of Parquet files, and what else lies in it.

    _model.safetensors     the model: workers load it from here, wherever they run
    _shards.jsonl          the list of shards, a line each
    _manifest.json         what the results are begun with; written when the list is complete
    part-0000000.parquet   the results of shard 0
    _reading-0000000.json  the note of attempts to read it (see attempts.py); gone at the end
    _summary.json          what became of all pictures; written when they are read

Readers of datasets ignore files whose names begin with _.
"""

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from handwriting.errors import HandwritingError
from handwriting_dask.places import shown
from handwriting_dask.rows import Counts, counts_in
from handwriting_dask.shards import Shard, from_line
from handwriting_dask.store import Store

MODEL, SHARDS, MANIFEST, SUMMARY = "_model.safetensors", "_shards.jsonl", "_manifest.json", "_summary.json"
FORMAT = 1
NOTES = "_reading-"
PART = re.compile(r"part-(\d+)\.parquet")


def part_name(number: int) -> str:
    """Return the name of the results of a shard."""
    return f"part-{number:07}.parquet"


def note_name(number: int) -> str:
    """Return the name of the note of attempts to read a shard."""
    return f"{NOTES}{number:07}.json"


def counts_of(store: Store, part: str) -> Counts | None:
    """Return the counts of the results of a shard, None if they are not there, or damaged."""
    try:
        with store.opened(part) as file:
            return counts_in(file)
    except HandwritingError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def parts_done(store: Store) -> dict[int, Counts]:
    """Return the counts of the results that are there, by the number of the shard."""
    numbers = [int(found[1]) for name in store.names() if (found := PART.fullmatch(name))]
    with ThreadPoolExecutor(8) as pool:  # in an object store, each takes a while
        known = pool.map(lambda number: counts_of(store, part_name(number)), numbers)
        return {number: counts for number, counts in zip(numbers, known, strict=True) if counts}


def listed(store: Store) -> Iterator[Shard]:
    """Yield the shards in the list."""
    with store.opened(SHARDS) as lines:
        yield from map(from_line, lines)


@dataclass(frozen=True)
class Manifest:
    """What results were begun with, by names that the user knows, and the numbers of their shards and pictures.

    An archive that can't be read to its end counts as one picture more.
    """

    begun: dict[str, Any]
    shards: int
    pictures: int
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=2).encode()


def manifest_of(store: Store) -> Manifest | None:
    """Return the manifest of results, None if there are none yet.

    Raises `HandwritingError` if it is damaged, or the folder holds something else.
    """
    names = store.names()
    content = store.find(MANIFEST) if MANIFEST in names else None
    if content is None:
        if other := next((name for name in names if not name.startswith("_")), None):
            raise HandwritingError(
                f"{shown(store.place)} holds something else, such as {other}: choose another place with -o"
            )
        return None
    try:
        manifest = Manifest(**json.loads(content))
        if manifest.format != FORMAT:
            raise ValueError("of another version")
    except (ValueError, TypeError) as error:
        raise HandwritingError(
            f"{shown(store.place)}/{MANIFEST} is damaged, or of another version: choose another place with -o"
        ) from error
    return manifest


def check_same(place: str, begun: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Raise `HandwritingError` if the results were begun with something else than what is asked for now."""
    for name, value in asked.items():
        if begun.get(name) != value:
            raise HandwritingError(
                f"{shown(place)} was begun with {name} {_in_words(begun.get(name))}, not {_in_words(value)}: give what "
                "it was begun with, to go on, or choose another place with -o"
            )


def _in_words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
