"""The search with workers that do as they are told: pruning, lost and failed trials."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from handwriting_sweep.plan import Plan
from handwriting_sweep.record import BASE
from handwriting_sweep.search import Search
from handwriting_sweep.space import parse
from handwriting_sweep.storage import Storage
from handwriting_sweep.trial import Job, Outcome, run
from handwriting_sweep.trials import Trials
from handwriting_sweep.view import View
from handwriting_sweep.workers import EpochDone, Event, Finished, Lost, Workers

from handwriting.datasets.opening import OpenedDataset
from handwriting.errors import HandwritingError
from handwriting.training.recipe import Recipe


class Scripted(Workers):
    """One worker, for which `script` returns the events of a job; asked to stop, it ends after the next epoch."""

    def __init__(self, script: Callable[[Job], Sequence[Event]]) -> None:
        self.script, self.queue = script, deque[Event]()
        self.jobs: list[Job] = []
        self.stopped: list[int] = []

    def capacity(self) -> int:
        return 1

    def start(self, job: Job) -> None:
        self.jobs.append(job)
        self.queue = deque(self.script(job))

    def stop(self, key: int) -> None:
        self.stopped.append(key)
        self.queue = deque([Finished(key, Outcome([], is_stopped=True))])

    def events(self, seconds: float) -> Iterator[Event]:
        yield self.queue.popleft()

    def close(self) -> None:
        """Nothing runs."""


def trained(job: Job, accuracies: Sequence[float]) -> list[Event]:
    epochs = [EpochDone(job.key, number, accuracy) for number, accuracy in enumerate(accuracies, 1)]
    return [*epochs, Finished(job.key, Outcome(list(accuracies), accuracies[-1], seconds=1.0))]


@pytest.fixture
def trials(opened: OpenedDataset, tmp_path: Path) -> Trials:
    plan = Plan(Recipe(epochs=3), parse(["hidden=8..256"])[0], opened, None)
    return Trials(Storage(f"sqlite:///{tmp_path / 'trials.db'}"), "sweep", plan, seed=0)


def search(trials: Trials, script: Callable[[Job], Sequence[Event]], count: int) -> Scripted:
    workers = Scripted(script)
    Search(trials, workers, View(count, 3), count).run(lambda: False)
    return workers


def test_a_trial_below_the_median_is_pruned(trials: Trials) -> None:
    workers = search(trials, lambda job: trained(job, [0.9, 0.95, 0.97] if job.key < 5 else [0.2, 0.3, 0.4]), 6)
    assert workers.stopped == [5]
    pruned = trials.records()[5]
    assert (pruned.state, pruned.accuracy, pruned.accuracies) == ("pruned", None, [0.2])
    assert [record.accuracy for record in trials.records()[:5]] == [0.97] * 5


def test_the_first_trial_is_the_base_recipe_and_is_never_pruned(trials: Trials) -> None:
    workers = search(trials, lambda job: trained(job, [0.9] * 3 if job.key else [0.1] * 3), 3)
    assert trials.records()[0].is_base
    assert workers.jobs[0].recipe["hidden"] == (128,)
    assert workers.stopped == []


def test_a_base_recipe_outside_of_the_space_is_trained_beside_the_trials(opened: OpenedDataset, tmp_path: Path) -> None:
    plan = Plan(Recipe(epochs=3), parse(["hidden=8..16"])[0], opened, None)
    trials = Trials(Storage(f"sqlite:///{tmp_path / 'trials.db'}"), "sweep", plan, seed=0)
    workers = search(trials, lambda job: trained(job, [0.5]), 2)
    assert [job.key for job in workers.jobs] == [BASE, 0, 1]
    assert [record.is_base for record in trials.records()] == [True, False, False]
    assert trials.records()[0].values == {"hidden": "128"}
    assert search(trials, lambda job: trained(job, [0.5]), 2).jobs == []


def test_a_lost_trial_is_started_once_more_and_then_fails(trials: Trials) -> None:
    workers = search(trials, lambda job: [Lost(1, "killed")] if job.key == 1 else trained(job, [0.5]), 3)
    assert [job.key for job in workers.jobs] == [0, 1, 1, 2]
    assert [record.state for record in trials.records()] == ["done", "failed", "done"]
    assert "killed" in str(trials.records()[1].failure)


def test_the_same_values_are_not_trained_twice(opened: OpenedDataset, tmp_path: Path) -> None:
    plan = Plan(Recipe(epochs=3), parse(["activation=relu,gelu"])[0], opened, None)
    trials = Trials(Storage(f"sqlite:///{tmp_path / 'trials.db'}"), "sweep", plan, seed=0)
    workers = search(trials, lambda job: trained(job, [0.5, 0.6 if job.recipe["activation"] == "relu" else 0.7]), 12)
    assert len(workers.jobs) == 2
    assert {(record.values["activation"], record.accuracy) for record in trials.records()} == {
        ("relu", 0.6), ("gelu", 0.7),
    }  # fmt: skip
    assert len(trials.records()) == 12


def test_a_trial_that_diverges_is_one_of_the_worst(trials: Trials) -> None:
    search(trials, lambda job: [Finished(job.key, Outcome([0.4], has_diverged=True))], 1)
    assert [(record.state, record.accuracy) for record in trials.records()] == [("diverged", None)]


def test_failures_in_a_row_end_the_sweep(trials: Trials) -> None:
    with pytest.raises(HandwritingError, match="3 trials in a row have failed, the last one because no luck"):
        search(trials, lambda job: [Finished(job.key, Outcome(failure="no luck"))], 50)
    assert [record.state for record in trials.records()] == ["failed"] * 3


def test_what_was_running_is_trained_again_in_the_same_trial(trials: Trials, tmp_path: Path) -> None:
    with pytest.raises(IndexError):  # the script ends: as if the process had been killed
        search(trials, lambda job: trained(job, [0.5]) if job.key < 2 else [EpochDone(2, 1, 0.4)], 4)
    values = trials.records()[2].values
    again = Trials(Storage(f"sqlite:///{tmp_path / 'trials.db'}"), "sweep", trials.plan, seed=0)
    workers = search(again, lambda job: trained(job, [0.4, 0.6]), 4)
    assert [job.key for job in workers.jobs] == [2, 3]
    assert again.records()[2].values == values
    assert [record.accuracy for record in again.records()] == [0.5, 0.5, 0.6, 0.6]


def test_an_interruption_does_not_bring_the_same_trials_again(opened: OpenedDataset, tmp_path: Path) -> None:
    plan = Plan(Recipe(), parse(["learning-rate=1e-4..1e-1"])[0], opened, None)
    values = []
    for count in (3, 6):
        trials = Trials(Storage(f"sqlite:///{tmp_path / 'trials.db'}"), "sweep", plan, seed=0)
        search(trials, lambda job: trained(job, [0.5]), count)
        values = [record.values["learning_rate"] for record in trials.records()]
    assert len(set(values)) == 6


@pytest.mark.parametrize(("arguments", "words"), [
    (["hidden=8..128"], "another search space"), (["hidden=8..256", "activation=relu,gelu"], "another search space"),
])  # fmt: skip
def test_a_study_of_another_space_is_refused(
    trials: Trials, opened: OpenedDataset, tmp_path: Path, arguments: list[str], words: str
) -> None:
    storage = Storage(f"sqlite:///{tmp_path / 'trials.db'}")
    with pytest.raises(HandwritingError, match=f"{words}.*it searches hidden=8..256"):
        Trials(storage, "sweep", replace(trials.plan, space=parse(arguments)[0]), seed=0)


def test_a_worker_trains_reports_and_stops(opened: OpenedDataset, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWR_DATA_DIR", str(data))
    plan = Plan(Recipe(hidden=(4,), epochs=2), {}, opened, None)
    job = Job(0, vars(plan.base), opened.name, None, plan.examples)
    told: list[tuple[int, float]] = []
    outcome = run(job, lambda epoch, accuracy: told.append((epoch, accuracy)), lambda: False)
    assert [epoch for epoch, _ in told] == [1, 2]
    assert [accuracy for _, accuracy in told] == outcome.accuracies
    assert outcome.accuracy in outcome.accuracies
    stopped = run(replace(job, recipe=job.recipe | {"epochs": 10_000}), lambda *_: None, lambda: True)
    assert stopped.is_stopped
    assert stopped.accuracy is None
    assert "other examples" in str(run(replace(job, examples=(1, 2)), lambda *_: None, lambda: False).failure)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the overflow
def test_a_worker_tells_that_a_training_diverges(
    opened: OpenedDataset, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWR_DATA_DIR", str(data))
    plan = Plan(Recipe(hidden=(4,)), {}, opened, None)
    job = Job(0, vars(plan.base), opened.name, None, plan.examples)
    diverging = job.recipe | {"learning_rate": 1e10, "weight_decay": 1e10, "schedule": "constant"}
    assert run(replace(job, recipe=diverging), lambda *_: None, lambda: False).has_diverged
