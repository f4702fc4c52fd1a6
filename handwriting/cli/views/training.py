"""`hwr train`: the view for a format; JSON."""

import sys
from dataclasses import asdict
from typing import Any

from handwriting.cli.terminal.console import is_live
from handwriting.cli.terminal.data import write_json
from handwriting.cli.views.training_text import TextView
from handwriting.cli.views.view import View
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.training.events import Epoch


def view(format: str) -> View:
    """Return the view for a format; text has a live bar on a terminal."""
    if format != "text":
        return JsonView(with_epochs=format == "jsonl")
    if not is_live(sys.stderr):
        return TextView()
    from handwriting.cli.views.training_bar import BarView

    return BarView()


class JsonView(View):
    """One JSON object at the end; or, with epochs, a line for each of them and one at the end."""

    def __init__(self, with_epochs: bool) -> None:
        self.with_epochs = with_epochs

    def show_epoch(self, epoch: Epoch) -> None:
        """Print the epoch."""
        if self.with_epochs:
            write_json({"event": "epoch", **asdict(epoch)})

    def end(self, evaluated: EvaluatedModel) -> None:
        """Print the result."""
        metrics, record = evaluated.evaluation.metrics, evaluated.model.training
        written: dict[str, Any] = {"event": "done"} if self.with_epochs else {}
        written |= {
            "model": str(evaluated.path),
            "network": str(evaluated.model.network),
            "parameters": len(evaluated.model.network.trained),
            "before": record["before"],
            "accuracy": metrics.accuracy,
            "interval": metrics.interval,
            "count": metrics.count,
            "seconds": record["seconds"],
            "stopped": record["stopped"],
            "history": [asdict(epoch) for epoch in self.trainer.history],
            "dataset": record["dataset"],
            "recipe": record["recipe"],
        }
        write_json(written)
