"""Peak memory of `hwr train` as a whole process, and whether it stays when there are ten times as many pictures."""

from collections.abc import Iterator

from ..comparison import CannotRun, Row, Target
from ..conditions import Conditions
from ..processes import Ended, hwr, own_peak, run
from ..timing import ratios, turns
from .train import COMMAND

FLAT = 1.1
"""What counts as flat: at most a tenth more."""


def memory(conditions: Conditions) -> Iterator[Row]:
    """The main job, and one epoch of 60,000 and of 600,000 pictures from the same kind of mapped files."""
    threads = ["--threads", str(conditions.threads)]
    epochs = ["--epochs", "1"] if conditions.quick else []
    ended = run([*hwr(), *COMMAND, *threads, *epochs], conditions.material.hwr_environment, sampled=True)
    checked(ended)
    yield Row(
        f"peak memory of hwr {' '.join(COMMAND)}", f"{ended.peak:.0f} MiB", "", [ended.peak], "MiB", Target(250),
        remarks=(f"of these {ended.private:.0f} MiB are its own, the rest are pages of mapped files",)
        if ended.private
        else (),
    )  # fmt: skip

    runs: dict[str, list[Ended]] = {"once": [], "tenfold": []}

    def one(dataset: str) -> float:
        command = [*hwr(), *COMMAND, *threads, "--dataset", dataset, "--epochs", "1"]
        runs[dataset].append(run(command, conditions.material.plugin_environment, sampled=True))
        checked(runs[dataset][-1])
        return runs[dataset][-1].peak

    once, tenfold = turns([lambda: one("once"), lambda: one("tenfold")], 1 if conditions.quick else conditions.pairs)
    yield Row(
        "peak memory of hwr train, ten times the pictures", f"{max(tenfold):.0f} MiB", f"{max(once):.0f} MiB",
        ratios(tenfold, once), "x", Target(FLAT),
        remarks=("these figures hold the pages of the mapped files, too, which the system takes back when it wants",),
        details={"once": once, "tenfold": tenfold},
    )  # fmt: skip
    own = {
        dataset: [ended.private for ended in ended_runs[1:] if ended.private] for dataset, ended_runs in runs.items()
    }
    if own["once"]:  # only Linux tells
        yield Row(
            "the same without pages of mapped files", f"{max(own['tenfold']):.0f} MiB", f"{max(own['once']):.0f} MiB",
            ratios(own["tenfold"], own["once"]), "x", Target(FLAT), details=own,
        )  # fmt: skip


def checked(ended: Ended) -> None:
    """Raises `CannotRun` where the figure is not the child's but that of this process, which started it."""
    if ended.peak <= own_peak():
        raise CannotRun(f"this process itself took {own_peak():.0f} MiB, so a child's peak can't be told from it")
