"""Live progress bars on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import progress
from rich.console import Console
from rich.text import Text

from handwriting.interfaces import Progress

BAR_WIDTH = 70
"""Columns of a terminal that has space for bars beside the amounts."""


@contextmanager
def bars(console: Console, transient: bool) -> Iterator[Callable[[Progress], None]]:
    """Provide a function that draws a bar for each label; `transient` bars are removed at the end."""
    label = progress.TextColumn("{task.description}", markup=False)
    columns: tuple[progress.ProgressColumn, ...] = (label, _Amount())
    if console.width >= BAR_WIDTH:
        columns = (label, progress.BarColumn(), _Amount(), progress.TimeRemainingColumn())
    tasks: dict[str, progress.TaskID] = {}
    with progress.Progress(*columns, console=console, transient=transient, redirect_stdout=False) as drawn:

        def show(event: Progress) -> None:
            if event.label not in tasks:
                tasks[event.label] = drawn.add_task(event.label, unit=event.unit)
            drawn.update(tasks[event.label], completed=event.done, total=event.total)

        yield show


class _Amount(progress.ProgressColumn):
    """The column "3.1/9.9 MB 2.4 MB/s", or "3,000/24,000 images"."""

    def render(self, task: progress.Task) -> Text:
        if task.fields["unit"] == "bytes":
            parts = progress.DownloadColumn().render(task), progress.TransferSpeedColumn().render(task)
            return Text(" ").join(parts)
        return Text(f"{task.completed:,.0f}/{task.total or 0:,.0f} {task.fields['unit']}")
