"""How a sweep is shown while it runs: as a line for each trial that ends or, on a terminal, as a live table."""

import sys
from collections.abc import Sequence

from handwriting.cli.terminal.console import is_live, message
from handwriting.report.formatting import duration, percent
from handwriting_sweep.record import BASE, Record
from handwriting_sweep.space import Value, in_words


class View:
    """A line on standard error for each trial that ends; `total` is the number of trials that there will be."""

    def __init__(self, total: int, epochs: int) -> None:
        self.total, self.epochs = total, epochs

    def begin(self, records: Sequence[Record]) -> None:
        """Show what an earlier run of the sweep has found."""
        if ended := sum(record.state != "running" for record in records if record.number != BASE):
            message(f"{ended} of {self.total} trials have ended before")

    def started(self, number: int, values: dict[str, Value]) -> None:
        """Show that a trial begins."""

    def epoch_done(self, number: int, epoch: int, accuracy: float) -> None:
        """Show that a trial has ended an epoch."""

    def ended(self, record: Record) -> None:
        """Show what became of a trial."""
        message(line(record))

    def note(self, text: str) -> None:
        """Show what a person should know besides."""
        message(text)

    def close(self) -> None:
        """Stop whatever is moving."""


def view(total: int, epochs: int) -> View:
    """Return the view for the terminal, or for the file or pipe, that standard error is."""
    if not is_live(sys.stderr):
        return View(total, epochs)
    from handwriting_sweep.live_table import LiveTable

    return LiveTable(total, epochs)


def title(number: int) -> str:
    """Return how a trial is called."""
    return "base" if number == BASE else f"trial {number}"


def line(record: Record) -> str:
    """Return "trial 7    98.10 %                     hidden 128, learning-rate 0.001, activation relu  (4.2 s)"."""
    values = in_words(record.values) + (" (the base recipe)" if record.is_base and record.number != BASE else "")
    return f"{title(record.number):<9}  {result(record):<26}  {values}  ({duration(record.seconds)})"


def result(record: Record) -> str:
    """Return the accuracy of a trial, or why there is none."""
    if record.state == "pruned" and record.last is not None:
        return f"pruned at {percent(record.last)}, epoch {len(record.accuracies)}"
    if record.failure is not None:
        return f"failed: {record.failure}"
    return record.state if record.accuracy is None else percent(record.accuracy)
