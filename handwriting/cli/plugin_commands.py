"""The commands of plugins: listed from metadata and source text alone, imported when they are called."""

import click

GROUP = "handwriting.commands"


def short_helps() -> dict[str, str]:
    """Return what each command of a plugin does, or where it comes from if its source does not say, by its name."""
    from handwriting.registry.installed import is_mentioned

    if not is_mentioned(GROUP):
        return {}
    from handwriting.registry import listings

    found = [listing for listing in listings.listings("command") if not listing.entry.built_in]
    return {_name(x.entry.distribution, x.entry.name): x.summary or f"(of {x.entry.distribution})" for x in found}


def load(context: click.Context, name: str) -> click.Command | None:
    """Return the command `name`, or `distribution:name`, of a plugin; None if there is none.

    Raises `PluginError` if it is broken, and `SettingError` if several plugins have one of that name. While a command
    line is completed, it is then None.
    """
    from handwriting.errors import HandwritingError
    from handwriting.registry.installed import is_mentioned

    if ":" not in name and not is_mentioned(GROUP):
        return None
    from handwriting.registry import entry_points, loading

    if not entry_points.providers(("command",), name.rpartition(":")[2]):
        return None
    try:
        command: click.Command = loading.load("command", name)
    except HandwritingError:
        if context.resilient_parsing:
            return None
        raise
    return command


def _name(distribution: str, name: str) -> str:
    """Return the name by which `load` finds a command: with its distribution only if there is another one."""
    from handwriting.registry.entry_points import providers

    return name if len(providers(("command",), name)) == 1 else f"{distribution}:{name}"
