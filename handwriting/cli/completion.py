"""What the shell completes: names of parts, presets, models and the like.

Each function takes what click gives to the `shell_complete` of a parameter, and returns the words that begin with what
has been typed. A key press waits for it, so only metadata is read: neither NumPy nor a plugin is imported.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def parts(*kinds: str) -> Complete:
    """Return the function that completes the names of registered parts of these kinds."""

    def complete(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        from handwriting.registry import entry_points

        return _beginning(typed, (entry_points.name_of(entry) for kind in kinds for entry in entry_points.usable(kind)))

    return complete


def all_parts(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a registered part of any kind."""
    from handwriting.registry.entry_points import KINDS

    return parts(*KINDS)(context, parameter, typed)


def layers(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a layer or activation, or the last one inside a residual block."""
    import re

    from handwriting.registry import entry_points

    before = re.match(r"(.*\+|residual:)?", typed)
    names = (entry_points.name_of(entry) for kind in ("layer", "activation") for entry in entry_points.usable(kind))
    return _beginning(typed, ((before[0] if before else "") + name for name in names))


def datasets(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a dataset, or the last one of a mixture."""
    from handwriting.registry import entry_points

    before, plus, _ = typed.rpartition("+")
    names = ["auto", *map(entry_points.name_of, entry_points.usable("dataset"))]
    return _beginning(typed, (before + plus + name for name in names))


def presets(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a preset."""
    from handwriting.training import presets

    return _beginning(typed, presets.names())


def models(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of one of the user's models, or a path."""
    from handwriting.models import user_models
    from handwriting.system.storage import find_data_directory

    names = user_models.names(find_data_directory(context.meta.get("hwr.data_dir")))
    return [*_beginning(typed, names), *files(context, parameter, typed)]


def files(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Let the shell complete a path."""
    return [CompletionItem(typed, type="file")]


def commands(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Complete the name of a command, or of one inside the group named before it."""
    command = context.find_root().command
    for name in context.params.get(parameter.name or "") or ():
        command = (isinstance(command, click.Group) and command.get_command(context, name)) or command
    return _beginning(typed, command.list_commands(context)) if isinstance(command, click.Group) else []


def _beginning(typed: str, words: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(typed)]
