"""Rows of the results: one for each picture, with the names that `hwr predict --format json` uses.

readings  ->  rows  ->  the content of a Parquet file, which also says what has become of how many
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

    from handwriting.reading.result import Reading

Row: TypeAlias = dict[str, Any]
KEY = b"handwriting-dask"
"""The key of the counts in the metadata of a Parquet file."""


@dataclass(frozen=True)
class Counts:
    """How many pictures were read, rejected (not a digit, or not confident enough) and could not be used."""

    read: int = 0
    rejected: int = 0
    failed: int = 0

    @property
    def pictures(self) -> int:
        """All of them."""
        return self.read + self.rejected + self.failed

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.read + other.read, self.rejected + other.rejected, self.failed + other.failed)


def schema() -> "pa.Schema":
    """Return the columns of the results."""
    import pyarrow as pa

    digit = pa.struct({"digit": pa.string(), "confidence": pa.float64(), "box": pa.list_(pa.int32())})
    return pa.schema(
        {
            "archive": pa.string(),
            "path": pa.string(),
            "text": pa.string(),
            "confidence": pa.float64(),
            "digits": pa.list_(digit),
            "reason": pa.string(),
            "failed": pa.bool_(),
            "notices": pa.list_(pa.string()),
        }
    )


def row(reading: "Reading", archive: str | None = None) -> Row:
    """Return the row of a reading; of a picture in an archive, its path is that in the archive."""
    digits = [{"digit": d.digit, "confidence": d.confidence, "box": list(d.box)} for d in reading.digits]
    return {
        "archive": archive,
        "path": reading.path,
        "text": reading.text,
        "confidence": reading.confidence,
        "digits": digits,
        "reason": reading.reason,
        "failed": reading.failed,
        "notices": list(reading.notices),
    }


def failed_row(path: str | None, reason: str, archive: str | None = None) -> Row:
    """Return the row of a picture that can't be used; without a path, that of an archive."""
    return {"archive": archive, "path": path, "digits": [], "reason": reason, "failed": True, "notices": []}


def counts(rows: Sequence[Row]) -> Counts:
    """Return how many of the rows are of which kind."""
    failed = sum(row["failed"] for row in rows)
    read = sum(row.get("text") is not None for row in rows)
    return Counts(read, len(rows) - failed - read, failed)


def to_parquet(rows: Sequence[Row]) -> bytes:
    """Return the content of a Parquet file with these rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    described = schema().with_metadata({KEY: json.dumps(asdict(counts(rows))).encode()})
    written = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(map(_in_unicode, rows)), described), written)
    content: bytes = written.getvalue().to_pybytes()
    return content


def counts_in(file: BinaryIO) -> Counts | None:
    """Return the counts in a Parquet file, of which only the end is read; None if it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return Counts(**json.loads(pq.read_schema(file).metadata[KEY]))
    except (pa.ArrowException, ValueError, TypeError, KeyError):
        return None


def _in_unicode(row: Row) -> Row:
    """Return a row whose texts are Unicode, which names of files need not be: what is not becomes an escape."""
    return {name: _text(value) if isinstance(value, str) else value for name, value in row.items()}


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
