"""The exit status of `hwr`: what each number means, and which one an exception leads to."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import click

from handwriting.errors import HandwritingError


class ExitStatus(IntEnum):
    """The exit statuses of `hwr`; 128 + N means ended by signal N, as in a shell."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    """That of `click.UsageError`: a wrong option or argument."""
    SOME_PICTURES_FAILED = 3
    BELOW_MIN_ACCURACY = 4
    INTERRUPTED = 130
    TERMINATED = 143


@contextmanager
def exit_status_of_exceptions(context: click.Context) -> Iterator[None]:
    """Turn an exception into one line on standard error, after the traceback with --debug, and an exit status."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise  # click turns these into an exit status
    except KeyboardInterrupt:
        _fail(context, "interrupted", ExitStatus.INTERRUPTED)
    except HandwritingError as error:
        _fail(context, str(error))
    except (OSError, MemoryError) as error:
        _fail(context, f"{type(error).__name__}: {error}")
    except Exception as error:
        _fail(context, f"{_origin(error)}: {type(error).__name__}: {error} (--debug shows where)")


def _fail(context: click.Context, message: str, status: ExitStatus = ExitStatus.FAILED) -> NoReturn:
    if "hwr.debug" in context.meta:  # see options.common
        import traceback

        traceback.print_exc()
    click.echo(f"hwr: {' '.join(message.split())}", err=True)
    raise click.exceptions.Exit(status)


def _origin(error: Exception) -> str:
    from handwriting.registry.loading import plugin_at_fault

    plugin = plugin_at_fault(error)
    return f"{plugin} fails" if plugin else "this is a bug in hwr"
