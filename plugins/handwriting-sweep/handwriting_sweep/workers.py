"""Where trials run: what the search asks of workers, and what they tell.

start(job) -> EpochDone ... -> Finished, or Lost if the worker was killed
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from handwriting_sweep.trial import Job, Outcome


@dataclass(frozen=True)
class EpochDone:
    """A trial has ended an epoch, with that accuracy on the validation set."""

    key: int
    epoch: int
    accuracy: float


@dataclass(frozen=True)
class Finished:
    """A trial has ended."""

    key: int
    outcome: Outcome


@dataclass(frozen=True)
class Lost:
    """The worker of a trial has gone, and `cause` says how; the trial may be started again."""

    key: int
    cause: str


Event: TypeAlias = EpochDone | Finished | Lost


class Workers(ABC):
    """Processes that train one trial at a time each."""

    @abstractmethod
    def capacity(self) -> int:
        """Return how many trials can run at the same time, now."""

    @abstractmethod
    def start(self, job: Job) -> None:
        """Start a trial. It is called only while fewer trials than `capacity()` run."""

    @abstractmethod
    def stop(self, key: int) -> None:
        """Ask a trial to stop soon; it still ends with an event."""

    @abstractmethod
    def events(self, seconds: float) -> Iterator[Event]:
        """Yield what has happened, after waiting for it up to that many seconds.

        Raises `HandwritingError` if no trial can run any more.
        """

    @abstractmethod
    def close(self) -> None:
        """End all trials that still run; it may be called again."""
