"""The trials of a sweep: an Optuna study in a storage. The search asks for trials, reports their epochs and tells their
ends.

Only the process that has started the sweep writes to the storage, so that workers need not reach it. A trial that is
running when that process ends stays so in the storage, and is trained again when the sweep is resumed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from handwriting.errors import HandwritingError
from handwriting_sweep.plan import Plan
from handwriting_sweep.record import BASE, Record, State
from handwriting_sweep.space import Value, option
from handwriting_sweep.storage import Storage
from handwriting_sweep.trial import Outcome

FEWEST_IN_TOP = 5
"""Trials that the measure of importance wants among the best ones, as Optuna's documentation advises."""

DESCRIBED = {
    "space": "another search space",
    "recipe": "another base recipe",
    "dataset": "another dataset",
    "examples": "other examples",
}
"""What must be the same when a sweep is resumed, by the keys of `Plan.description`."""


class Trials:
    """The trials in the study `name` of a storage; `seed` is that of the sampler.

    Raises `HandwritingError` if the storage can't be used, or if the study is one of another sweep.
    """

    def __init__(self, storage: Storage, name: str, plan: Plan, seed: int) -> None:
        import optuna

        self.storage, self.plan = storage, plan
        self.open: dict[int, Any] = {}
        """The trials that were given out and have not ended, as Optuna's `Trial`s."""
        self._reported: dict[int, set[int]] = {}
        with storage.errors("use"):
            pruner = optuna.pruners.MedianPruner()
            self.study = optuna.create_study(
                storage=storage.optuna, study_name=name, direction="maximize", pruner=pruner, load_if_exists=True
            )
            self._describe(name)
            self.study.sampler = optuna.samplers.TPESampler(seed=self._next_seed(seed))
            self.base_study = self._base_study(name)

    def unfinished(self) -> list[int]:
        """Return the numbers of the trials that an earlier run of the sweep has left, the base recipe first."""
        import optuna

        with self.storage.errors("read"):
            numbers = []
            for study in filter(None, (self.base_study, self.study)):
                for frozen in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
                    study_id = self.storage.optuna.get_study_id_from_name(study.study_name)
                    identifier = self.storage.optuna.get_trial_id_from_study_id_trial_number(study_id, frozen.number)
                    trial = optuna.trial.Trial(study, identifier)
                    numbers.append(self._given_out(trial, frozen.intermediate_values))
            return numbers

    def lacks_base(self) -> bool:
        """Return whether the base recipe is no trial of the search space, and has not been started."""
        with self.storage.errors("read"):
            return self.base_study is not None and not self.base_study.get_trials(deepcopy=False)

    def ask_base(self) -> int:
        """Return the number of a trial of the base recipe, which lies outside of the search space."""
        with self.storage.errors("write to"):
            return self._given_out(self.base_study.ask())

    def ask(self) -> int:
        """Return the number of a new trial: the first is the base recipe if that is in the search space."""
        with self.storage.errors("write to"):
            return self._given_out(self.study.ask())

    def values(self, number: int) -> dict[str, Value]:
        """Return the values of the searched settings of a trial that was given out; none for the base recipe."""
        return {} if number == BASE else dict(self.open[number].params)

    def known_outcome(self, number: int) -> Outcome | None:
        """Return what a new trial would end with, if one with the same values has ended: all have the same seed.

        The sampler may choose the same values again where few are left.
        """
        values = self.values(number)
        for record in self.records() if number != BASE else []:
            if record.values == values and record.state in ("done", "pruned", "diverged"):
                is_pruned, has_diverged = record.state == "pruned", record.state == "diverged"
                return Outcome(record.accuracies, record.accuracy, is_stopped=is_pruned, has_diverged=has_diverged)
        return None

    def report(self, number: int, epoch: int, accuracy: float) -> bool:
        """Note the accuracy of an epoch, and return whether the trial is to be pruned: the base recipe never is."""
        trial = self.open[number]
        with self.storage.errors("write to"):
            self._note(number, epoch, accuracy)
            is_base = number == BASE or trial.user_attrs.get("base")
            return not is_base and bool(trial.should_prune())

    def tell(self, number: int, outcome: Outcome) -> Record:
        """Note the end of a trial: its accuracy, or that it was pruned, has diverged or failed.

        A trial that diverged is told as pruned, since the sampler learns from those, but not from failed ones.
        """
        from optuna.trial import TrialState

        with self.storage.errors("write to"):
            for epoch, accuracy in enumerate(outcome.accuracies, 1):
                self._note(number, epoch, accuracy)
            trial = self.open.pop(number)
            trial.set_user_attr("seconds", outcome.seconds)
            if outcome.has_diverged:
                trial.set_user_attr("diverged", True)
            if outcome.failure is not None:
                trial.set_user_attr("failure", outcome.failure)
            if outcome.accuracy is not None:
                frozen = trial.study.tell(trial, outcome.accuracy)
            else:
                state = TrialState.PRUNED if outcome.failure is None else TrialState.FAIL
                frozen = trial.study.tell(trial, state=state)
            return self._record(frozen, number)

    def records(self) -> list[Record]:
        """Return all trials in the order of their numbers, the base recipe first if it is none of the study."""
        from optuna.trial import TrialState

        with self.storage.errors("read"):
            base = self.base_study.get_trials(deepcopy=False) if self.base_study else []
            own = [one for one in self.study.get_trials(deepcopy=False) if one.state != TrialState.WAITING]
            return [*(self._record(one, BASE) for one in base), *(self._record(one, one.number) for one in own)]

    def ended(self) -> int:
        """Return how many trials of the search space have ended."""
        return sum(record.state != "running" for record in self.records() if record.number != BASE)

    def importance(self) -> dict[str, float]:
        """Return how much each setting decides whether a trial is among the best, as fractions of 1 (PED-ANOVA).

        Of few trials nothing can be said: then there are none.
        """
        import optuna

        done = sum(record.state == "done" for record in self.records() if record.number != BASE)
        if done < 2 * FEWEST_IN_TOP:
            return {}
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=max(0.1, FEWEST_IN_TOP / done))
        with self.storage.errors("read"):
            found = optuna.importance.get_param_importances(self.study, evaluator=evaluator)
        return {name: float(value) for name, value in found.items()}

    def _describe(self, name: str) -> None:
        """Write into a new study what it is of, and the base recipe as its first trial; refuse one of another sweep."""
        from optuna.study import StudyDirection

        described, mine = self.study.user_attrs.get("sweep"), self.plan.description()
        is_empty = not self.study.get_trials(deepcopy=False)
        if described is None and is_empty and self.study.directions == [StudyDirection.MAXIMIZE]:
            self.study.set_user_attr("sweep", mine)
            if (point := self.plan.base_point()) is not None:
                self.study.enqueue_trial(point, user_attrs={"base": True})
        elif not isinstance(described, dict):
            raise HandwritingError(
                f"{self.storage.name} holds a study {name!r} that is no sweep of hwr: give another --study"
            )
        elif different := [words for key, words in DESCRIBED.items() if described.get(key) != mine[key]]:
            raise HandwritingError(
                f"{self.storage.name} holds a sweep with {' and '.join(dict.fromkeys(different))} (it searches "
                f"{_space(described)}): give its command to go on with it, or another --output for a new sweep"
            )

    def _base_study(self, name: str) -> Any:
        """Return the study of the base recipe alone, None if it is a trial of the sweep."""
        import optuna

        if self.plan.base_point() is not None:
            return None
        return optuna.create_study(
            storage=self.storage.optuna, study_name=f"{name} (base)", direction="maximize", load_if_exists=True
        )

    def _next_seed(self, seed: int) -> int:
        """Return a seed of the sampler: another one after an interruption, or the same trials would come again."""
        return int(np.random.SeedSequence([seed, len(self.study.get_trials(deepcopy=False))]).generate_state(1)[0])

    def _given_out(self, trial: Any, reported: Iterable[int] = ()) -> int:
        """Keep a trial that is to be trained, and return its number."""
        number: int = BASE if trial.study is self.base_study else trial.number
        if number != BASE:
            for name, searched in self.plan.space.items():
                searched.suggest(trial, name)
        self.open[number], self._reported[number] = trial, set(reported)
        return number

    def _note(self, number: int, epoch: int, accuracy: float) -> None:
        """Report the accuracy of an epoch to Optuna, unless that was done before the trial was started again."""
        if epoch not in self._reported[number]:
            self._reported[number].add(epoch)
            self.open[number].report(accuracy, epoch)

    def _record(self, frozen: Any, number: int) -> Record:
        from optuna.trial import TrialState

        attributes = frozen.user_attrs
        states: dict[Any, State] = {TrialState.COMPLETE: "done", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}
        state = "diverged" if attributes.get("diverged") else states.get(frozen.state, "running")
        return Record(
            number=number,
            values=self.plan.base_values() if number == BASE else dict(frozen.params),
            state=state,
            accuracies=[value for _, value in sorted(frozen.intermediate_values.items())],
            accuracy=frozen.value if state == "done" else None,
            seconds=attributes.get("seconds", 0.0),
            failure=attributes.get("failure"),
            is_base=number == BASE or bool(attributes.get("base")),
        )


def _space(described: Mapping[str, Any]) -> str:
    """Return the search space that a study is of as it stands on a command line."""
    space = described.get("space")
    return " ".join(f"{option(name)}={text}" for name, text in space.items()) if isinstance(space, dict) else "?"
