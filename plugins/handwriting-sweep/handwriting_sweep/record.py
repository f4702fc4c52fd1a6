"""What is known of a trial, for those who show it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from handwriting_sweep.space import Value

BASE = -1
"""The number of the base recipe where it lies outside of the search space, and so is no trial of the study."""

State: TypeAlias = Literal["running", "done", "pruned", "diverged", "failed"]


@dataclass(frozen=True)
class Record:
    """What is known of a trial: the values of the searched settings, and the validation accuracy of each epoch.

    `accuracy` is that of the weights kept, None unless the trial is done; `failure` says why a trial failed.
    """

    number: int
    values: dict[str, Value]
    state: State
    accuracies: list[float]
    accuracy: float | None
    seconds: float
    failure: str | None
    is_base: bool

    @property
    def last(self) -> float | None:
        """The accuracy, else that of the last epoch, None before the first one."""
        return self.accuracy if self.accuracy is not None else next(reversed(self.accuracies), None)
