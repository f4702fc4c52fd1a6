"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from handwriting.registry.entry_points import Entry

INPUT_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUTPUT_FILE = click.Path(path_type=Path, dir_okay=False)
INPUT_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
OUTPUT_FOLDER = click.Path(path_type=Path, file_okay=False)


class WholeNumber(click.IntRange):
    """A whole number in a range."""

    name = "whole number"


class Number(click.FloatRange):
    """A number in a range."""

    name = "number"


FRACTION = Number(0, 1)
MOST_THREADS = 1024
"""More would only wait for one another, and take minutes to start."""

Command = TypeVar("Command", bound=Callable[..., Any])


def common(command: Command) -> Command:
    """Add --data-dir and --debug, which may be given before or after the command's name."""
    stored: dict[str, Any] = {"expose_value": False, "callback": _store, "is_eager": True}
    where = "Where datasets and models are kept.  [default: the user's data directory]"
    directory = click.option("--data-dir", type=OUTPUT_FOLDER, help=where, **stored)
    debug = click.option("--debug", is_flag=True, help="Show the tracebacks of errors.", **stored)
    return directory(debug(command))


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        context.meta[f"hwr.{parameter.name}"] = value


def data_dir() -> Path:
    """Return the data directory that the user chose."""
    from handwriting.system.storage import data_directory

    return data_directory(click.get_current_context().meta.get("hwr.data_dir"))


def dataset_folder(entry: "Entry") -> Path:
    """Return the folder of a dataset in the data directory."""
    from handwriting.datasets.opening import folder_of

    return folder_of(entry, data_dir())


def dataset(default: str | None, help: str) -> Callable[[Command], Command]:
    """Add --dataset and --data."""
    name = click.option("--dataset", metavar="NAME", default=default, help=help)
    folder = click.option("--data", type=INPUT_FOLDER, help="Folder of pictures to use instead, a subfolder per class.")
    return lambda command: name(folder(command))


def output_format(*others: str) -> Callable[[Command], Command]:
    """Add --format, with the choice of text and `others`."""
    return click.option("--format", type=click.Choice(("text", *others)), default="text", help="Format of the results.")


def show(name: str, what: str) -> Callable[[Command], Command]:
    """Add an option that shows 12 or N of something."""
    number = WholeNumber(min=1)
    return click.option(name, type=number, is_flag=False, flag_value=12, metavar="[N]", help=f"Show {what}: N, or 12.")


def _check_report(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Find out before long work whether the report can be written, and not over a model or a picture by mistake."""
    if path:
        from handwriting.system.storage import try_writing

        if path.suffix.lower() not in (".html", ".htm"):
            raise click.BadParameter(f"{path.name!r} does not end in .html")
        try_writing(path)
    return path


report = click.option(
    "--report", type=OUTPUT_FILE, callback=_check_report, metavar="FILE.html", help="Write an HTML report, in one file."
)
model = click.option(
    "-m",
    "--model",
    metavar="MODEL",
    help="Name of a model (see `hwr models`), or its file.  [default: the one in use]",
)
threads = click.option(
    "--threads", type=WholeNumber(1, MOST_THREADS), metavar="N", help="Number of threads.  [default: one per processor]"
)
