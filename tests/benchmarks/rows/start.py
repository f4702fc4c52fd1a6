"""How long a command takes to start, compared with the imports that it needs."""

from collections.abc import Iterator
from functools import partial

from ..conditions import Conditions
from ..processes import hwr, python, run
from ..results import Row, Target, compare
from ..timing import turns

MORE_TURNS = 4
"""Factor for the number of turns: processes of tenths of a second are cheap to repeat, and vary more."""


def start(conditions: Conditions) -> Iterator[Row]:
    """`hwr --help` compared with click, `hwr predict` of one digit with NumPy; page caches are warm."""
    workspace = conditions.workspace
    predict = hwr("predict", "--model", workspace.model, min(workspace.pictures(100).iterdir()))
    for name, command, module, limit in (("--help", hwr("--help"), "click", 1.5),
                                         ("predict digit.png", predict, "numpy", 2.5)):  # fmt: skip
        commands = command, python("-c", f"import {module}")
        sides = turns([partial(run, each, workspace.environment) for each in commands], conditions.pairs * MORE_TURNS)
        ours, peer = ([completed.seconds for completed in side] for side in sides)
        yield compare(f"start: hwr {name}, import {module}", ours, peer, Target(limit))
