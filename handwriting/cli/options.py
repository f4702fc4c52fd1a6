"""Options that several commands share, and the types of their values."""

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from handwriting.cli import completion


class OutputFile(click.Path):
    """A file to be written, in a folder that exists: found out before the work whose result it is to hold."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the path; refuse one in a folder that does not exist."""
        from shlex import quote

        path = Path(str(super().convert(value, parameter, context)))
        folder = str(path.parent)
        if not path.parent.exists():
            self.fail(f"there is no folder {folder!r}: create it with `mkdir -p {quote(folder)}`", parameter, context)
        if not path.parent.is_dir():
            self.fail(f"{folder!r} is not a folder", parameter, context)
        return path


INPUT_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUTPUT_FILE = OutputFile()
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
    directory = click.option("--data-dir", type=OUTPUT_FOLDER, help=where, **(stored | {"callback": _use_data_dir}))
    debug = click.option("--debug", is_flag=True, help="Show the tracebacks of errors.", **stored)
    return directory(debug(command))


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        context.meta[f"hwr.{parameter.name}"] = value


def _use_data_dir(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    """Set HWR_DATA_DIR as well while the command runs, for what a plugin's calls of the Python interface."""
    if value:
        _store(context, parameter, value)
        context.with_resource(_variable("HWR_DATA_DIR", str(value)))


@contextlib.contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def data_dir() -> Path:
    """Return the data directory that the user chose."""
    from handwriting.system.storage import data_directory

    return data_directory(click.get_current_context().meta.get("hwr.data_dir"))


def find_data_dir() -> Path | None:
    """Return what `data_dir` does; None without a home, where files can be used all the same."""
    from handwriting.system.storage import find_data_directory

    return find_data_directory(click.get_current_context().meta.get("hwr.data_dir"))


def dataset(default: str | None, help: str) -> Callable[[Command], Command]:
    """Add --dataset and --data."""
    complete = completion.datasets
    name = click.option("--dataset", metavar="NAME[:SETTINGS]", default=default, shell_complete=complete, help=help)
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
    "-m", "--model", metavar="MODEL", shell_complete=completion.models,
    help="Name of a model (see `hwr models`), or its file.  [default: the one in use]",
)  # fmt: skip


def reading(command: Command) -> Command:
    """Add the options that say how pictures are read, which are settings of `handwriting.Recognizer`."""
    rejected = "Reject readings, with --lines lines, with a lower confidence."
    lighter, light = click.Choice(("auto", "yes", "no")), "Whether the ink is lighter than paper."
    single, lines = "Each picture shows one digit.", "Each line in a picture is a number of its own."
    separators = "Print the points, commas, minus signs, slashes, colons, brackets and percent signs, too."
    added = (
        click.option("--min-confidence", type=FRACTION, default=0.0, help=rejected),
        click.option("--invert", type=lighter, default="auto", help=light),
        click.option("--single", "expected", flag_value="single", help=single),
        click.option("--lines", "expected", flag_value="lines", help=lines),
        click.option("--separators", is_flag=True, help=separators),
    )
    for option in reversed(added):
        command = option(command)
    return command


kind = click.option("--kind", metavar="KIND", help="Kind of the part, where parts of several kinds have its name.")


def threads(default: str) -> Callable[[Command], Command]:
    """Add --threads, whose default is told in words."""
    number = WholeNumber(1, MOST_THREADS)
    return click.option("--threads", type=number, metavar="N", help=f"Number of threads.  [default: {default}]")


def model_or_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -m/--model, and the argument MODEL, which means the same, to a command on one model."""

    @functools.wraps(command)
    def with_one_model(*arguments: Any, model: str | None, model_argument: str | None, **others: Any) -> Any:
        source = click.get_current_context().get_parameter_source("model")
        if model_argument and model and source is ParameterSource.COMMANDLINE:
            raise click.UsageError("MODEL and --model can't both be given")
        return command(*arguments, model=model_argument or model, **others)

    argument = click.argument("model_argument", required=False, metavar="[MODEL]", shell_complete=completion.models)
    return argument(model(with_one_model))
