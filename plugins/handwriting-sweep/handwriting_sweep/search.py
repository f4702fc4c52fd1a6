"""The search: as many trials as are asked for, on as many workers as there are.

trials.ask() -> workers.start(job) -> epochs -> trials.report(), and perhaps workers.stop() -> trials.tell()
"""

import dataclasses
from collections import Counter, deque
from collections.abc import Callable

from handwriting.errors import HandwritingError
from handwriting_sweep.record import BASE, Record
from handwriting_sweep.trial import Job, Outcome
from handwriting_sweep.trials import Trials
from handwriting_sweep.view import View, title
from handwriting_sweep.workers import EpochDone, Event, Finished, Workers

POLL_SECONDS = 0.2
"""The longest time in which a signal goes unnoticed."""
MOST_ATTEMPTS = 2
"""How often a trial is started whose worker is killed."""
MOST_FAILURES = 3
"""As many failed trials in a row end the sweep: the next one would fail, too."""


class Search:
    """Runs trials until `count` of the search space have ended, and the base recipe."""

    def __init__(self, trials: Trials, workers: Workers, view: View, count: int) -> None:
        self.trials, self.workers, self.view = trials, workers, view
        self.waiting = deque(trials.unfinished())
        """Trials to be started, before new ones: those of an earlier run, and those whose worker was killed."""
        self.running: set[int] = set()
        self.attempts: Counter[int] = Counter()
        self.failures = 0
        open_trials = sum(number != BASE for number in self.waiting)
        self.left = count - trials.ended() - open_trials
        """New trials to be asked for."""
        self.needs_base = trials.lacks_base()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Run trials to the end, or until `stopped()`; those that run then stay unfinished.

        Raises `HandwritingError` if the storage or the workers fail, or one trial after the other.
        """
        while not stopped():
            self._start()
            if not self.running:
                return
            for event in self.workers.events(POLL_SECONDS):
                self._take(event)

    def _start(self) -> None:
        """Start trials on the workers that are free."""
        if not (self.waiting or self.needs_base or self.left > 0):
            return
        free = self.workers.capacity() - len(self.running)
        while free > 0 and (number := self._next()) is not None:
            if (known := self.trials.known_outcome(number)) is not None:
                self._end(number, known)
                continue
            self.attempts[number] += 1
            self.workers.start(self._job(number))
            self.running.add(number)
            self.view.started(number, self.trials.values(number))
            free -= 1

    def _next(self) -> int | None:
        """Return the number of the trial to start, None if there is none."""
        if self.waiting:
            return self.waiting.popleft()
        if self.needs_base:
            self.needs_base = False
            return self.trials.ask_base()
        if self.left > 0:
            self.left -= 1
            return self.trials.ask()
        return None

    def _job(self, number: int) -> Job:
        plan = self.trials.plan
        recipe = plan.recipe(self.trials.values(number))
        folder = str(plan.folder) if plan.folder else None
        return Job(number, dataclasses.asdict(recipe), plan.opened.name, folder, plan.examples)

    def _take(self, event: Event) -> None:
        if event.key not in self.running:
            return  # of a worker that was thought to be killed
        if isinstance(event, EpochDone):
            self.view.epoch_done(event.key, event.epoch, event.accuracy)
            if self.trials.report(event.key, event.epoch, event.accuracy):
                self.workers.stop(event.key)
            return
        self.running.discard(event.key)
        if isinstance(event, Finished):
            self._end(event.key, event.outcome)
        elif self.attempts[event.key] < MOST_ATTEMPTS:
            self.view.note(f"{title(event.key)} is lost ({event.cause}): it is started again")
            self.waiting.append(event.key)
        else:
            self._end(event.key, Outcome(failure=f"it was lost {MOST_ATTEMPTS} times: {event.cause}"))

    def _end(self, number: int, outcome: Outcome) -> None:
        record = self.trials.tell(number, outcome)
        self.view.ended(record)
        self.failures = self.failures + 1 if record.state == "failed" else 0
        if self.failures == MOST_FAILURES:
            raise HandwritingError(_hopeless(record))


def _hopeless(record: Record) -> str:
    return (
        f"{MOST_FAILURES} trials in a row have failed, the last one because {record.failure}; "
        "the same command goes on with the next trials"
    )
