"""What the training loop yields."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A gradient step was taken: `done` of the epoch's `total` examples, with the mean cost of the epoch so far."""

    epoch: int
    done: int
    total: int
    cost: float


@dataclass(frozen=True)
class Epoch:
    """A pass over the training set has ended; `number` counts from 1, `cost` is the mean over the pass.

    `accuracy` is that on the validation set (0 to 1), None without one; `seconds` is the time that the pass took;
    `best` says whether no earlier epoch had a higher accuracy, `kept` whether its weights are kept (see `Trainer`).
    """

    number: int
    cost: float
    accuracy: float | None
    learning_rate: float
    seconds: float
    best: bool
    kept: bool
