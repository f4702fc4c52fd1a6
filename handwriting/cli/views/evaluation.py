"""`hwr evaluate`: metrics, tables and the worst mistakes as text, JSON or CSV."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.style import Style
from rich.table import Table
from rich.text import Text

from handwriting.cli.terminal import thumbnails
from handwriting.cli.terminal.console import fact, stdout_console, table
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.evaluation.metrics import Metrics
from handwriting.evaluation.mistakes import Mistake, positions
from handwriting.report.formatting import interval, percent


def show(format: str, evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    """Print the evaluation of a model, and some of its mistakes."""
    {"text": _text, "json": _json, "csv": _csv}[format](evaluated, mistakes)


def _text(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    console, metrics, rejected = stdout_console(), evaluated.evaluation.metrics, evaluated.evaluation.rejected
    fact("model", evaluated.path)
    fact("dataset", f"{evaluated.dataset}: {metrics.count:,} test images")
    fact("accuracy", f"{percent(metrics.accuracy)} ({interval(metrics)})")
    fact("ECE", f"{percent(metrics.calibration_error)} (expected calibration error)")
    if rejected is not None:
        fact("rejected", f"{percent(rejected)} of the images, as non-digits")
    console.print(_class_table(metrics))
    console.print(_confusion_table(metrics))
    confused = (f"{truth} read as {read} ({count})" for truth, read, count in metrics.most_confused())
    print("most confused:", ", ".join(confused) or "none", flush=True)
    if mistakes:
        print("\nthe worst mistakes")
        images = evaluated.examples.images[positions(mistakes)]
        console.print(*thumbnails.mistakes(mistakes, images, console, console.width), sep="\n")


def _class_table(metrics: Metrics) -> Table:
    scores = table("class", "precision", "recall", "F1", "count", title="by class", numbers=True)
    for name, score in metrics.classes.items():
        fractions = (f"{fraction:.4f}" for fraction in (score.precision, score.recall, score.f1))
        scores.add_row(name, *fractions, f"{score.count:,}")
    return scores


def _confusion_table(metrics: Metrics) -> Table:
    """The more frequent an error, the redder its cell."""
    title = "confusion matrix (row: true class, column: class read)"
    confusion = table("", *metrics.class_names, title=title, numbers=True)
    errors = metrics.confusion.copy()
    errors[range(len(errors)), range(len(errors))] = 0
    most = max(int(errors.max()), 1)
    for i, name in enumerate(metrics.class_names):
        confusion.add_row(name, *(_cell(int(count), i == j, most) for j, count in enumerate(metrics.confusion[i])))
    return confusion


def _cell(count: int, correct: bool, most: int) -> Text:
    if correct:
        return Text(str(count), Style(color="green", bold=True))
    if count == 0:
        return Text(".", Style(dim=True))
    red = 64 + round(191 * count / most)
    return Text(str(count), Style(color="white", bgcolor=f"rgb({red},0,0)"))


def _json(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    metrics = evaluated.evaluation.metrics
    written = {
        "accuracy": metrics.accuracy,
        "interval": metrics.interval,
        "count": metrics.count,
        "calibration_error": metrics.calibration_error,
        "classes": {name: asdict(score) for name, score in metrics.classes.items()},
        "confusion": metrics.confusion.tolist(),
        "dataset": evaluated.dataset,
        "model": str(evaluated.path),
    }
    if evaluated.evaluation.rejected is not None:
        written["refused"] = evaluated.evaluation.rejected
    if mistakes:
        written["mistakes"] = [_mistake_json(mistake) for mistake in mistakes]
    click.echo(json.dumps(written))


def _mistake_json(mistake: Mistake) -> dict[str, Any]:
    return {
        "position": mistake.position,
        "truth": mistake.truth,
        "read": mistake.read,
        "sure": mistake.confidence,
        "sure_of_truth": mistake.confidence_in_truth,
    }


def _csv(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    """A row for each class: its scores, then its row of the confusion matrix."""
    metrics = evaluated.evaluation.metrics
    writer = csv.writer(sys.stdout, lineterminator="\n")
    read_as = [f"read as {name}" for name in metrics.class_names]
    writer.writerow(["class", "precision", "recall", "f1", "count", *read_as])
    for (name, score), counts in zip(metrics.classes.items(), metrics.confusion.tolist(), strict=True):
        writer.writerow([name, score.precision, score.recall, score.f1, score.count, *counts])
