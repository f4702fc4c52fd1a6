"""The recipe: every setting that decides how a network is built and trained, as the user wrote it.

The command line, a TOML file and a checkpoint all end up here, and here their ranges are checked. `resolve` turns a
recipe into objects. The same recipe, dataset, machine and number of threads give the same model, bit for bit.
"""

from dataclasses import dataclass
from typing import Literal

from handwriting.errors import SettingError
from handwriting.registry.ranges import check_above, check_at_least, check_fraction

LARGEST_BATCH, SMALLEST_BATCH = 256, 16
"""Bounds on an automatic batch size."""
MOST_LAYERS = 256
"""Layers that a recipe may name, so that model files and settings files, which are limited, can hold them."""
SEED_LIMIT = 2**128
"""Seeds are below: NumPy's generators use as many bits."""
STEPS = 200
"""Gradient steps in an epoch, at the least, if the batch size is automatic."""


@dataclass(frozen=True)
class Recipe:
    """The settings of a training; the defaults are those of `hwr train`. Raises `SettingError` for a bad value."""

    layers: tuple[str, ...] = ()
    """Layers (or activations) before the hidden ones, such as "dropout:0.2"."""
    hidden: tuple[int, ...] = (128,)
    """Units of each hidden layer."""
    activation: str = "relu"
    initializer: str | None = None
    """None: the one that the next activation asks for."""
    loss: str = "cross-entropy"
    optimizer: str = "adam:square_decay=0.95"
    learning_rate: float | None = None
    """None: the optimizer's default."""
    schedule: str = "one-cycle"
    epochs: int = 6
    batch_size: int | Literal["auto", "full"] = "auto"
    """Examples per gradient step; "full": all of them; "auto": 256, but fewer where an epoch would be too few steps."""
    augment: str | None = None
    """Settings of the augmentation, such as "rotation=15"; "": its defaults; None: no augmentation."""
    weight_decay: float = 0.0
    """In each step, every weight is reduced by this fraction of itself times the learning rate."""
    label_smoothing: float | None = None
    """None: the loss's default."""
    average: float = 0.0
    """Decay of the moving average of the weights, such as 0.999; 0: no averaging."""
    validation: float = 0.05
    """Fraction of the training examples that is held out as the validation set."""
    patience: int | None = None
    """Stop after this many epochs without a better validation accuracy; None: never."""
    time_limit: float | None = None
    """Seconds after which training ends, and the schedule with it; None: no limit."""
    seed: int = 0

    def __post_init__(self) -> None:
        if (count := len(self.layers) + len(self.hidden)) > MOST_LAYERS:
            raise SettingError(f"hidden and layers name {count:,} layers: give at most {MOST_LAYERS}")
        for units in self.hidden:
            check_at_least("hidden", units, 1)
        for name, least in (("epochs", 1), ("batch_size", 1), ("weight_decay", 0), ("patience", 1)):
            if not isinstance(value := getattr(self, name), str | None):
                check_at_least(name, value, least)
        check_at_least("seed", self.seed, 0, below=SEED_LIMIT)
        for name in ("learning_rate", "time_limit"):
            if (value := getattr(self, name)) is not None:
                check_above(name, value, 0)
        for name in ("label_smoothing", "average", "validation"):
            if (value := getattr(self, name)) is not None:
                check_fraction(name, value)
        if self.patience is not None and self.validation == 0:
            raise SettingError("--patience needs a validation set: see --validation")

    def examples_per_step(self, count: int) -> int:
        """Return the batch size for a training set of `count` examples."""
        if self.batch_size == "full":
            return count
        if self.batch_size == "auto":
            return min(max(count // STEPS, SMALLEST_BATCH), LARGEST_BATCH, count)
        return min(self.batch_size, count)
