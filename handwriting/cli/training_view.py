"""How `hwr train` shows itself: as a story with a live bar, as a story in lines, or as JSON."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from handwriting.cli import pictures
from handwriting.cli.console import percent, printable, results
from handwriting.cli.data import Opened
from handwriting.cli.model import refusal
from handwriting.cli.training_progress import progress
from handwriting.evaluation.metrics import Metrics
from handwriting.evaluation.mistakes import Mistake
from handwriting.interfaces import Examples, Images
from handwriting.models.model_file import Model
from handwriting.nn.network import Network
from handwriting.training.events import Epoch, Step
from handwriting.training.recipe import Recipe


@dataclass(frozen=True)
class Outcome:
    """What came out of a training; `before` is the share read right before it, `judged` speaks of the test set."""

    path: Path
    model: Model
    judged: Metrics
    history: list[Epoch]
    before: float
    seconds: float
    stopped: bool


class View:
    """A view that shows nothing; the others override what they show."""

    def begin(
        self, opened: Opened, network: Network, recipe: Recipe, learnt: int, held_out: int, before: float
    ) -> None:
        """Show what will be trained on what."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Training is over, one way or the other."""

    def show(self, event: Step | Epoch) -> None:
        """Show how far it is."""

    def still_wrong(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Show some of the held-out pictures, (n, 28, 28), that are read wrong after an epoch."""

    def end(self, outcome: Outcome, test: Examples) -> None:
        """Show what came out."""


class Story(View):
    """Sentences for people: what is learnt, how it goes, and a closing look at the first test picture."""

    def begin(
        self, opened: Opened, network: Network, recipe: Recipe, learnt: int, held_out: int, before: float
    ) -> None:
        """Print the data, the network and the share recognised before training."""
        counts = (
            f"{learnt:,} pictures to learn from, {held_out:,} to check with, {len(opened.splits.test):,} for the test"
        )
        results().print(f"dataset   {printable(opened.name)}: {counts}", markup=False)
        results().print(f"network   {network}", markup=False)
        results().print(f"before    {percent(before)} recognised", markup=False)
        self.recipe, self.learnt, self.progress = recipe, learnt, progress(recipe)

    def __enter__(self) -> Self:
        self.started = time.perf_counter()
        self.progress.start(self.learnt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def show(self, event: Step | Epoch) -> None:
        """Move the bar, or write a line an epoch."""
        self.progress.show(event, time.perf_counter() - self.started)

    def still_wrong(self, mistakes: Sequence[Mistake], images: Images) -> None:
        """Hand them on to the bar."""
        self.progress.still_wrong(mistakes, images)

    def end(self, outcome: Outcome, test: Examples) -> None:
        """Print the share recognised after training and look at the first test picture."""
        low, high = outcome.judged.interval
        results().print(
            f"after     {percent(outcome.judged.accuracy)} of the test set recognised "
            f"(95 % interval {percent(low)} to {percent(high)}), in {outcome.seconds:.1f} s",
            markup=False,
        )
        if refused := refusal(outcome.model):
            results().print(f"refuses   {refused}", markup=False)
        for line in _closing_look(outcome.model, test):
            results().print(line)
        results().print(f"model     {printable(str(outcome.path))}", markup=False)


class Json(View):
    """One JSON object at the end; with `lines`, one for every epoch, too."""

    def __init__(self, lines: bool) -> None:
        self.lines = lines

    def show(self, event: Step | Epoch) -> None:
        """Write a line an epoch."""
        if self.lines and isinstance(event, Epoch):
            click.echo(json.dumps({"event": "epoch", **asdict(event)}))

    def end(self, outcome: Outcome, test: Examples) -> None:
        """Write the result."""
        written: dict[str, Any] = {"event": "done"} if self.lines else {}
        written |= {
            "model": str(outcome.path),
            "network": str(outcome.model.network),
            "parameters": len(outcome.model.network.trained),
            "before": outcome.before,
            "accuracy": outcome.judged.accuracy,
            "interval": outcome.judged.interval,
            "count": outcome.judged.count,
            "seconds": outcome.seconds,
            "stopped": outcome.stopped,
            "history": [asdict(epoch) for epoch in outcome.history],
        } | {key: outcome.model.training[key] for key in ("dataset", "recipe")}
        click.echo(json.dumps(written))


def view(form: str) -> View:
    """Return the view for `--format`."""
    return Story() if form == "text" else Json(lines=form == "jsonl")


def _closing_look(model: Model, test: Examples) -> list[Any]:
    """The first test picture, what the network makes of it, and what it is."""
    console = results()
    confidences = model.confidences(test.images[:1])[0]
    best, names = int(confidences.argmax()), model.class_names
    lines: list[Any] = [
        f"the first test picture is read as {names[best]} ({percent(float(confidences[best]))} sure); "
        f"it is {names[int(test.labels[0])]}"
    ]
    bars = pictures.bars(confidences, names, console)
    if console.width < 64:
        return lines + bars
    return lines + pictures.side_by_side(pictures.draw(test.images[0], console), bars)
