"""What the rows are run with."""

from dataclasses import dataclass
from typing import Any

from .material import Material


@dataclass(frozen=True)
class Conditions:
    """`pairs` of turns for each comparison, `seeds` whole trainings; `quick` only shows that all of it runs."""

    material: Material
    pairs: int
    seeds: int
    quick: bool

    @property
    def threads(self) -> int:
        return self.material.threads

    @property
    def epochs(self) -> int:
        """Epochs of a training that is run to its end: those of `hwr train`, or as many as there are turns."""
        return 1 + self.pairs if self.quick else max(self.material.recipe["epochs"], 1 + self.pairs)

    @property
    def recipe(self) -> dict[str, Any]:
        """The part of hwr's default recipe that its peers know, too."""
        default = self.material.recipe
        names = ("hidden", "batch_size", "learning_rate", "schedule")
        return {name: default[name] for name in names} | {"epochs": self.epochs}
