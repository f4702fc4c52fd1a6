"""`hwr predict`: read pictures."""

import sys
from collections.abc import Generator
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from handwriting.cli import options

if TYPE_CHECKING:
    from handwriting.reading.recognizer import Reading, Recognizer


@click.command()
@click.argument("pictures", nargs=-1, required=True, metavar="IMAGE|FOLDER|-...")
@options.model
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="Candidates shown for each digit."
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Give no reading that is less sure than this, such as 0.9.",
)
@click.option(
    "--invert",
    type=click.Choice(("auto", "yes", "no")),
    default="auto",
    show_default=True,
    help="Whether the ink is lighter than the paper.",
)
@click.option("--single", "expected", flag_value="single", help="Each picture shows one digit.")
@click.option("--lines", "expected", flag_value="lines", help="Each line in a picture is a number by itself.")
@click.option("--show", is_flag=True, help="Draw each picture, small, with a box around each digit.")
@click.option(
    "--explain",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write there, for each picture, how it came to be read, step by step as pictures.",
)
@options.output_format("json", "jsonl", "csv")
@options.common
@click.pass_context
def predict(
    context: click.Context, pictures: tuple[str, ...], model: str | None, top: int, min_confidence: float,
    invert: Literal["auto", "yes", "no"], expected: Literal["single", "lines"] | None, show: bool,
    explain: Path | None, form: str,
) -> None:  # fmt: skip
    """Read digits and whole numbers from pictures: files, folders of files, or - for standard input.

    What a picture shows, one digit or a number, is found out unless --single or --lines tells it.

    PNG, JPEG, GIF, BMP, TIFF, WebP and PPM are read. A picture that can't be read does not stop the others; the exit
    status is then 3.
    """
    from handwriting.cli.console import printable, say
    from handwriting.cli.model import open_model
    from handwriting.cli.prediction_view import view
    from handwriting.reading.recognizer import Recognizer

    path, loaded = open_model(model)
    recognizer = Recognizer(loaded, top=top, min_confidence=min_confidence, invert=invert, expected=expected or "auto")
    say(f"model {printable(str(path))}")
    failed = False
    with view(form, path, show) as show_reading, closing(_readings(recognizer, pictures)) as readings:
        for number, (source, reading) in enumerate(readings, 1):
            failed |= reading.failed
            for notice in reading.notices:
                say(f"{reading.path}: {notice}")
            show_reading(reading, source)
            if explain:
                _explain(explain, number, source, reading, recognizer)
    if failed:
        context.exit(3)


def _readings(recognizer: "Recognizer", pictures: tuple[str, ...]) -> "Generator[tuple[Path | bytes, Reading]]":
    """Yield where each picture came from, and what it says."""
    from handwriting.reading.recognizer import pictures_in
    from handwriting.reading.worker_processes import read_all

    for is_stdin, several in groupby(pictures, lambda given: given == "-"):
        if is_stdin:
            for data in (sys.stdin.buffer.read() for _ in several):
                yield data, recognizer.read(data)
        else:
            paths = chain.from_iterable(pictures_in(Path(given)) for given in several)
            for reading in read_all(recognizer, paths):
                yield Path(reading.path), reading


def _explain(
    folder: Path, number: int, source: Path | bytes, reading: "Reading", recognizer: "Recognizer"
) -> None:  # fmt: skip
    """Write the steps of one reading into a folder of their own, since pictures of several folders may share a name."""
    from handwriting.reading.explanation import write

    name = "standard-input" if isinstance(source, bytes) else source.stem
    write(folder / f"{number:03}-{name}", source, reading, recognizer)
