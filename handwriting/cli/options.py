"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from handwriting.registry.entry_points import Entry

AUTOMATIC = "auto"
"""The dataset's name that means: MNIST, or strokes where it can't be had."""

Command = TypeVar("Command", bound=Callable[..., Any])


def common(command: Command) -> Command:
    """Add --data-dir and --debug; they may stand before or behind the command's name."""
    place = click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        expose_value=False,
        callback=_keep,
        help="Where hwr keeps datasets and models.  [default: the user's data directory]",
    )
    trace = click.option("--debug", is_flag=True, expose_value=False, callback=_keep, help="Show where an error arose.")
    return place(trace(command))


def data_dir() -> Path:
    """Return the data directory that the user chose."""
    from handwriting.system.storage import data_directory

    return data_directory(click.get_current_context().meta.get("hwr.data_dir"))


def dataset_folder(entry: "Entry") -> Path:
    """Return the place of a dataset in the data directory: the same however it is called, and no other dataset's."""
    origin = "" if entry.built_in else f"{entry.distribution}-"
    return data_dir() / "datasets" / f"{origin}{entry.name}"


def debug(context: click.Context) -> bool:
    """Return whether tracebacks are wanted."""
    return bool(context.meta.get("hwr.debug"))


def dataset(default: str | None, meaning: str) -> Callable[[Command], Command]:
    """Add --dataset and --data."""

    def decorate(command: Command) -> Command:
        name = click.option("--dataset", metavar="NAME", default=default, help=meaning)
        folder = click.option(
            "--data",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="A folder of pictures instead, with a folder for each class (0 ... 9) in it.",
        )
        return name(folder(command))

    return decorate


model = click.option(
    "-m", "--model", metavar="MODEL", help="Model file, or its name in the data directory.  [default: the last trained]"
)


def output_format(*choices: str) -> Callable[[Command], Command]:
    """Add --format."""
    return click.option(
        "--format", "form", type=click.Choice(("text", *choices)), default="text", show_default=True,
        help="How results are written to standard output.",
    )  # fmt: skip


threads = click.option(
    "--threads", type=click.IntRange(min=1), help="Threads to work with.  [default: one a processor]"
)


def _html_file(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Insist on the name of a page: a slip of the pen must not replace a model or a picture."""
    if path and path.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter(f"{path.name!r} does not end in .html")
    return path


report = click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_html_file,
    metavar="FILE.html",
    help="Write a page for people: one file with all figures, curves and the worst mistakes.",
)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        context.meta[f"hwr.{parameter.name}"] = value
