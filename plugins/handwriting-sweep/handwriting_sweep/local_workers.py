"""Workers on this machine: processes that are started as they are needed, each with a pipe of its own.

A pool of processes as in concurrent.futures breaks as a whole when one of them is killed; here only the trial of the
killed one is lost.

    this process -> Job, or Stop of a trial -> worker
    worker -> EpochDone, or Finished -> this process
"""

import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from handwriting.system.worker_processes import terminal_ignored
from handwriting_sweep.trial import Job, run
from handwriting_sweep.workers import EpochDone, Event, Finished, Lost, Workers

PATIENCE = 2.0
"""Seconds that a worker has to end by itself when the sweep ends."""


@dataclass(frozen=True)
class Stop:
    """Asks a worker to stop the trial with that key, if it still runs."""

    key: int


@dataclass
class Worker:
    """A worker process, the pipe to it, and the trial that it trains, None if it waits for one."""

    process: SpawnProcess
    pipe: Connection
    key: int | None = None


class LocalWorkers(Workers):
    """Up to `count` processes, which keep datasets in the data directory `data`."""

    def __init__(self, count: int, data: Path) -> None:
        self.count, self.data = count, data
        self.workers: list[Worker] = []

    def capacity(self) -> int:
        """Return the number of processes."""
        return self.count

    def start(self, job: Job) -> None:
        """Give a job to a worker that has none, which is started if need be."""
        worker = next((worker for worker in self.workers if worker.key is None), None) or self._start_worker()
        worker.key = job.key
        with suppress(OSError):  # it has been killed: `events` finds the pipe closed
            worker.pipe.send(job)

    def stop(self, key: int) -> None:
        """Tell the worker of a trial to stop it."""
        for worker in self.workers:
            if worker.key == key:
                with suppress(OSError):
                    worker.pipe.send(Stop(key))

    def events(self, seconds: float) -> Iterator[Event]:
        """Yield what the workers tell; one whose pipe is closed has ended."""
        ready = wait([worker.pipe for worker in self.workers], seconds)
        for worker in [worker for worker in self.workers if worker.pipe in ready]:
            try:
                event: Event = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._buried(worker)
                continue
            if isinstance(event, Finished):
                worker.key = None
            yield event

    def close(self) -> None:
        """End all workers: a closed pipe tells them."""
        for worker in self.workers:
            worker.pipe.close()
        for worker in self.workers:
            worker.process.join(PATIENCE)
            worker.process.kill()
            worker.process.join()
        self.workers.clear()

    def _start_worker(self) -> Worker:
        context = multiprocessing.get_context("spawn")  # a fork would copy BLAS without its threads
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, str(self.data)), name="hwr-sweep", daemon=True)
        with terminal_ignored():
            process.start()
        theirs.close()  # so that the pipe is closed when the worker ends
        self.workers.append(Worker(process, ours))
        return self.workers[-1]

    def _buried(self, worker: Worker) -> Iterator[Event]:
        """Forget a worker that has ended, and tell which trial is lost with it."""
        self.workers.remove(worker)
        worker.pipe.close()
        worker.process.join()
        if worker.key is not None:
            status = worker.process.exitcode or 0
            ended = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
            yield Lost(worker.key, f"its worker {ended}")


def serve(pipe: Connection, data: str) -> None:
    """Train one job after the other in this process, until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the other process decides
    os.environ["HWR_DATA_DIR"] = data
    # Only the code of plugins would print here, and into the live table.
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        while True:
            message = pipe.recv()
            if isinstance(message, Job):
                _train(message, pipe)
    except (EOFError, OSError):
        return


def _train(job: Job, pipe: Connection) -> None:
    def report(epoch: int, accuracy: float) -> None:
        pipe.send(EpochDone(job.key, epoch, accuracy))

    def is_stopped() -> bool:
        return any(message == Stop(job.key) for message in _received(pipe))

    pipe.send(Finished(job.key, run(job, report, is_stopped)))


def _received(pipe: Connection) -> Iterator[object]:
    while pipe.poll():
        yield pipe.recv()
