"""The exit status of `hwr`: what each number means, and which one an exception leads to.

Usage is what the user wrote: the command, its options and arguments, their names and values, the environment variables
HWR_* and the settings file of --config, which stand for options. A mistake there is found before any work is done, and
has status 2. What fails although it was asked for rightly has status 1: a download, a damaged file, a broken plugin.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import click

from handwriting.cli.terminal.console import message
from handwriting.cli.terminal.streams import failure_of
from handwriting.errors import HandwritingError, PluginError, SettingError
from handwriting.system.interruption import interruption_behind
from handwriting.system.text import cause_of

DEBUG_HINT = " (--debug shows where)"


class ExitStatus(IntEnum):
    """The exit statuses of `hwr`; 128 + N means ended by signal N, as in a shell."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    """That of `click.UsageError` and `SettingError`."""
    SOME_PICTURES_FAILED = 3
    BELOW_MIN_ACCURACY = 4
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


@contextmanager
def exit_status_of_exceptions(context: click.Context) -> Iterator[None]:
    """Turn an exception into one line on standard error, after the traceback with --debug, and an exit status."""
    try:
        yield
    except click.UsageError as error:
        _fail(context, _usage_mistake(error), ExitStatus.WRONG_USAGE)
    except SettingError as error:
        _fail(context, str(error), ExitStatus.WRONG_USAGE)
    except click.ClickException as error:
        _fail(context, error.format_message())
    except (click.exceptions.Exit, click.Abort):
        raise  # click turns these into an exit status
    except HandwritingError as error:
        is_translated = not isinstance(error.__cause__, HandwritingError | None)
        _fail(context, f"{error}{DEBUG_HINT if isinstance(error, PluginError) and is_translated else ''}")
    except BaseException as error:  # a plugin may raise SystemExit, too
        if interruption := interruption_behind(error):
            _fail(context, "interrupted", ExitStatus(128 + interruption.number))
        _fail_unforeseen(context, error)


def status_of_output() -> ExitStatus:
    """Return FAILED, after a line that says why, if results could not be written.

    It is no failure that the reader of a pipe has seen enough, as in `hwr models | head -1`.
    """
    failure = failure_of(sys.stdout)
    if failure is None or isinstance(failure, BrokenPipeError):
        return ExitStatus.DONE
    message(f"hwr: can't write the results to standard output: {failure.strerror}; free some space, or write elsewhere")
    return ExitStatus.FAILED


def _fail(context: click.Context, text: str, status: ExitStatus = ExitStatus.FAILED) -> NoReturn:
    if "hwr.debug" in context.meta:  # see options.common
        import traceback

        traceback.print_exc()
    message(f"hwr: {' '.join(text.split())}")
    raise click.exceptions.Exit(status)


def _usage_mistake(error: click.UsageError) -> str:
    text = error.format_message().removesuffix(".")
    return f"{text} (see `{error.ctx.command_path} --help`)" if error.ctx else text


def _fail_unforeseen(context: click.Context, error: BaseException) -> NoReturn:
    """Say who is at fault for an error that nobody has translated: a plugin, this machine, or hwr."""
    from handwriting.registry.blame import plugin_at_fault

    if plugin := plugin_at_fault(error):
        if isinstance(error, SystemExit) and plugin.kind == "command":
            raise error  # so it chooses its exit status
        _fail(context, f"{plugin} fails: {cause_of(error)}{DEBUG_HINT}")
    if _needs_memory(error):
        _fail(context, f"there is not enough memory{_amount(error)}: close other programs, or raise `ulimit -v`")
    if isinstance(error, OSError):
        _fail(context, f"{type(error).__name__}: {error}")
    if not isinstance(error, Exception):
        raise error
    _fail(context, f"this is a bug in hwr: {cause_of(error)}{DEBUG_HINT}")


def _needs_memory(error: BaseException) -> bool:
    """Return whether an error comes from a lack of memory, also one in loading a library or in starting a thread."""
    words = "failed to map segment", "cannot allocate memory", "can't start new thread"  # NumPy quotes them in advice
    return isinstance(error, MemoryError) or (
        isinstance(error, ImportError | OSError | RuntimeError) and any(text in str(error).lower() for text in words)
    )


def _amount(error: BaseException) -> str:
    return f" ({error})" if isinstance(error, MemoryError) and str(error) else ""
