"""The command `python -m tests.benchmarks [ROW or group]...`, run from the project's root.

Exit status 0 if every row was measured or could not run here (a missed target is only shown); 1 if a comparison was
refused because the work was not the same, or a measurement failed.
"""

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console

from . import machine, report
from .conditions import Conditions
from .cpu_load import CpuTimes
from .results import Row, Table
from .rows import GROUPS, ROWS, chosen, measure
from .workspace import Workspace

WIDTH = 150
"""Columns of the output if it is not a terminal."""

EPILOG = f"""NAME is a row: {", ".join(ROWS)}; or a group of them: speed, which is measured if none is named,
accuracy, the last seven, or endurance, which is soak."""

MODEL = click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.argument("names", nargs=-1, type=click.Choice((*GROUPS, *ROWS)), metavar="[NAME]...")
@click.option("--pairs", type=click.IntRange(1), default=5, help="Turns of each side.")
@click.option("--seeds", type=click.IntRange(1), help="Trainings of each side.  [default: 5; 3 of what takes long]")
@click.option("--preset", "presets", multiple=True, metavar="NAME", help="Measure this preset of hwr only; repeatable.")
@click.option(
    "--model", "models", multiple=True, type=MODEL, help="Measure corruptions, crops and reading with it, too."
)
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=machine.usable_cores,
    help="Threads of each side; a training by hwr chooses its own.",
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures here, too.")
@click.option("--quick", is_flag=True, help="Only see whether everything runs: small, few turns, no figures to keep.")
def main(
    names: tuple[str, ...],
    pairs: int,
    seeds: int | None,
    presets: tuple[str, ...],
    models: tuple[Path, ...],
    threads: int,
    file: Path | None,
    quick: bool,
) -> None:
    """Compare hwr with other libraries, in turns, and the medians with their targets."""
    if quick:
        pairs = min(pairs, 2)
    rows = chosen(names or ("speed",))
    options = {"rows": rows, "pairs": pairs, "seeds": seeds, "presets": presets, "threads": threads, "quick": quick}
    results: list[Row | Table] = []
    others: dict[str, float | None] = {}
    measured_on = machine.describe(threads) | {"others": others}
    with tempfile.TemporaryDirectory(prefix="hwr-benchmarks-") as folder:
        conditions = Conditions(Workspace(Path(folder), quick), pairs, threads, seeds, quick, presets, models)
        for name in rows:
            click.echo(f"{name} ...", err=True)
            before = CpuTimes.now()
            for result in measure(name, conditions):
                results.append(result)
                _echo(result)
                others[name] = CpuTimes.now().others_since(before, measured_on["cores"])
                if file:  # after each result, as the next row may be interrupted
                    report.write_json(file, results, measured_on, options)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    report.show(results, measured_on, console)
    if quick:
        console.print("Measured with --quick: this shows that it runs, and no figure is worth keeping.")
    sys.exit(any(isinstance(result, Row) and result.state in ("refused", "failed") for result in results))


def _echo(result: Row | Table) -> None:
    """Print a row as soon as it is measured, as the next ones may take long."""
    if isinstance(result, Row):
        cells = report.cells(result) if not result.problem else (result.what, result.problem, result.reason)
        click.echo(f"  {'  '.join(filter(None, cells))}", err=True)


if __name__ == "__main__":
    main()
