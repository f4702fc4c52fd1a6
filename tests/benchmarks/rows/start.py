"""How long a command takes to start, against the imports that it can't do without."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ..comparison import Row, Target
from ..conditions import Conditions
from ..material import python
from ..processes import hwr, run
from ..timing import ratios, seconds, turns

MORE_TURNS = 4
"""Processes of tenths of a second are cheap to repeat and scatter more."""


def start(conditions: Conditions) -> Iterator[Row]:
    """`hwr --help` against click, `hwr predict` of one digit against NumPy; page caches are warm."""
    material = conditions.material
    assert material.model
    digit = min(material.pictures(100).iterdir())
    for arguments, module, limit in ((["--help"], "click", 1.5), (["predict", str(digit)], "numpy", 2.5)):
        commands = [*hwr(), *arguments], python("-c", f"import {module}")
        sides = [partial(_seconds, command, material.hwr_environment) for command in commands]
        mine, other = turns(sides, conditions.pairs * MORE_TURNS)
        yield Row(
            f"start: hwr {arguments[0]}{' digit.png' if len(arguments) > 1 else ''}, import {module}",
            seconds(mine), seconds(other), ratios(mine, other), target=Target(limit),
            details={"ours": mine, "peer": other},
        )  # fmt: skip


def _seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    return run(command, environment).seconds
