"""What `hwr sweep` does: it searches, trains the winner once more, and writes what it has found."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from handwriting.cli import options
from handwriting.cli.exit_status import ExitStatus
from handwriting.cli.inputs.dataset import opener
from handwriting.cli.interruption import status_of
from handwriting.cli.terminal.console import message
from handwriting.datasets.opening import AUTOMATIC
from handwriting.errors import HandwritingError
from handwriting.system.interruption import ENDING, StopRequest, stop_on_signal
from handwriting.system.storage import replacing, try_writing, write_error
from handwriting.system.thread_pool import usable_processors
from handwriting.training import recipe_toml
from handwriting_sweep.closing_lines import show
from handwriting_sweep.findings import Findings
from handwriting_sweep.page import sweep_page
from handwriting_sweep.plan import Plan, check_space
from handwriting_sweep.quiet import quiet
from handwriting_sweep.search import Search
from handwriting_sweep.space import parse
from handwriting_sweep.storage import Storage
from handwriting_sweep.trials import Trials
from handwriting_sweep.view import View, view
from handwriting_sweep.winner import Winner, make_winner
from handwriting_sweep.workers import Workers

DATABASE, REPORT = "trials.db", "report.html"
"""Files in the folder of a sweep, beside those of the winner."""
STUDY = "sweep"
"""The name of the study in a database of its own, whatever its folder is called."""
SIGNALS = (signal.SIGINT, *ENDING)
"""Signals after which the sweep ends, but not before all is in order."""
GO_ON = "give the same command to go on"


def run(
    settings: Sequence[str], *, trials: int, preset: str | None, config: Path | None, dataset: str | None,
    data: Path | None, workers: int | None, scheduler: str | None, storage: str | None, study: str | None,
    output: Path, seed: int, format: str,
) -> ExitStatus:  # fmt: skip
    """Search, and show and write the result; the arguments are those of `hwr sweep`.

    Raises `HandwritingError` if it fails; the trials that have ended are then in the storage.
    """
    space, fixed = parse(settings)
    base_settings = (recipe_toml.read_preset(preset) if preset else {}) | (recipe_toml.read(config) if config else {})
    base = recipe_toml.make_recipe(fixed, base=base_settings)
    check_space(base, space)
    open_dataset = opener().choose(dataset or base_settings.get("dataset", AUTOMATIC), data)
    try_writing(output / REPORT)
    with quiet(), _alone(output):
        database = Storage(storage or f"sqlite:///{output / DATABASE}")
        with closing(_workers(scheduler, workers, trials)) as pool:
            plan = Plan(base, space, open_dataset(), data.resolve() if data else None)
            name = study or (output.resolve().name if storage else STUDY)
            found, shown = Trials(database, name, plan, seed), view(trials, base.epochs)
            with stop_on_signal(SIGNALS, partial(shown.note, "stopping; again to stop at once")) as stop:
                findings = _search(found, pool, shown, trials, stop)
                winner = None if stop() else make_winner(findings, output, stop)
        if winner is None:
            ended = sum(record.state != "running" for record in findings.searched)
            message(f"{ended} of {trials} trials have ended, and are kept in {database.name}: {GO_ON}")
        else:
            _finish(findings, winner, output / REPORT, format)
    return status_of(stop)


def _search(trials: Trials, workers: Workers, shown: View, count: int, stop: StopRequest) -> Findings:
    """Run the trials that are not done yet; raises `HandwritingError` if none came to its end."""
    shown.begin(trials.records())
    with closing(workers), closing(shown):
        Search(trials, workers, shown, count).run(stop)
    findings = Findings(trials.plan, trials.records(), trials.importance())
    if findings.best is None and not stop():
        raise HandwritingError("no trial came to its end, so there is no winner: search in gentler ranges")
    return findings


def _finish(findings: Findings, winner: Winner, report: Path, format: str) -> None:
    with replacing(report) as file:
        file.write(sweep_page(findings, winner))
    show(findings, winner, report, format)


def _workers(scheduler: str | None, count: int | None, trials: int) -> Workers:
    """Return the workers of a Dask cluster, or processes on this machine: by default one for each processor."""
    if scheduler:
        from handwriting_sweep.dask_workers import DaskWorkers

        return DaskWorkers(scheduler, count)
    from handwriting_sweep.local_workers import LocalWorkers

    return LocalWorkers(min(count or usable_processors(), trials), options.data_dir())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, so that no other sweep runs in it; raises `HandwritingError` if one does."""
    import filelock

    try:
        lock = filelock.FileLock(folder / ".lock").acquire(blocking=False)
    except filelock.Timeout as error:
        raise HandwritingError(f"another sweep runs in {folder}: wait for its end, or give another --output") from error
    except OSError as error:
        raise write_error(folder, error) from error
    with lock:
        yield
