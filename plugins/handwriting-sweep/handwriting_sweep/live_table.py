"""The live table of a sweep on a terminal: the best trials so far, those that run, their number, the time left."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from handwriting.cli.terminal.console import one_line, stderr_console
from handwriting.report.formatting import percent
from handwriting_sweep.record import BASE, Record
from handwriting_sweep.space import Value, option, written
from handwriting_sweep.view import View, line, title

BEST_SHOWN = 5
REFRESHES = 4
"""Updates of the table in a second."""


@dataclass
class Running:
    """A trial that runs: the values of its settings, and its last epoch."""

    values: dict[str, Value]
    epoch: int = 0
    accuracy: float | None = None


class LiveTable(View):
    """The table, drawn again and again; it is removed at the end, when the result is printed."""

    def begin(self, records: Sequence[Record]) -> None:
        """Draw the table for the first time."""
        self.records = [record for record in records if record.state != "running"]
        self.ended_before, self.began = len(self.records), time.monotonic()
        self.running: dict[int, Running] = {}
        self.live = Live(
            get_renderable=self.drawn, console=stderr_console(), refresh_per_second=REFRESHES, transient=True,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip
        self.live.start()

    def started(self, number: int, values: dict[str, Value]) -> None:
        """Add a row for a trial."""
        self.running[number] = Running(values)

    def epoch_done(self, number: int, epoch: int, accuracy: float) -> None:
        """Change the row of a trial."""
        self.running[number].epoch, self.running[number].accuracy = epoch, accuracy

    def ended(self, record: Record) -> None:
        """Remove the row of a trial, which may now be among the best."""
        self.running.pop(record.number, None)
        self.records.append(record)
        if record.failure is not None:
            self.note(line(record))

    def note(self, text: str) -> None:
        """Print a message above the table."""
        stderr_console().print(one_line(text))

    def close(self) -> None:
        """Remove the table."""
        self.live.stop()

    def drawn(self) -> RenderableType:
        """Return the table and the line below it."""
        return Group(self.table(), one_line(self.summary()))

    def table(self) -> Table:
        """Return the best trials so far, and those that run."""
        done = sorted((r for r in self.records if r.accuracy is not None), key=lambda r: -(r.accuracy or 0.0))
        best, running = done[:BEST_SHOWN], list(self.running.items())
        names = list(dict.fromkeys(name for values in self._all_values(best) for name in values))
        numbers = [Column(heading, justify="right", no_wrap=True) for heading in ("trial", "validation", "epoch")]
        settings = [Column(option(name), no_wrap=True) for name in names]
        table = Table(*numbers, *settings, box=box.SIMPLE_HEAD, collapse_padding=True)
        for record in best:
            cells = percent(record.accuracy or 0.0), str(len(record.accuracies))
            self._add(table, record.number, cells, names, record.values, "bold" if record is best[0] else "")
        if best and running:
            table.add_section()
        for number, trial in sorted(running):
            accuracy = "" if trial.accuracy is None else percent(trial.accuracy)
            epoch = f"{trial.epoch}/{trial.values.get('epochs', self.epochs)}"
            self._add(table, number, (accuracy, epoch), names, trial.values, "")
        return table

    def summary(self) -> str:
        """Return "23/50 trials: 14 done, 9 pruned, 2 running  95 s left"."""
        searched = [record for record in self.records if record.number != BASE]
        states = Counter(record.state for record in searched)
        if self.running:
            states["running"] = len(self.running)
        counts = ", ".join(f"{count} {state}" for state, count in states.items())
        return f"{len(searched)}/{self.total} trials{': ' * bool(counts)}{counts}{self._time_left(len(searched))}"

    def _time_left(self, ended: int) -> str:
        """Return the time that the other trials take if they take as long as those of this run, once it is known."""
        run = len(self.records) - self.ended_before
        if not run or ended >= self.total:
            return ""
        return f"  {(time.monotonic() - self.began) / run * (self.total - ended):,.0f} s left"

    def _all_values(self, best: Sequence[Record]) -> list[dict[str, Value]]:
        return [*(record.values for record in best), *(trial.values for trial in self.running.values())]

    @staticmethod
    def _add(
        table: Table, number: int, cells: tuple[str, str], names: Sequence[str], values: dict[str, Value], style: str
    ) -> None:
        shown = [one_line(written(values[name])) if name in values else Text() for name in names]
        table.add_row(title(number).removeprefix("trial "), *cells, *shown, style=style)
