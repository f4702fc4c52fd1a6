"""Groups of commands: that of all commands, and those inside it, such as `hwr plugins`."""

import click


class Group(click.Group):
    """A group of commands, which answers a name that is none of them with the names that resemble it."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, with the whole first sentence of each command's help."""
        texts = [(name, self.commands[name].get_short_help_str(limit=1000)) for name in self.list_commands(context)]
        with formatter.section("Commands"):
            formatter.write_dl(texts)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name and the command that the first of `args` names, and the other arguments."""
        name = args[0]
        if name in self.commands or name.startswith("-") or context.resilient_parsing:
            return super().resolve_command(context, args)
        from handwriting.registry.suggestions import close_names

        close = " or ".join(map(repr, close_names(name, self.commands)))
        hint = f"Did you mean {close}?" if close else f"There are: {', '.join(self.list_commands(context))}"
        raise click.UsageError(f"No such command {name!r}. {hint}", context)
