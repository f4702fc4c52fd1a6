"""How an evaluation is shown: tables for people, JSON and CSV for programs."""

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

from handwriting.cli import thumbnails
from handwriting.cli.console import box_style, percent, printable, results
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.evaluation.metrics import Metrics
from handwriting.evaluation.mistakes import Mistake, positions


def show(form: str, evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    """Write the evaluation of a model to standard output, and the mistakes that were asked for."""
    {"text": _text, "json": _json, "csv": _csv}[form](evaluated, mistakes)


def _text(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    console, evaluation, judged = results(), evaluated.evaluation, evaluated.evaluation.metrics
    low, high = judged.interval
    console.print(f"model     {printable(str(evaluated.path))}", markup=False)
    console.print(f"dataset   {printable(evaluated.dataset)}: {judged.count:,} pictures for the test", markup=False)
    console.print(
        f"accuracy  {percent(judged.accuracy)} recognised (95 % interval {percent(low)} to {percent(high)})",
        markup=False,
    )
    console.print(
        f"sureness  {percent(judged.calibration_error)} from being right, on average (expected calibration error)",
        markup=False,
    )
    if evaluation.rejected is not None:
        console.print(f"refused   {percent(evaluation.rejected)} would be taken for no digit at all", markup=False)
    console.print(_class_table(judged))
    console.print(_confusion_table(judged))
    pairs = ", ".join(f"{wanted} read as {read} ({count})" for wanted, read, count in judged.most_confused())
    console.print(f"most confused: {pairs or 'nothing'}", markup=False)
    if mistakes:
        console.print("\nthe worst mistakes")
        images = evaluated.examples.images[positions(mistakes)]
        for line in thumbnails.mistakes(mistakes, images, console, console.width):
            console.print(line)


def _class_table(judged: Metrics) -> Table:
    table = Table(title="by class", box=box_style(), title_justify="left")
    for heading in ("class", "precision", "recall", "F1", "count"):
        table.add_column(heading, justify="right")
    for name, score in judged.classes.items():
        shares = (f"{share:.4f}" for share in (score.precision, score.recall, score.f1))
        table.add_row(Text(name), *shares, f"{score.count:,}")
    return table


def _confusion_table(judged: Metrics) -> Table:
    """Rows are what the pictures are, columns what was read; the commoner an error, the redder."""
    table = Table(title="confusion (row: what it is, column: what was read)", box=box_style(), title_justify="left")
    table.add_column("")
    for name in judged.class_names:
        table.add_column(Text(name), justify="right")
    errors = judged.confusion.copy()
    errors[range(len(errors)), range(len(errors))] = 0
    worst = max(int(errors.max()), 1)
    for i, name in enumerate(judged.class_names):
        table.add_row(Text(name), *(_cell(int(n), i == j, worst) for j, n in enumerate(judged.confusion[i])))
    return table


def _cell(count: int, right: bool, worst: int) -> Text:
    if right:
        return Text(str(count), Style(color="green", bold=True))
    if count == 0:
        return Text(".", Style(dim=True))
    shade = 64 + round(191 * count / worst)
    return Text(str(count), Style(color="white", bgcolor=f"rgb({shade},0,0)"))


def _json(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    evaluation, judged = evaluated.evaluation, evaluated.evaluation.metrics
    written = {
        "accuracy": judged.accuracy,
        "interval": judged.interval,
        "count": judged.count,
        "calibration_error": judged.calibration_error,
        "classes": {name: asdict(score) for name, score in judged.classes.items()},
        "confusion": judged.confusion.tolist(),
        "dataset": evaluated.dataset,
        "model": str(evaluated.path),
    }
    if evaluation.rejected is not None:
        written["refused"] = evaluation.rejected
    if mistakes:
        written["mistakes"] = [_mistake(mistake) for mistake in mistakes]
    click.echo(json.dumps(written))


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "position": mistake.position,
        "truth": mistake.truth,
        "read": mistake.read,
        "sure": mistake.confidence,
        "sure_of_truth": mistake.confidence_in_truth,
    }


def _csv(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    """One row a class, with the row of the confusion matrix behind the scores."""
    judged = evaluated.evaluation.metrics
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["class", "precision", "recall", "f1", "count", *(f"read as {name}" for name in judged.class_names)]
    )
    for i, (name, score) in enumerate(judged.classes.items()):
        writer.writerow([name, score.precision, score.recall, score.f1, score.count, *judged.confusion[i].tolist()])
