"""`hwr evaluate`: metrics, tables and the worst mistakes as text, JSON or CSV."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from handwriting.cli.terminal import colours, tables, thumbnails
from handwriting.cli.terminal.console import fact, stdout_console, together, write
from handwriting.cli.terminal.data import write_csv, write_json
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.evaluation.metrics import Metrics
from handwriting.evaluation.mistakes import Mistake, positions
from handwriting.report.formatting import counted, interval, percent


def show(format: str, evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    """Print the evaluation of a model, and some of its mistakes."""
    {"text": _text, "json": _json, "csv": _csv}[format](evaluated, mistakes)


def _text(evaluated: EvaluatedModel, mistakes: Sequence[Mistake]) -> None:
    console, metrics, rejected = stdout_console(), evaluated.evaluation.metrics, evaluated.evaluation.rejected
    fact("model", evaluated.path)
    fact("dataset", f"{evaluated.dataset}: {counted(metrics.count, 'test image')}")
    fact("accuracy", f"{percent(metrics.accuracy)} ({interval(metrics)})")
    fact("ECE", f"{percent(metrics.calibration_error)} (expected calibration error)")
    if rejected is not None:
        fact("rejected", f"{percent(rejected)} of the images, as non-digits")
    _show_classes(metrics)
    _show_confusion(metrics)
    confused = (together(f"{truth} read as {read} ({count})") for truth, read, count in metrics.most_confused())
    write(f"most confused: {', '.join(confused) or 'none'}")
    if mistakes:
        write("")
        write("the worst mistakes")
        images = evaluated.examples.images[positions(mistakes)]
        console.print(*thumbnails.mistakes(mistakes, images, console, console.width), sep="\n")


def _show_classes(metrics: Metrics) -> None:
    rows = [
        (name, *(f"{fraction:.4f}" for fraction in (score.precision, score.recall, score.f1)), f"{score.count:,}")
        for name, score in metrics.classes.items()
    ]
    tables.show(("class", "precision", "recall", "F1", "count"), rows, title="by class", numbers=True)


def _show_confusion(metrics: Metrics) -> None:
    """Print the confusion matrix, the more frequent an error the brighter, or the same as a list if it is too wide."""
    errors = metrics.confusion.copy()
    np.fill_diagonal(errors, 0)
    headings, most = ("", *metrics.class_names), max(int(errors.max()), 1)
    rows: list[tuple[str | Text, ...]] = [
        (name, *(_cell(count, i == j, most) for j, count in enumerate(counts)))
        for i, (name, counts) in enumerate(zip(metrics.class_names, metrics.confusion.tolist(), strict=True))
    ]
    if tables.fits(headings, rows):
        tables.show(headings, rows, title="confusion matrix (row: true class, column: class read)", numbers=True)
    else:
        _list_confusions(metrics, errors)


def _cell(count: int, correct: bool, most: int) -> Text:
    if correct:
        return Text(str(count), "bold")
    return Text(str(count), colours.error(count / most)) if count else Text(".")


def _list_confusions(metrics: Metrics, errors: NDArray[np.int64]) -> None:
    """Print a line for each class: how often it was read right, and as which other classes, most frequent first."""
    write("confusion matrix, as a list (true class: how often read right; the classes read instead)")
    for name, right, row in zip(metrics.class_names, metrics.confusion.diagonal(), errors, strict=True):
        others = [
            together(f"{metrics.class_names[read]} ({row[read]})")
            for read in np.argsort(-row, kind="stable")
            if row[read]
        ]
        write(f"{name}: {right} right" + "; " * bool(others) + ", ".join(others), indent=4)
    write("")


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
    write_json(written)


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
    scores = zip(metrics.classes.items(), metrics.confusion.tolist(), strict=True)
    write_csv(
        ["class", "precision", "recall", "f1", "count", *(f"read as {name}" for name in metrics.class_names)],
        ([name, own.precision, own.recall, own.f1, own.count, *counts] for (name, own), counts in scores),
    )
