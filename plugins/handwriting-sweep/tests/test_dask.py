"""`hwr sweep --scheduler` with a real LocalCluster, and with a scheduler and workers as processes on loopback."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """Start a scheduler and workers, and yield its address and their processes, which are killed in the end."""
    options = ("--no-dashboard", "--host", "127.0.0.1", "--port", "0")
    place = folder / "scheduler.json"
    place.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:

        def start(command: str, *arguments: object) -> "subprocess.Popen[bytes]":
            words = [sys.executable, "-m", "distributed.cli.dask_" + command, *map(str, arguments)]
            log = stack.enter_context((folder / f"{command}.log").open("ab"))
            process = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        scheduler = start("scheduler", *options, "--dashboard-address", "127.0.0.1:0", "--scheduler-file", place)
        end = time.monotonic() + 30
        while not place.exists() or not place.read_text():
            assert time.monotonic() < end, (folder / "scheduler.log").read_text()
            time.sleep(0.05)
        address = json.loads(place.read_text())["address"]
        for_worker = ("--no-dashboard", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
        yield address, [scheduler, *(start("worker", address, *for_worker) for _ in range(workers))]


def test_trials_run_on_a_local_cluster(start: Any, settings: Any, in_folder: Path) -> None:
    from distributed import LocalCluster

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    free_port = {"dashboard_address": "127.0.0.1:0"}  # without it, schedulers of two tests want the same one
    with LocalCluster(host="127.0.0.1", protocol="tcp", scheduler_kwargs=free_port, **options) as local:
        sweep = start("--scheduler", local.scheduler_address, "--trials", 4, *settings, "epochs=2", "--format", "json")
        found = json.loads(sweep.end(0))
    assert [trial["state"] for trial in found["trials"]] == ["done"] * 4
    assert all(len(trial["accuracies"]) == 2 for trial in found["trials"])


def test_killed_schedulers_and_workers_lose_no_finished_trial(
    start: Any, settings: Any, in_folder: Path, stored: Any
) -> None:
    database = in_folder / "sweep" / "trials.db"
    arguments = ("--trials", 5, *settings, "epochs=30")
    with cluster(in_folder, 2) as (address, processes):
        sweep = start("--scheduler", address, *arguments)
        sweep.wait_for("trial ")
        processes[0].kill()
        sweep.end(1)
    assert f"the Dask scheduler at {address} is gone: the finished trials are kept" in sweep.messages[-1]
    kept = {number: trial for number, trial in stored(database).items() if trial[1] is not None}
    assert kept

    with cluster(in_folder, 2) as (address, processes):
        sweep = start("--scheduler", address, *arguments)
        sweep.wait_for("trial ")
        processes[1].kill()
        sweep.end(0)
    trials = stored(database)
    assert kept.items() < trials.items()
    assert sorted(trials) == list(range(5))
    assert all(ended is not None for _, ended in trials.values())


def test_no_scheduler_or_no_worker_is_told_in_one_line(sweep: Any, in_folder: Path, monkeypatch: Any) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("handwriting_sweep.dask_workers.CONNECT_SECONDS", 1)
    monkeypatch.setattr("handwriting_sweep.dask_workers.WORKER_SECONDS", 1)
    refused = sweep("hidden=4..8", "--scheduler", "tcp://127.0.0.1:1", status=1)
    assert "no Dask scheduler answers at tcp://127.0.0.1:1: start one with `dask scheduler`" in refused.stderr
    with cluster(in_folder, 0) as (address, _):
        assert "has no workers" in sweep("hidden=4..8", "--scheduler", address, status=1).stderr
