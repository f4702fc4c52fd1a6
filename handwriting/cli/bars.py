"""Live bars on a terminal, one for each thing that is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from handwriting import interfaces


@contextmanager
def bars(console: Console) -> Iterator[Callable[[interfaces.Progress], None]]:
    """Give a function that draws one bar for each label."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), _Amount(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as drawn:

        def show(event: interfaces.Progress) -> None:
            if event.label not in tasks:
                tasks[event.label] = drawn.add_task(event.label, unit=event.unit)
            drawn.update(tasks[event.label], completed=event.done, total=event.total)

        yield show


class _Amount(ProgressColumn):
    """How much is done of how much, and how fast, in bytes or in whatever else is counted."""

    def render(self, task: Task) -> Text:
        """Return "3.1/9.9 MB 2.4 MB/s" or "3,000/24,000 images"."""
        if task.fields["unit"] == "bytes":
            return Text(" ").join((DownloadColumn().render(task), TransferSpeedColumn().render(task)))
        return Text(f"{task.completed:,.0f}/{task.total or 0:,.0f} {task.fields['unit']}")
