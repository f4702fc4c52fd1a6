"""A picture before it is read, wherever it comes from."""

import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unread:
    """A picture: its name in the results, and its file or the content of that; without either, `flaw` says why."""

    name: str
    content: Path | bytes | None
    flaw: str | None = None

    @property
    def size(self) -> int:
        """The bytes that it takes in memory before it is read."""
        return len(self.content) if isinstance(self.content, bytes) else 0

    def source(self) -> "Path | NamedFile":
        """Return it as what `handwriting.Recognizer` reads."""
        assert self.content is not None
        return self.content if isinstance(self.content, Path) else NamedFile(self.content, self.name)


class NamedFile(io.BytesIO):
    """An open file in memory, which readings call by its name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name
