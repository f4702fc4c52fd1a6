"""rich's console, whose text is escaped, so that only rich itself controls the terminal: with colours and bars."""

from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from handwriting.cli.terminal.streams import unescaped
from handwriting.system.text import printable


class EscapingConsole(Console):
    """A console in whose text only line ends control the terminal."""

    @property  # type: ignore[misc]  # nobody sets it
    def file(self) -> IO[str]:
        """The stream that takes rich's own control characters, too."""
        file: IO[str] = unescaped(super().file)
        return file

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of an object, those of text escaped."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(printable(text, keep="\n"), style)
