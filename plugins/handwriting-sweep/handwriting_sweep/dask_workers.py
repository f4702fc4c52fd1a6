"""Workers of a Dask cluster. Trials are its tasks; epochs come as events of a topic, and an event asks a trial to stop.

A task whose worker was killed is started again by the scheduler, on another worker. If the scheduler is gone, all that
runs is lost: its trials stay unfinished in the storage, and are trained again when the sweep is resumed.
"""

import importlib.metadata
import queue
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from handwriting.errors import HandwritingError
from handwriting.system.text import cause_of
from handwriting_sweep.trial import Job, Outcome, run
from handwriting_sweep.workers import EpochDone, Event, Finished, Lost, Workers

CONNECT_SECONDS = 10
"""How long a scheduler may take to answer."""
WORKER_SECONDS = 10
"""How long to wait for the first worker of a cluster."""

CHECK_SECONDS = 2
"""How often to look whether there are workers."""
ABSENT_SECONDS = 30
"""How long there may be no worker: one that is started again takes some time."""

Result = TypeVar("Result")


class DaskWorkers(Workers):
    """The workers of the scheduler at an address: a trial for each of their threads, at most `most` if it is given."""

    def __init__(self, address: str, most: int | None) -> None:
        """Connect; raises `HandwritingError` if there is no scheduler, no worker, or a worker that can't train."""
        try:
            import dask
            from distributed import Client
            from distributed.comm import resolve_address
        except ImportError as error:
            raise HandwritingError("--scheduler needs Dask: pip install 'handwriting-sweep[dask]'") from error
        self.address, self.most = address, most
        dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"})
        try:
            resolve_address(address)  # a client that is given a wrong one complains as it is deleted
            self.client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise HandwritingError(
                f"no Dask scheduler answers at {address}: start one with `dask scheduler`, and give the address that "
                "it prints, such as tcp://127.0.0.1:8786"
            ) from error
        self.topic = f"hwr-sweep-{uuid.uuid4().hex}"
        self.told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.futures: dict[int, Any] = {}
        self.stopping: dict[int, Any] = {}
        self.checked = self.seen = time.monotonic()
        try:
            self._check_workers()
            self.client.subscribe_topic(self.topic, self._hear)
        except BaseException:
            self.close()
            raise

    def capacity(self) -> int:
        """Return the number of the workers' threads, at least 1: workers may come back."""
        threads = self._threads()
        return max(1, min(threads, self.most or threads))

    def start(self, job: Job) -> None:
        """Submit a trial as a task."""
        key = f"hwr-sweep-{uuid.uuid4().hex}"
        submit = self.client.submit
        self.futures[job.key] = self._asked(lambda: submit(run_task, job, self.topic, key=key, pure=False))

    def stop(self, key: int) -> None:
        """Set the event that the task of a trial asks for."""
        self.stopping[key] = event = stop_event(self.topic, key, self.client)
        self._asked(event.set)

    def events(self, seconds: float) -> Iterator[Event]:
        """Yield what the tasks tell, then what has become of those that have ended."""
        with suppress(queue.Empty):
            yield self.told.get(timeout=seconds)
            while True:
                yield self.told.get_nowait()
        self._check_cluster()
        for key, future in [(key, future) for key, future in self.futures.items() if future.done()]:
            del self.futures[key]
            if event := self.stopping.pop(key, None):
                self._asked(event.clear)
            yield self._end_of(key, future)

    def close(self) -> None:
        """Ask the tasks that run to stop, forget those that wait, and leave the cluster to others."""
        with suppress(Exception):  # the scheduler may be gone
            if self.client.status == "running":
                for key in self.futures:
                    stop_event(self.topic, key, self.client).set()
                self.client.cancel(list(self.futures.values()))
        self.futures.clear()
        with suppress(Exception):
            self.client.close(timeout=2)

    def _check_workers(self) -> None:
        """Raise `HandwritingError` if there is no worker, or one on which a trial can't be trained."""
        try:
            self.client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as error:
            raise HandwritingError(
                f"the Dask scheduler at {self.address} has no workers: start some with `dask worker {self.address}`"
            ) from error
        found = self._asked(lambda: self.client.run(versions, on_error="return"))
        for worker, answer in found.items():
            if answer != versions():
                raise HandwritingError(
                    f"the Dask worker {worker} can't train trials: install {versions()} there, it answers {answer}"
                )

    def _threads(self) -> int:
        return sum(self._asked(self.client.nthreads).values())

    def _check_cluster(self) -> None:
        """Raise `HandwritingError` if the scheduler is gone, or if all workers have been for some time."""
        if self.client.status != "running":
            raise self._gone()
        now = time.monotonic()
        if now - self.checked < CHECK_SECONDS:
            return
        self.checked = now
        if self._threads():
            self.seen = now
        elif now - self.seen > ABSENT_SECONDS:
            raise HandwritingError(
                f"the Dask scheduler at {self.address} has no workers any more: the finished trials are kept, so start "
                "some, and give the same command to go on"
            )

    def _hear(self, event: Any) -> None:
        """Take an event of the topic, in a thread of Dask."""
        _, (key, epoch, accuracy) = event
        self.told.put(EpochDone(key, epoch, accuracy))

    def _end_of(self, key: int, future: Any) -> Event:
        if future.cancelled():
            raise self._gone()
        if future.status == "error":  # its worker was killed several times, or can't import what it needs
            return Lost(key, cause_of(future.exception()))
        return Finished(key, self._asked(future.result))

    def _asked(self, ask: Callable[[], Result]) -> Result:
        """Return the answer of the cluster; raises `HandwritingError` if its scheduler is gone."""
        try:
            return ask()
        except (OSError, TimeoutError) as error:
            raise self._gone() from error
        except Exception as error:
            if self.client.status != "running":
                raise self._gone() from error
            raise

    def _gone(self) -> HandwritingError:
        return HandwritingError(
            f"the Dask scheduler at {self.address} is gone: the finished trials are kept, so start it and its workers "
            "again, and give the same command to go on"
        )


def run_task(job: Job, topic: str) -> Outcome:
    """Train a trial as a task of a Dask worker."""
    from distributed import get_worker

    worker, event = get_worker(), stop_event(topic, job.key)

    def report(epoch: int, accuracy: float) -> None:
        worker.log_event(topic, (job.key, epoch, accuracy))

    def is_stopped() -> bool:
        return bool(event.is_set())

    return run(job, report, is_stopped)


def stop_event(topic: str, key: int, client: Any = None) -> Any:
    """Return the event that asks a trial to stop; within a task, the client is that of its worker."""
    from distributed import Event

    return Event(f"{topic}-{key}", client)


def versions() -> str:
    """Return the versions that a worker must have in common with the machine that starts the sweep."""
    names = "handwriting", "handwriting-sweep"
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
