"""What the user sees of a run: its progress, live on a terminal and as a few lines elsewhere, and what it has come to.

events  ->  shown on standard error  ->  the last state  ->  printed on standard output
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from handwriting.cli.terminal.console import fact, is_live, message, stderr_console
from handwriting.cli.terminal.data import write_json
from handwriting.interfaces import Notice
from handwriting.system.interruption import Interrupted
from handwriting_dask.places import shown
from handwriting_dask.run import Event, Listed, State

STEPS = 10
"""Lines about the pictures that are read, where nothing can be drawn again."""
WIDE = 110
"""Columns of a terminal that has space for a bar beside the numbers."""


@dataclass
class Pace:
    """The speed since the first state."""

    begun: float = field(default_factory=time.monotonic)

    def words(self, state: State) -> str:
        """Return the numbers of a state, such as "1,200 of 5,000 pictures, 950 a second, 3 rejected, 4 s left"."""
        counts = state.counts
        words = [f"{counts.pictures:,} of {state.total:,} pictures"]
        rate = (counts.pictures - state.before) / max(time.monotonic() - self.begun, 1e-3)
        if rate:
            words.append(f"{rate:,.0f} a second")
        words += [
            f"{number:,} {kind}"
            for kind, number in (("rejected", counts.rejected), ("failed", counts.failed))
            if number
        ]
        if rate and counts.pictures < state.total:
            words.append(f"{_duration((state.total - counts.pictures) / rate)} left")
        return ", ".join(words)


def follow(events: Iterator[Event], place: str) -> State:
    """Show events as they come, and return the last state. After an interruption, say what is kept."""
    state: State | None = None
    try:
        with _live() if is_live(sys.stderr) else _lines() as show:
            for event in events:
                if isinstance(event, Notice):
                    message(event.text)
                    continue
                if isinstance(event, State):
                    state = event
                show(event)
    except Interrupted:
        if state:
            message(
                f"{state.counts.pictures:,} of {state.total:,} pictures are read, and kept in {shown(place)}: the same "
                "command goes on with the others"
            )
        raise
    assert state is not None  # every run ends with one
    return state


def show(state: State, place: str, format: str) -> None:
    """Print what has become of the pictures."""
    counts = state.counts
    if format == "json":
        write_json(
            {"pictures": state.total, **asdict(counts), "before": state.before, "output": shown(place)}, indent=2
        )
        return
    fact(
        "pictures", f"{state.total:,}" + (f", {state.before:,} of them read by an earlier run" if state.before else "")
    )
    fact("read", f"{counts.read:,}")
    fact("rejected", f"{counts.rejected:,}")
    fact("failed", f"{counts.failed:,}")
    fact("results", shown(place))


@contextmanager
def _live() -> Iterator[Callable[[Listed | State], None]]:
    """Provide a function that draws the progress as a line of its own."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
    from rich.table import Column

    console = stderr_console()
    text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    columns = (SpinnerColumn(), BarColumn(), text) if console.width >= WIDE else (SpinnerColumn(), text)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as drawn:
        task = drawn.add_task("starting", total=None)
        pace: Pace | None = None

        def show(event: Listed | State) -> None:
            nonlocal pace
            if isinstance(event, Listed):
                drawn.update(task, description=f"listing: {event.pictures:,} pictures")
            else:
                pace = pace or Pace()
                drawn.update(task, description=pace.words(event), completed=event.counts.pictures, total=event.total)

        yield show


@contextmanager
def _lines() -> Iterator[Callable[[Listed | State], None]]:
    """Provide a function that prints a line at the beginning, and one for each tenth of the pictures."""
    pace: Pace | None = None
    step = -1

    def show(event: Listed | State) -> None:
        nonlocal pace, step
        if isinstance(event, State):
            pace = pace or Pace()
            if (reached := STEPS * event.counts.pictures // max(event.total, 1)) > step:
                step = reached
                message(pace.words(event))

    yield show


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
