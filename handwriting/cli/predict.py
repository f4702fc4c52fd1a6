"""`hwr predict`: read pictures."""

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from handwriting.cli import completion, next_steps, options
from handwriting.cli.exit_status import ExitStatus

if TYPE_CHECKING:
    from handwriting.cli.views.prediction import Readings
    from handwriting.reading.recognizer import Recognizer
    from handwriting.reading.result import Reading


@click.command()
@click.argument(
    "pictures", nargs=-1, required=True, metavar="IMAGE|FOLDER|-...", shell_complete=completion.files
)  # fmt: skip
@options.model
@click.option("--top", type=options.WholeNumber(min=1), default=3, metavar="N", help="Candidates shown for each digit.")
@options.reading
@click.option("--show", is_flag=True, help="Draw each picture, small, with boxes around what was found.")
@click.option("--explain", type=options.OUTPUT_FOLDER, help="Write there, as pictures, how each picture is read.")
@options.output_format("json", "jsonl", "csv")
@options.common
@click.pass_context
def predict(
    context: click.Context, pictures: tuple[str, ...], model: str | None, top: int, min_confidence: float,
    invert: Literal["auto", "yes", "no"], expected: Literal["single", "lines"] | None, separators: bool,
    show: bool, explain: Path | None, format: str,
) -> None:  # fmt: skip
    """Read digits and whole numbers from pictures.

    They are files, folders of files, or - for standard input. Whether a picture shows one digit or a number is found
    out, unless --single or --lines tells it.

    The formats are PNG, JPEG, GIF, BMP, TIFF, WebP and PPM. A picture that can't be read does not stop the others; the
    exit status is then 3.

    In CSV, a ' stands before text such as =1+1.png, which a spreadsheet would take for a formula.
    """
    from handwriting.cli.inputs.model import introduction, open_model
    from handwriting.cli.terminal.console import message
    from handwriting.cli.terminal.streams import failure_of
    from handwriting.cli.views import prediction
    from handwriting.reading.recognizer import Recognizer

    path, loaded = open_model(model)
    recognizer = Recognizer(
        loaded,
        top=top,
        min_confidence=min_confidence,
        invert=invert,
        expected=expected or "auto",
        separators=separators,
    )
    message(f"model {introduction(path, loaded)}")
    failed = False

    def watched(readings: "Readings") -> "Readings":
        """Print notices before each reading, and write explanations after it."""
        nonlocal failed
        for number, (source, reading) in enumerate(readings, 1):
            failed |= reading.failed
            for notice in reading.notices:
                message(f"{reading.path}: {notice}")
            yield source, reading
            if explain:
                from handwriting.reading.explanation import write

                name = "standard-input" if isinstance(source, bytes) else source.stem
                write(explain / f"{number:03}-{name}", source, reading)
            elif failure_of(sys.stdout):
                return  # nobody reads on, as behind `| head`

    with closing(_readings(recognizer, pictures)) as readings:
        prediction.show(format, watched(readings), path, show)
    if failed:
        context.exit(ExitStatus.SOME_PICTURES_FAILED)
    next_steps.show()


def _readings(recognizer: "Recognizer", pictures: tuple[str, ...]) -> "Generator[tuple[Path | bytes, Reading]]":
    """Yield each reading with the file or the content of its picture."""
    from handwriting.cli.terminal.progress import counted, is_watched
    from handwriting.pictures.decoding import LARGEST_FILE
    from handwriting.pictures.picture_files import pictures_in
    from handwriting.reading.many_pictures import read_all

    for is_stdin, group in groupby(pictures, lambda given: given == "-"):
        if is_stdin:
            for content in (sys.stdin.buffer.read(LARGEST_FILE + 1) for _ in group):
                yield content, recognizer.read(content)
        else:
            paths: Iterable[Path] = chain.from_iterable(pictures_in(Path(given)) for given in group)
            if is_watched():
                found = list(paths)
                readings: Iterator[Reading] = counted(read_all(recognizer, found), len(found), "reading", "pictures")
            else:
                readings = read_all(recognizer, paths)
            for reading in readings:
                yield Path(reading.path), reading
