"""How long a command takes to start, compared with the imports that it needs, and with PyTorch."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..conditions import Conditions
from ..processes import Completed, environment, hwr, python, run
from ..results import CannotRun, Row, Target, UnequalWork, compare
from ..timing import turns
from ..worker import needs
from .folder import count_correct
from .train import PYTORCH, SCRIPT

MORE_TURNS = 4
"""Factor for the number of turns: processes of tenths of a second are cheap to repeat, and vary more."""
PEER = Path(__file__).parents[1] / "workers" / "pytorch_predict.py"


def start(conditions: Conditions) -> Iterator[Row]:
    """`hwr --help` compared with click, `hwr predict` of one digit with NumPy and PyTorch; page caches are warm."""
    workspace = conditions.workspace
    picture = min(workspace.pictures(100).iterdir())
    predict = hwr("predict", "--model", workspace.model, picture)
    for name, command, module, limit in (("--help", hwr("--help"), "click", 1.5),
                                         ("predict digit.png", predict, "numpy", 2.5)):  # fmt: skip
        ours, peer = _in_turns(conditions, command, python("-c", f"import {module}"))
        yield compare(f"start: hwr {name}, import {module}", _seconds(ours), _seconds(peer), Target(limit))
    needs("torch", "torchvision")
    _check_import("torchvision")
    ours, peer = _in_turns(conditions, predict, python(PEER, _trained_by_pytorch(conditions), picture))
    check_both_read(picture, ours[-1].output, peer[-1].output)
    what = "start to answer: hwr predict digit.png, a script with PyTorch and torchvision"
    yield compare(what, _seconds(ours), _seconds(peer), Target(0.35))


def check_both_read(picture: Path, ours: str, peer: str) -> None:
    """Raise `UnequalWork` unless both outputs give the digit that ends the name of the picture."""
    digit = picture.stem.rpartition("-")[2]
    if count_correct(ours) != 1 or peer.strip() != digit:
        raise UnequalWork(f"the digit is {digit}: hwr says {ours.strip()!r}, PyTorch {peer.strip()!r}")


def _check_import(module: str) -> None:
    """Raise `CannotRun` if a library can't be imported, as torchvision beside another build of torch."""
    try:
        run(python("-c", f"import {module}"), environment())
    except RuntimeError as error:
        raise CannotRun(f"{module} can't be imported: {str(error).strip().splitlines()[-1]}") from error


def _in_turns(conditions: Conditions, *commands: list[str]) -> list[list[Completed]]:
    sides = [partial(run, command, conditions.workspace.environment) for command in commands]
    return turns(sides, conditions.pairs * MORE_TURNS)


def _seconds(side: list[Completed]) -> list[float]:
    return [completed.seconds for completed in side]


def _trained_by_pytorch(conditions: Conditions) -> Path:
    """Return the file of a network of the same layers, trained for an epoch by the script that row `train` runs."""
    workspace = conditions.workspace
    model, recipe = workspace.folder / "predict.pt", workspace.folder / "one-epoch.json"
    recipe.write_text(json.dumps(PYTORCH | {"epochs": 1}))
    run(python("-m", SCRIPT, workspace.mnist, recipe, 0, conditions.threads, model), workspace.environment)
    return model
