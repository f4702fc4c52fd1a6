"""What one might do after each command: one line on a terminal, for those who don't know all commands yet."""

import sys
from shlex import quote

import click

from handwriting.cli.terminal.console import message, together

AFTER = {
    "download": ("hwr train --dataset {dataset}",),
    "train": ("hwr evaluate", "hwr predict image.png", "hwr draw"),
    "evaluate": ("hwr evaluate --show-errors", "hwr evaluate --report report.html"),
    "predict": ("hwr predict IMAGE --show", "hwr predict IMAGE --explain steps"),
    "compare": ("hwr compare --show-differences", "hwr compare --report comparison.html"),
    "info": ("hwr evaluate", "hwr predict image.png"),
    "models": ("hwr use NAME", "hwr info NAME"),
    "models rm": ("hwr models",),
    "use": ("hwr evaluate", "hwr predict image.png"),
    "plugins list": ("hwr plugins show NAME", "hwr plugins new NAME --kind activation"),
    "plugins show": ("hwr plugins check {name}",),
    "plugins check": ("{use}",),
}
"""Commands after a command; {dataset} and the like stand for its own options and arguments, or for a `fact`."""


def show(**facts: str) -> None:
    """Print what one might do after the command that runs, without what it has done already.

    Nothing is printed for programs: where standard error is no terminal, or the format is not text.
    """
    context = click.get_current_context()
    values, command = context.params, context.command_path
    if not sys.stderr.isatty() or values.get("format", "text") != "text":
        return
    given = {name for option in context.command.params if values.get(option.name or "") for name in option.opts}
    steps = AFTER[command.partition(" ")[2]]
    words = {name: quote(value) if isinstance(value, str) else value for name, value in values.items()} | facts
    left = [step.format(**words) for step in steps if not (step.startswith(command) and given & set(step.split()))]
    if left:
        message(f"next: {' · '.join(map(together, left))}")
