"""The entry point: `hwr` is the group of all commands, `main` the console script."""

import contextlib
import os
import sys
import threading
import time
import warnings
from typing import NoReturn

import click

from handwriting import __version__
from handwriting.cli import options, plugin_commands
from handwriting.cli.compare import compare
from handwriting.cli.download import download
from handwriting.cli.draw import draw
from handwriting.cli.evaluate import evaluate
from handwriting.cli.exit_status import ExitStatus, exit_status_of_exceptions, status_of_output
from handwriting.cli.groups import Group
from handwriting.cli.help import HelpFormatter
from handwriting.cli.info import info
from handwriting.cli.models import models
from handwriting.cli.plugins import plugins
from handwriting.cli.predict import predict
from handwriting.cli.show_help import show_help
from handwriting.cli.terminal import streams
from handwriting.cli.terminal.console import message
from handwriting.cli.train import train
from handwriting.cli.use import use
from handwriting.system.interruption import raise_on_signals
from handwriting.system.text import cause_of

LAST_SECONDS = 5.0
"""Seconds after which a process whose work is done ends, although threads of plugins or their exit functions go on."""


class Commands(Group):
    """All commands, also those of plugins, which may raise any exception; see exit_status.py for what becomes of it."""

    def short_helps(self) -> dict[str, str]:
        """Return the first sentence of each command's help by its name; of a plugin's, without importing it."""
        return dict(sorted((plugin_commands.short_helps() | super().short_helps()).items()))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a built-in command, else one of a plugin; None if there is none."""
        return super().get_command(context, name) or plugin_commands.load(context, name)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Parse the options before the name of a command."""
        with exit_status_of_exceptions(context):
            return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> None:
        """Run the command that was asked for; what a plugin's command returns is not an exit status."""
        with exit_status_of_exceptions(context):
            super().invoke(context)


@click.group(
    cls=Commands,
    commands=[download, train, evaluate, predict, draw, compare, info, models, use, plugins, show_help],
    context_settings={"auto_envvar_prefix": "HWR", "help_option_names": ["-h", "--help"], "show_default": True},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="hwr")
@options.common
@click.pass_context
def hwr(context: click.Context) -> None:
    """Learn to read handwritten digits, with a neural network written from scratch on NumPy.

    Train a network, measure how well it reads, and let it read your own pictures:

    \b
        hwr train --hidden 128 --activation relu
        hwr evaluate
        hwr predict image.png
        hwr draw

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 some pictures failed, 4 below --min-accuracy, 130 interrupted.
    Every option can also be set by an environment variable, such as HWR_DATA_DIR or HWR_TRAIN_EPOCHS.
    For completion, add to ~/.bashrc: eval "$(_HWR_COMPLETE=bash_source hwr)" (zsh_source and fish_source for others).
    """
    if context.invoked_subcommand is None:
        print(context.get_help())


def main() -> None:
    """Run the command line."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what libraries warn of is for developers
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # hwr uses one; where memory is short, others can't be started
    streams.protect()
    threading.excepthook = _tell_of_thread
    raise_on_signals()
    click.Context.formatter_class = HelpFormatter
    try:
        status = hwr(prog_name="hwr", standalone_mode=False)  # None, or that of an `Exit`
    except (click.Abort, KeyboardInterrupt):
        message("hwr: interrupted")
        status = ExitStatus.INTERRUPTED
    status_of_results = status_of_output()
    _end(status or status_of_results)


def _end(status: int) -> NoReturn:
    """End the process, at the latest after `LAST_SECONDS` if anything has been loaded that may hold it up."""
    if "handwriting.registry.loading" in sys.modules:
        with contextlib.suppress(RuntimeError):  # where memory is short, no thread can be started
            threading.Thread(target=_give_up, args=(status,), daemon=True).start()
    sys.exit(status)


def _give_up(status: int) -> None:
    time.sleep(LAST_SECONDS)
    message("hwr: a thread or process that was started does not end: it is given up")
    os._exit(status)


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    """Say in one line that a thread of a plugin has failed."""
    from handwriting.registry.blame import plugin_at_fault

    if failed.exc_value and (plugin := plugin_at_fault(failed.exc_value)):
        message(f"{plugin} fails in a thread: {cause_of(failed.exc_value)}")
    else:
        threading.__excepthook__(failed)
