"""The command: `python -m tests.benchmarks [ROW or group]...`, from the project's root.

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
from .rows import GROUPS, ROWS, chosen, measure

WIDTH = 150
"""Columns where nothing says how many there are."""

EPILOG = f"""NAME is a row: {", ".join(ROWS)}; or a group of them: speed, which is what is measured where none is named,
or accuracy, the last four."""

MODEL = click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.argument("names", nargs=-1, type=click.Choice((*GROUPS, *ROWS)), metavar="[NAME]...")
@click.option("--pairs", type=click.IntRange(1), default=5, help="Turns of each side.")
@click.option("--seeds", type=click.IntRange(1), help="Trainings of each.  [default: 5; 3 of what takes long]")
@click.option("--preset", "presets", multiple=True, metavar="NAME", help="Only this preset of hwr; repeat it for more.")
@click.option("--model", "models", multiple=True, type=MODEL, help="A model that reads corruptions and crops, too.")
@click.option("--threads", type=click.IntRange(1), default=machine.usable_cores, help="Threads for every contestant.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures here, too.")
@click.option("--quick", is_flag=True, help="Only see whether it all runs: small, few turns; no figures to keep.")
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
    """Measure hwr side by side with its peers, in turns, and hold the medians against the targets."""
    if quick:
        pairs = min(pairs, 2)
    place = machine.describe(threads)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    rows = chosen(names or ("speed",))
    options = {"rows": rows, "pairs": pairs, "seeds": seeds, "presets": presets, "threads": threads, "quick": quick}
    results: list[Row | Table] = []
    others: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory(prefix="hwr-benchmarks-") as folder:
        conditions = Conditions(Material(Path(folder), threads, quick), pairs, seeds, quick, presets, models)
        for name in rows:
            click.echo(f"{name} ...", err=True)
            before = Moment.now()
            for result in measure(name, conditions):
                results.append(result)
                _say(result)
                others[name] = Moment.now().others_since(before, place["cores"])
                if file:  # after each, as the next one may be interrupted
                    report.write_json(file, results, place | {"others": others}, options)
    report.show(results, place | {"others": others}, console)
    if quick:
        console.print("Measured with --quick: this shows that it runs, and no figure is worth keeping.")
    sys.exit(any(isinstance(result, Row) and result.state in ("refused", "failed") for result in results))


def _say(result: Row | Table) -> None:
    """Tell what was just measured, as what follows may take long."""
    if isinstance(result, Row):
        cells = report.line(result) if not result.problem else (result.what, result.problem, result.reason)
        click.echo(f"  {'  '.join(filter(None, cells))}", err=True)


if __name__ == "__main__":
    main()
