"""Groups of commands: that of all commands, and those inside it, such as `hwr plugins`."""

import click
from click.shell_completion import CompletionItem


class Group(click.Group):
    """A group of commands, which answers a name that is none of them with the names that resemble it."""

    def short_helps(self) -> dict[str, str]:
        """Return the whole first sentence of each command's help by its name, sorted."""
        return {name: self.commands[name].get_short_help_str(limit=1000) for name in sorted(self.commands)}

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(self.short_helps())

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.short_helps().items()))

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, or an option."""
        named = [
            CompletionItem(name, help=text) for name, text in self.short_helps().items() if name.startswith(incomplete)
        ]
        return [*named, *click.Command.shell_complete(self, context, incomplete)]

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name and the command that the first of `args` names, and the other arguments."""
        name = args[0]
        if name.startswith("-") or context.resilient_parsing or self.get_command(context, name):
            return super().resolve_command(context, args)
        from handwriting.registry.suggestions import close_names

        close = " or ".join(map(repr, close_names(name, self.list_commands(context))))
        hint = f"Did you mean {close}?" if close else f"There are: {', '.join(self.list_commands(context))}"
        raise click.UsageError(f"No such command {name!r}. {hint}", context)
