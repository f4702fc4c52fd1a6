"""The winner: its recipe is written as TOML, trained once more, evaluated on the test set, and saved.

Nothing before has seen the test set, and nothing is chosen by it.
"""

import dataclasses
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from handwriting.cli.terminal.progress import follow
from handwriting.datasets.opening import AUTOMATIC
from handwriting.errors import ModelError
from handwriting.evaluation.metrics import wilson_interval
from handwriting.interfaces import Progress
from handwriting.models import model_file, training_record
from handwriting.system.storage import replacing
from handwriting.system.thread_pool import use_threads
from handwriting.training import recipe_toml
from handwriting.training.data_parallel import suitable_threads
from handwriting.training.events import Epoch
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from handwriting.training.session import Session
from handwriting_sweep.findings import Findings

MODEL, RECIPE = "best.safetensors", "best.toml"
"""The files of the winner in the folder of a sweep."""


@dataclass(frozen=True)
class Winner:
    """The model of the best recipe: its file, the command that trains it, and how well it reads.

    `test_accuracy` is that on the `count` test images, `validation_accuracy` that of the weights kept.
    """

    path: Path
    command: str
    validation_accuracy: float | None
    test_accuracy: float
    count: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the test accuracy."""
        return wilson_interval(self.test_accuracy, self.count)


def make_winner(findings: Findings, folder: Path, stopped: Callable[[], bool]) -> Winner | None:
    """Write the best recipe and its model into `folder`; return None if `stopped()` before the model is trained.

    A model that an earlier run of the sweep has trained by the same recipe is kept, with the result of its test.
    """
    recipe = write_recipe(findings, folder / RECIPE)
    path = folder / MODEL
    if _recipe_of(path) != dataclasses.asdict(recipe):
        with use_threads(1):  # as in the trials, since another number would give other bits
            opened = findings.plan.opened
            session = Session(resolve(recipe), opened)
            follow(_epochs(session, recipe.epochs, stopped))
            if stopped():
                return None
            model, _ = session.result()
        model_file.save(model, path)
    record = model_file.read_record(path)
    tested = training_record.test_result(record)
    if tested is None:
        raise ModelError(f"{path} does not say how well it reads: remove it, and give the same command again")
    kept = [epoch["accuracy"] for epoch in record["history"] if epoch["number"] == record["kept_epoch"]]
    return Winner(path, command(findings, folder), kept[0] if kept else None, *tested)


def write_recipe(findings: Findings, path: Path) -> Recipe:
    """Write the best recipe to a file for `hwr train --config`, and return it."""
    recipe, plan = findings.best_recipe, findings.plan
    text = recipe_toml.write(recipe, AUTOMATIC if plan.folder else plan.opened.name)
    with replacing(path) as file:
        file.write(f"# The best recipe of a sweep ({findings.counts()}).\n{text}\n".encode())
    return recipe


def command(findings: Findings, folder: Path) -> str:
    """Return the command that trains the winner to the same bits, on the same kind of machine."""
    plan, words = findings.plan, ["hwr", "train", "--config", str(folder / RECIPE)]
    if plan.folder:
        words += ["--data", str(plan.folder)]
    if suitable_threads(resolve(findings.best_recipe), plan.opened.splits.train) > 1:
        words += ["--threads", "1"]
    return shlex.join(words)


def _epochs(session: Session, epochs: int, stopped: Callable[[], bool]) -> Iterator[Progress]:
    """Train, and tell the progress."""
    label = "the best recipe, once more"
    yield Progress(label, 0, epochs, "epochs")
    for event in session.run(stopped):
        if isinstance(event, Epoch):
            yield Progress(label, event.number, epochs, "epochs")


def _recipe_of(path: Path) -> object:
    """Return the recipe that a model file records, with lists as tuples, None if there is no such file."""
    if not path.is_file():
        return None
    try:
        saved = model_file.read_record(path).get("recipe", {})
    except ModelError:
        return None
    return {name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()}
