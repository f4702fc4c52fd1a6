"""The storage of trials: an SQLite file or any other database that SQLAlchemy knows, and its errors as one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from handwriting.errors import HandwritingError, SettingError
from handwriting.system.text import cause_of

REMEDIES = {
    "full": "; the finished trials are kept: free some space there, and give the same command to go on",
    "disk i/o": "; the finished trials are kept: is the disk full? Then give the same command to go on",
    "not a database": "; move it away, or choose another folder with --output",
    "malformed": "; move it away, or choose another folder with --output",
    "unable to open": "; is there such a folder, and may you write into it?",
    "readonly": "; make it writable, or choose another folder with --output",
    "no module named": "; install the driver of that database",
    "locked": "; another program writes to it: end that, and give the same command to go on",
}
"""What to do, by words in the messages of SQLite and of others."""


class Storage:
    """A database at a URL, opened by Optuna; raises `HandwritingError` if it can't be used."""

    def __init__(self, url: str) -> None:
        from optuna.storages import RDBStorage

        self.name = shown(url)
        with self.errors("open"):
            self.optuna = RDBStorage(url)

    @contextmanager
    def errors(self, action: str) -> Iterator[None]:
        """Turn what Optuna and SQLAlchemy raise in the block into a `HandwritingError` of one line."""
        from optuna.exceptions import OptunaError
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except HandwritingError:
            raise
        except (OptunaError, SQLAlchemyError, ImportError, LookupError, RuntimeError, TypeError, ValueError) as error:
            raise HandwritingError(f"can't {action} the storage {self.name}: {_cause(error)}") from error


def shown(url: str) -> str:
    """Return the URL of a database without its password, and that of an SQLite file as its path."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingError(
            "--storage is no URL of a database: write sqlite:///FILE, or such as postgresql://USER@HOST/DATABASE"
        ) from error
    if parsed.drivername == "sqlite" and parsed.database:
        return str(parsed.database)
    return str(parsed.render_as_string(hide_password=True))


def _cause(error: BaseException) -> str:
    """Return what the database says, with what to do about it where that is known."""
    cause: Any = error
    while cause.__cause__ is not None and not hasattr(cause, "orig"):
        cause = cause.__cause__
    driver_error = getattr(cause, "orig", None) or cause
    text = cause_of(driver_error).partition(": ")[2] or cause_of(driver_error)
    return text + next((remedy for part, remedy in REMEDIES.items() if part in text.lower()), "")
