"""The cluster: one of processes on this machine, or the one whose scheduler has the address that the user gave.

connected(None, 2) or connected("tcp://10.0.0.5:8786", None)  ->  a client of Dask
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

import handwriting
from handwriting.errors import HandwritingError, SettingError
from handwriting.system.text import cause_of
from handwriting.system.thread_pool import usable_processors
from handwriting.system.worker_processes import terminal_ignored
from handwriting_dask.reading import Job, recognizer_of
from handwriting_dask.rows import schema

if TYPE_CHECKING:
    from distributed import Client

TIMEOUT = 10.0
"""Seconds to wait for a scheduler's answer."""
LOOPBACK = "127.0.0.1"


@contextmanager
def connected(scheduler: str | None, workers: int | None) -> Iterator["Client"]:
    """Provide a client of the scheduler at an address; without one, of a cluster that lasts as long as the block.

    Raises `HandwritingError` if there is no scheduler at that address.
    """
    logging.disable()  # whatever Dask tells of workers that come and go: what matters is said in words of ours
    with _client(scheduler) if scheduler else _own_cluster(workers or usable_processors()) as client:
        yield client


def has_workers(client: "Client") -> bool:
    """Return whether any worker is there."""
    return bool(client.nthreads())


def wait_for_worker(client: "Client") -> None:
    """Wait until there is one, however long that takes."""
    client.wait_for_workers(1)


def check_workers(client: "Client", job: Job) -> None:
    """Raise `HandwritingError` if one of the workers has other versions, or can't use the model or see the results.

    A worker that comes later finds out that it can't work with its first shard.
    """
    own = versions()
    for worker, answer in client.run(_prepare, job, on_error="return").items():
        if isinstance(answer, OSError):
            continue  # it has died meanwhile, or can't be reached
        if isinstance(answer, HandwritingError):
            raise HandwritingError(f"the worker {worker} can't work: {answer}") from answer
        if isinstance(answer, BaseException):
            raise HandwritingError(
                f"the worker {worker} can't work ({cause_of(answer)}): install there what is installed here"
            ) from answer
        if answer != own:
            raise HandwritingError(f"the worker {worker} has {answer}, but here it is {own}: install the same there")


def versions() -> str:
    """Return the versions on which readings depend."""
    return f"handwriting {handwriting.__version__} and handwriting-dask {version('handwriting-dask')}"


def _prepare(job: Job) -> str:
    """Load in a worker what it needs, among that the model; return its versions."""
    schema()
    recognizer_of(job)
    return versions()


@contextmanager
def _client(scheduler: str) -> Iterator["Client"]:
    from distributed import Client
    from distributed.comm import get_address_host

    try:
        get_address_host(scheduler)
    except ValueError as error:
        raise SettingError(f"{scheduler!r} is not the address of a scheduler, such as tcp://10.0.0.5:8786") from error
    try:
        client = Client(scheduler, timeout=TIMEOUT, set_as_default=False)
    except OSError as error:
        raise HandwritingError(
            f"no Dask scheduler answers at {scheduler}: start one with `dask scheduler`, or leave --scheduler out to "
            "use this machine alone"
        ) from error
    with client:
        yield client


@contextmanager
def _own_cluster(workers: int) -> Iterator["Client"]:
    """Start worker processes on this machine, which are restarted if they die, and can be reached from here alone."""
    from multiprocessing import resource_tracker

    from distributed import Client, LocalCluster

    with terminal_ignored():
        resource_tracker.ensure_running()  # which heeds Ctrl-C again when it has started its process
    with terminal_ignored():  # else Ctrl-C would end the workers, too, and not just tell us to end them
        try:
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host=LOOPBACK,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0"},
                silence_logs=logging.CRITICAL,
                env={"PYTHONWARNINGS": "ignore"},
            )
            client = Client(cluster, set_as_default=False)
        except (OSError, RuntimeError) as error:
            raise HandwritingError(
                f"{workers} worker processes can't be started ({cause_of(error)}): try again, or with fewer --workers"
            ) from error
    with cluster, client:
        yield client
