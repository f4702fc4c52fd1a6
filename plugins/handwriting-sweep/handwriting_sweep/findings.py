"""What a sweep has found: the best trial by validation accuracy, whether it beats the base recipe, what matters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handwriting.report.formatting import counted, percent
from handwriting.training.recipe import Recipe
from handwriting_sweep.plan import Plan
from handwriting_sweep.record import BASE, Record
from handwriting_sweep.space import in_words


@dataclass(frozen=True)
class Findings:
    """The trials of a sweep, and the importance of each setting as a fraction of 1, none if the trials are few."""

    plan: Plan
    records: Sequence[Record]
    importance: dict[str, float]

    @property
    def base(self) -> Record | None:
        """The trial of the base recipe."""
        return next((record for record in self.records if record.is_base), None)

    @property
    def best(self) -> Record | None:
        """The trial with the highest validation accuracy; of several the base recipe, else the first."""
        done = [record for record in self.records if record.accuracy is not None]
        return max(done, key=lambda record: (record.accuracy or 0.0, record.is_base, -record.number), default=None)

    @property
    def best_recipe(self) -> Recipe:
        """The recipe of the best trial."""
        best = self.best
        return self.plan.base if best is None or best.is_base else self.plan.recipe(best.values)

    @property
    def validated(self) -> int:
        """The number of images in the validation set."""
        return round(len(self.plan.opened.splits.train) * self.plan.base.validation)

    @property
    def searched(self) -> list[Record]:
        """The trials of the search space, which the base recipe may not be one of."""
        return [record for record in self.records if record.number != BASE]

    def counts(self) -> str:
        """Return "50 trials: 31 done, 18 pruned, 1 diverged"."""
        states = Counter(record.state for record in self.searched)
        parts = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
        return f"{counted(len(self.searched), 'trial')}: {parts}"

    def verdict(self) -> str:
        """Return in one sentence whether a trial beats the base recipe on the validation set."""
        base, best = self.base, self.best
        if best is None or best.accuracy is None:
            return "no trial came to its end"
        if base is None or base.accuracy is None:
            return "the base recipe did not come to its end, so nothing is known of the difference"
        if best.is_base:
            return f"no trial beats the base recipe ({percent(base.accuracy)})"
        more, images = round((best.accuracy - base.accuracy) * self.validated), self.validated
        return f"trial {best.number} reads {more:,} more of {images:,} validation images than the base recipe"

    def best_in_words(self) -> str:
        """Return the searched settings of the best trial."""
        best = self.best
        return in_words(self.plan.base_values() if best is None or best.is_base else best.values)
