"""How a comparison is shown: a table, a sentence for each pair, pictures; JSON for programs."""

import json
from dataclasses import asdict
from typing import Any

import click
from rich.table import Table

from handwriting.cli import thumbnails
from handwriting.cli.console import box_style, percent, printable, results
from handwriting.evaluation.comparison import Contest, Difference, Speed
from handwriting.evaluation.significance import Pair
from handwriting.evaluation.subject import Subject
from handwriting.report.words import called, letter, probability, verdict

COLUMN = 20
"""Characters that a model's column may take."""


def show(form: str, contest: Contest, pictures: int) -> None:
    """Write the comparison to standard output, as text with so many of the pictures that are read differently."""
    {"text": _text, "json": _json}[form](contest, pictures)


def _text(contest: Contest, pictures: int) -> None:
    console, first = results(), contest.subjects[0]
    count = first.judgement.evaluation.count
    for i, subject in enumerate(contest.subjects):
        console.print(f"{letter(i)}  {printable(str(subject.path))}  {subject.model.network}", markup=False)
    console.print(f"dataset   {printable(first.dataset)}: {count:,} pictures for the test", markup=False)
    console.print(_models(contest, console.width), markup=False)
    for pair in contest.pairs:
        console.print(_sentence(pair), markup=False)
    console.print(f"differ    {len(contest.differences):,} pictures are not read the same by all", markup=False)
    shown = contest.differences[:pictures]
    images = first.examples.images[[found.position for found in shown]] if shown else first.examples.images[:0]
    captions = [_caption(found) for found in shown]
    for line in thumbnails.rows(images, captions, console, console.width):
        console.print(line)


def _models(contest: Contest, width: int) -> Table | str:
    """A column for each model; where these find no room, line after line."""
    entries = zip(contest.subjects, contest.speeds, strict=True)
    figures = {letter(i): _figures(*entry) for i, entry in enumerate(entries)}
    names = list(figures["A"])
    if width < 20 + COLUMN * len(figures):
        return "\n".join(f"{short}  {name} {of[name]}" for short, of in figures.items() for name in names)
    table = Table("", *figures, box=box_style())
    for column in table.columns[1:]:
        column.justify = "right"
    for name in names:
        table.add_row(name, *(of[name] for of in figures.values()))
    return table


def _figures(subject: Subject, speed: Speed) -> dict[str, str]:
    judged = subject.judgement.evaluation
    low, high = judged.interval
    return {
        "accuracy": percent(judged.accuracy),
        "95 % interval": f"{100 * low:.2f} to {100 * high:.2f} %",
        "calibration error": percent(judged.calibration_error),
        "parameters": f"{len(subject.model.network.trained):,}",
        "file": f"{subject.path.stat().st_size / 1e6:.2f} MB",
        "pictures/s": f"{speed.pictures_per_second:,.0f}",
        "one picture": f"{speed.milliseconds:.2f} ms",
    }


def _sentence(pair: Pair) -> str:
    first, second = letter(pair.first), letter(pair.second)
    better = first if pair.only_first > pair.only_second else second
    return (
        f"{first}, {second}      {verdict(pair.adjusted, better)}: only {first} reads {pair.only_first:,} right, "
        f"only {second} {pair.only_second:,} (McNemar's test, p {_equals(pair.adjusted)})"
    )


def _equals(p_value: float) -> str:
    words = probability(p_value)
    return words if words.startswith("<") else f"= {words}"


def _caption(found: Difference) -> list[str]:
    readings = zip(found.readings, found.sure, strict=True)
    said = (f"{letter(i)} {printable(called(name))[:6]} {percent(sure, 0)}" for i, (name, sure) in enumerate(readings))
    return [f"is {printable(called(found.truth))}", *said, ""]


def _json(contest: Contest, pictures: int) -> None:
    first = contest.subjects[0]
    written: dict[str, Any] = {
        "dataset": first.dataset,
        "count": first.judgement.evaluation.count,
        "models": [_model(*entry) for entry in zip(contest.subjects, contest.speeds, strict=True)],
        "pairs": [asdict(pair) for pair in contest.pairs],
        "differences": [asdict(found) for found in contest.differences],
    }
    click.echo(json.dumps(written))


def _model(subject: Subject, speed: Speed) -> dict[str, Any]:
    judged = subject.judgement.evaluation
    return {
        "model": str(subject.path),
        "accuracy": judged.accuracy,
        "interval": judged.interval,
        "calibration_error": judged.calibration_error,
        "parameters": len(subject.model.network.trained),
        "bytes": subject.path.stat().st_size,
        **asdict(speed),
    }
