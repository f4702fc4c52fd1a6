"""The command line: asks the other rooms for things and draws them; the only place that knows click and rich.

One file a command. Whatever a command needs beyond click is imported inside it, so that `hwr --help` starts at once.
"""

import sys
import warnings
from typing import Any, NoReturn

import click

from handwriting import __version__
from handwriting.cli import options
from handwriting.cli.compare import compare
from handwriting.cli.download import download
from handwriting.cli.draw import draw
from handwriting.cli.evaluate import evaluate
from handwriting.cli.info import info
from handwriting.cli.plugins import plugins
from handwriting.cli.predict import predict
from handwriting.cli.train import train
from handwriting.errors import HandwritingError


class Commands(click.Group):
    """The commands, and what becomes of their errors: one clear line each, and the right exit status."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click shows the first, and is quiet about a reader that has gone
        except KeyboardInterrupt:
            fail(context, "interrupted", status=130)
        except HandwritingError as error:
            fail(context, str(error))
        except (OSError, MemoryError) as error:
            fail(context, f"{type(error).__name__}: {error}")
        except Exception as error:
            fail(context, f"{_blame(error)}: {type(error).__name__}: {error} (--debug shows where)")


def fail(context: click.Context, message: str, status: int = 1) -> NoReturn:
    """Say in one line what went wrong (with --debug, where) and end."""
    if options.debug(context):
        import traceback

        traceback.print_exc()
    click.echo(f"hwr: {' '.join(message.split())}", err=True)
    raise click.exceptions.Exit(status)


def _blame(error: Exception) -> str:
    from handwriting.registry.entry_points import culprit

    plugin = culprit(error)
    return f"{plugin} fails" if plugin else "this is a bug in hwr"


@click.group(
    cls=Commands,
    context_settings={"auto_envvar_prefix": "HWR", "help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)
@click.version_option(__version__, prog_name="hwr")
@options.common
def hwr() -> None:
    """Learn to read handwritten digits, with a neural network written from scratch on NumPy.

    Train a network, see how well it reads, and let it read your own pictures:

    \b
        hwr train --hidden 128 --activation relu
        hwr evaluate
        hwr predict image.png
        hwr draw

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 some pictures failed, 4 below --min-accuracy, 130 interrupted.
    Every option can also be set by an environment variable, such as HWR_DATA_DIR or HWR_TRAIN_EPOCHS.
    """


for command in (download, train, evaluate, predict, draw, compare, info, plugins):
    hwr.add_command(command)


def main() -> None:
    """Run the command line: the console script `hwr`."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # libraries warn in words for programmers; errors still get their line
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # no character may break an ASCII terminal
    hwr(prog_name="hwr")
