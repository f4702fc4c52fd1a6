"""The options of the command line, as the rows use them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .workspace import Workspace


@dataclass(frozen=True)
class Conditions:
    """Conditions of a measurement: `pairs` of turns for each comparison, and the `threads` of each side.

    `seeds` is the number of trainings (None: the usual number), `presets` those of hwr to measure (none: the usual
    ones), `models` further model files. `quick` only shows that everything runs.
    """

    workspace: Workspace
    pairs: int
    threads: int
    seeds: int | None = None
    quick: bool = False
    presets: tuple[str, ...] = ()
    models: tuple[Path, ...] = ()

    def trainings(self, usual: int) -> int:
        """Return the number of seeds to train from."""
        return 1 if self.quick else self.seeds or usual

    @property
    def epochs(self) -> int:
        """Epochs of a whole training: those of `hwr train`, but enough for every turn."""
        return 1 + self.pairs if self.quick else max(self.workspace.recipe["epochs"], 1 + self.pairs)

    @property
    def recipe(self) -> dict[str, Any]:
        """The settings of hwr's default recipe that other libraries have, too."""
        default = self.workspace.recipe
        names = ("hidden", "batch_size", "learning_rate", "decays", "schedule", "label_smoothing")
        return {name: default[name] for name in names} | {"epochs": self.epochs}
