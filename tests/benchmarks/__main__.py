"""The command: `python -m tests.benchmarks`, from the project's root.

Exit status 0 when all rows were measured or could not be here (missed targets are shown, not punished); 1 when a
comparison was refused because the work was not the same, or a measurement failed.
"""

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console

from . import machine, report
from .comparison import Row, Table
from .conditions import Conditions
from .material import Material
from .neighbours import Moment
from .rows import ROWS, measure

WIDTH = 150
"""Columns where nothing says how many there are."""


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--only", multiple=True, type=click.Choice(tuple(ROWS)), help="Measure only this; repeat it for more.")
@click.option("--pairs", type=click.IntRange(1), default=5, help="Turns of each side.")
@click.option("--seeds", type=click.IntRange(1), default=5, help="Whole trainings of each side.")
@click.option("--threads", type=click.IntRange(1), default=machine.usable_cores, help="Threads for every contestant.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures here, too.")
@click.option("--quick", is_flag=True, help="Only see whether it all runs: small, few turns; no figures to keep.")
def main(only: tuple[str, ...], pairs: int, seeds: int, threads: int, file: Path | None, quick: bool) -> None:
    """Measure hwr side by side with its peers, in turns, and hold the medians against the targets."""
    if quick:
        pairs, seeds = min(pairs, 2), min(seeds, 2)
    place = machine.describe(threads)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    options = {"only": only, "pairs": pairs, "seeds": seeds, "threads": threads, "quick": quick}
    results: list[Row | Table] = []
    others: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory(prefix="hwr-benchmarks-") as folder:
        conditions = Conditions(Material(Path(folder), threads, quick), pairs, seeds, quick)
        for name in only or ROWS:
            click.echo(f"{name} ...", err=True)
            before = Moment.now()
            for result in measure(name, conditions):
                results.append(result)
                if isinstance(result, Row):
                    cells = report.line(result) if not result.problem else (result.what, result.problem, result.reason)
                    click.echo(f"  {'  '.join(filter(None, cells))}", err=True)
            others[name] = Moment.now().others_since(before, place["cores"])
            if file:  # after each, as the next one may be interrupted
                report.write_json(file, results, place | {"others": others}, options)
    report.show(results, place | {"others": others}, console)
    if quick:
        console.print("Measured with --quick: this shows that it runs, and no figure is worth keeping.")
    sys.exit(any(isinstance(result, Row) and result.state in ("refused", "failed") for result in results))


if __name__ == "__main__":
    main()
