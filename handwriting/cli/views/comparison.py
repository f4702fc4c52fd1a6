"""`hwr compare`: a table, a sentence for each pair of models, and images they read differently, as text or JSON."""

from dataclasses import asdict
from typing import Any

from handwriting.cli.terminal import tables, thumbnails
from handwriting.cli.terminal.console import fact, stdout_console
from handwriting.cli.terminal.data import write_json
from handwriting.evaluation.comparison import Comparison, Difference, Speed
from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.evaluation.significance import Pair
from handwriting.report.formatting import compared_figures, counted, differing, letter, p_value, percent, verdict


def show(format: str, comparison: Comparison, differences: int) -> None:
    """Print a comparison; as text with at most that many `differences`, in JSON with all."""
    {"text": _text, "json": _json}[format](comparison, differences)


def _text(comparison: Comparison, differences: int) -> None:
    console, first = stdout_console(), comparison.models[0]
    for i, evaluated in enumerate(comparison.models):
        fact(letter(i), f"{evaluated.path}  {evaluated.model.network}")
    fact("dataset", f"{first.dataset}: {counted(first.evaluation.metrics.count, 'test image')}")
    _show_figures(comparison)
    for pair in comparison.pairs:
        fact(f"{letter(pair.first)}, {letter(pair.second)}", _sentence(pair))
    fact("differ", differing(len(comparison.differences)))
    shown = comparison.differences[:differences]
    if shown:
        images = first.examples.images[[difference.position for difference in shown]]
        captions = [_caption(difference) for difference in shown]
        console.print(*thumbnails.rows(images, captions, console, console.width), sep="\n")


def _show_figures(comparison: Comparison) -> None:
    """Print the figures with a column for each model."""
    models = zip(comparison.models, comparison.speeds, strict=True)
    figures = [compared_figures(*model) for model in models]
    rows = [(name, *(values[name] for values in figures)) for name in figures[0]]
    tables.show(("", *map(letter, range(len(figures)))), rows, numbers=True)


def _sentence(pair: Pair) -> str:
    first, second = letter(pair.first), letter(pair.second)
    p = p_value(pair.adjusted)
    return (
        f"{verdict(pair)}: only {first} reads {pair.only_first:,} right, only {second} "
        f"{pair.only_second:,} (McNemar's test, p {p if p.startswith('<') else f'= {p}'})"
    )


def _caption(difference: Difference) -> list[str]:
    readings = enumerate(zip(difference.readings, difference.confidences, strict=True))
    read = [f"{letter(i)} {name} {percent(confidence, 0)}" for i, (name, confidence) in readings]
    return [f"is {difference.truth}", *read]


def _json(comparison: Comparison, differences: int) -> None:
    first = comparison.models[0]
    written: dict[str, Any] = {
        "dataset": first.dataset,
        "count": first.evaluation.metrics.count,
        "models": [_model_json(*model) for model in zip(comparison.models, comparison.speeds, strict=True)],
        "pairs": [asdict(pair) for pair in comparison.pairs],
        "differences": [
            {"position": d.position, "truth": d.truth, "readings": d.readings, "sure": d.confidences}
            for d in comparison.differences
        ],
    }
    write_json(written)


def _model_json(evaluated: EvaluatedModel, speed: Speed) -> dict[str, Any]:
    metrics = evaluated.evaluation.metrics
    return {
        "model": str(evaluated.path),
        "accuracy": metrics.accuracy,
        "interval": metrics.interval,
        "calibration_error": metrics.calibration_error,
        "parameters": len(evaluated.model.network.trained),
        "bytes": evaluated.path.stat().st_size,
        **asdict(speed),
    }
