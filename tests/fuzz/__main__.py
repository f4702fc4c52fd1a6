"""The command `python -m tests.fuzz [TARGET]...`, run from the project's root.

Exit status 0 if nothing crashed; 1 if something did; 130 if it was interrupted or terminated, which shows the counts
until then. What crashed a target stays in the folder of --crashes.
"""

import faulthandler
import resource
import secrets
import signal
import sys
import traceback
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from handwriting.system.interruption import ENDING, stop_on_signal
from tests.fuzz.campaign import Report, attack
from tests.fuzz.targets import TARGETS

MOST_MEMORY = 4 * 2**30
"""Bytes of address space that the process may have; beyond, memory can't be allocated."""

LINES, COLUMNS = 40, 200
"""Largest size of a traceback that is shown."""

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


EPILOG = f"TARGET is one of: {', '.join(TARGETS)}; by default all."


@click.command(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.argument("names", nargs=-1, type=click.Choice(list(TARGETS)), metavar="[TARGET]...")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), default=1.0, help="Processor time for each target.")
@click.option("--seed", type=click.IntRange(0), help="The same seed gives the same inputs.  [default: a random one]")
@click.option("--crashes", type=FOLDER, default=Path("crashes"), help="Where files that crash a target are kept.")
@click.option("--replay", type=FILE, help="Only hand this file to the target.")
def main(names: tuple[str, ...], minutes: float, seed: int | None, crashes: Path, replay: Path | None) -> None:
    """Attack what reads files that nobody vouches for."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    warnings.simplefilter("ignore")  # as hwr does
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background processes ignore it
    if replay:
        _replay(names, replay)
        return
    seed = seed if seed is not None else secrets.randbelow(2**32)
    crashes.mkdir(exist_ok=True)
    status = 0
    with stop_on_signal((signal.SIGINT, *ENDING), lambda: None) as stop:
        for name in names or TARGETS:
            click.echo(f"{name}: seed {seed}, {minutes:g} minutes of processor time ...")
            kept = crashes / f"{name}-{seed}"
            report = attack(TARGETS[name], minutes * 60, seed, kept, stop)
            _show(name, report, kept)
            if report.interrupted:
                status = 130
                break
            if report.crash:
                status = 1
    if not any(crashes.iterdir()):
        crashes.rmdir()
    sys.exit(status)


def _show(name: str, report: Report, kept: Path) -> None:
    counts = report.counts
    click.echo(f"{name}: {counts.total():,} files, {counts['accepted']:,} accepted, {counts['refused']:,} refused")
    if report.crash:
        for line in "".join(traceback.format_exception(report.crash)).splitlines()[-LINES:]:
            click.echo(line[:COLUMNS])  # hypothesis may quote whole files
        click.echo(f"{name}: CRASH with seed {report.crash_seed}, the file is {kept}")


def _replay(names: tuple[str, ...], file: Path) -> None:
    if len(names) != 1:
        raise click.UsageError("--replay needs one TARGET")
    with TemporaryDirectory() as folder:
        click.echo(f"{names[0]}: {TARGETS[names[0]].outcome(file.read_bytes(), Path(folder))}")


if __name__ == "__main__":
    main()
