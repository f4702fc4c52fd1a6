"""`hwr models`: list the models that can be named, or remove some."""

import click

from handwriting.cli import completion, next_steps, options
from handwriting.cli.groups import Group


@click.group(cls=Group, invoke_without_command=True)
@options.output_format("json")
@options.common
@click.pass_context
def models(context: click.Context, format: str) -> None:
    """List the models, or remove some.

    \b
        hwr models                      all that can be named with -m
        hwr use bundled                 choose the one that reads
        hwr models rm mnist-20261129    remove one

    A star marks the one that `hwr evaluate`, `hwr predict` and `hwr draw` use.
    """
    if context.invoked_subcommand is None:
        from handwriting.cli.views import models as view
        from handwriting.models.listing import list_models

        view.show(format, list_models(options.data_dir()))
        next_steps.show()


@models.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=completion.models)
@options.common
def rm(names: tuple[str, ...]) -> None:
    """Remove models, with their checkpoints."""
    from handwriting.cli.terminal.console import message
    from handwriting.models import user_models

    data = options.data_dir()
    known = {user_models.name_of(data, path): path for path in user_models.trained(data)}
    for name in names:
        if name not in known:
            raise click.UsageError(f"{name} is not the name of a model that you trained; `hwr models` lists them")
    for name in names:
        user_models.remove(known[name])
        message(f"removed {name}")
    user_models.choose(data, notify=message)  # which says so if the one in use is gone
    next_steps.show()
