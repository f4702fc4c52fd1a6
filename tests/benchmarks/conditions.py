"""What the rows are run with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .material import Material


@dataclass(frozen=True)
class Conditions:
    """`pairs` of turns for each comparison; `quick` only shows that all of it runs.

    `seeds` whole trainings (None: as many as are usual), `presets` of hwr (none: the usual ones), and further `models`.
    """

    material: Material
    pairs: int
    seeds: int | None
    quick: bool
    presets: tuple[str, ...] = ()
    models: tuple[Path, ...] = ()

    def trainings(self, usual: int) -> int:
        """Return how many seeds to train from, where `usual` ones are enough for a figure to keep."""
        return 1 if self.quick else self.seeds or usual

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
