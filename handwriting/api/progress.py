"""How work is shown: on a terminal as by `hwr`, in a notebook as a bar, elsewhere not at all.

What shows it belongs to the command line, and is imported, with rich, only if it is used.
"""

import sys
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from handwriting.datasets.opening import Follow
from handwriting.interfaces import Notice, Progress

if TYPE_CHECKING:
    from handwriting.cli.views.view import View


def is_shown(progress: bool | None) -> bool:
    """Return whether progress is shown: as asked, by default on a terminal and in a notebook."""
    if sys.stderr is None:  # as for pythonw, which has no terminal
        return False
    return (sys.stderr.isatty() or in_notebook()) if progress is None else progress


def in_notebook() -> bool:
    """Return whether the code runs in a notebook, which can show HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def is_interactive() -> bool:
    """Return whether somebody types the code, in a notebook or at a prompt, rather than running a script."""
    return hasattr(sys, "ps1")


def follow(shown: bool) -> Follow:
    """Return what consumes the events of preparing a dataset, and shows them if asked."""
    if not shown:
        return _warn_of_notices
    from handwriting.cli.terminal import progress

    return progress.follow


def training_view() -> "View":
    """Return what shows a training."""
    if in_notebook():
        from handwriting.api.notebook import NotebookView

        return NotebookView()
    from handwriting.cli.views.training import view

    return view("text")


def _warn_of_notices(events: Iterable[Progress | Notice]) -> None:
    """Consume events without showing the progress; a notice, which the user should read, becomes a warning."""
    for event in events:
        if isinstance(event, Notice):
            warnings.warn(event.text, stacklevel=2)
