"""A target: what is attacked, and what counts as a crash.

Whatever a file contains, it is accepted, and then all that uses it works; or it is refused with a `HandwritingError` of
one line. Either takes a bounded amount of processor time. Anything else is a crash.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from hypothesis.strategies import SearchStrategy

from handwriting.errors import HandwritingError

Outcome: TypeAlias = Literal["accepted", "refused"]

MOST_SECONDS = 5.0
"""Processor time that one file may take: what .github/SECURITY.md promises for pictures."""


@dataclass(frozen=True)
class Target:
    """`use(content, folder)` does with the content of a file what users do with such a file, in an empty folder.

    It raises `HandwritingError` where the file is refused.
    """

    inputs: SearchStrategy[bytes]
    use: Callable[[bytes, Path], None]

    def outcome(self, content: bytes, folder: Path) -> Outcome:
        """Use a file of this content; raises `AssertionError`, or what `use` raises, if that is a crash."""
        began = time.process_time()
        outcome: Outcome = "accepted"
        try:
            self.use(content, folder)
        except HandwritingError as error:
            outcome = "refused"
            assert "\n" not in str(error), f"a message of several lines: {error}"
        seconds = time.process_time() - began
        assert seconds <= MOST_SECONDS, f"it took {seconds:.1f} s of processor time"
        return outcome
