"""`hwr use`: choose the model that is used unless another is named."""

import click

from handwriting.cli import completion, next_steps, options


@click.command()
@click.argument("name", metavar="MODEL", shell_complete=completion.models)
@options.common
def use(name: str) -> None:
    """Choose the model that reads from now on.

    \b
        hwr use bundled                 the model that comes with hwr
        hwr use mine.safetensors        a file

    MODEL is a name that `hwr models` lists, or a file. Until then it is the model trained last.
    """
    from handwriting.cli.inputs.model import introduction, open_model
    from handwriting.cli.terminal.console import message
    from handwriting.models import user_models

    path, model = open_model(name)
    user_models.use(options.data_dir(), path)
    message(f"in use: {introduction(path, model)}")
    next_steps.show()
