"""`hwr plugins check`: the contract, run on installed parts, as a table that one can act on."""

from typing import TYPE_CHECKING

import click

from handwriting.cli import options

if TYPE_CHECKING:
    from handwriting.registry.entry_points import Entry
    from handwriting.testing import Finding


@click.command()
@click.argument("name", metavar="NAME[:SETTINGS]", required=False)
@click.option("--all", "everything", is_flag=True, help="Check every part that is not built in.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds that a part may take.",
)
@options.output_format("json")
@options.common
def check(name: str | None, everything: bool, time_limit: float, form: str) -> None:
    """See whether a plugin keeps its contract, in a process of its own, where it can do no harm.

    It is tried with its default settings, or with those behind the colon. Exit status 1 when something falls short.
    """
    if (name is None) is not everything:
        raise click.UsageError("give the NAME of a part, or --all")
    from handwriting.authoring import check
    from handwriting.registry import entry_points, specs

    if everything:
        chosen = [(entry, "") for entry in entry_points.entries() if not entry.built_in]
    else:
        bare, arguments = specs.split(entry_points.KINDS, name or "")
        chosen = [(entry_points.find(entry_points.KINDS, bare), arguments)]
    results = []
    for entry, arguments in chosen:
        folder = options.dataset_folder(entry)
        results.append((entry, check.check(entry, arguments, folder, time_limit)))
        if form == "text":
            _show(*results[-1])
    if form == "json":
        import json

        click.echo(json.dumps([_as_json(*result) for result in results], indent=2))
    elif not results:
        click.echo("no plugins are installed: everything is built in")
    sound = all(finding.passed for _, findings in results for finding in findings)
    click.get_current_context().exit(0 if sound else 1)


def _as_json(entry: "Entry", findings: list["Finding"]) -> dict[str, object]:
    from dataclasses import asdict

    passed = all(finding.passed for finding in findings)
    return asdict(entry) | {"passed": passed, "findings": [asdict(finding) for finding in findings]}


def _show(entry: "Entry", findings: list["Finding"]) -> None:
    from handwriting.cli import console

    failed = sum(not finding.passed for finding in findings)
    console.results().print(console.printable(str(entry)), markup=False)
    if console.results().is_terminal:
        _draw(findings)
    else:
        from handwriting.cli.plugins import rows

        rows.write([("test", "", "what was seen"), *((f.test, _verdict(f), _line(f)) for f in findings)])
    click.echo(f"{failed} of {len(findings)} tests fail\n" if failed else f"all {len(findings)} tests pass\n")


def _draw(findings: list["Finding"]) -> None:
    from rich.table import Table
    from rich.text import Text

    from handwriting.cli.console import box_style, results

    table = Table("test", "", "what was seen", box=box_style())
    for finding in findings:
        table.add_row(finding.test, Text(_verdict(finding), "green" if finding.passed else "red"), Text(_line(finding)))
    results().print(table, soft_wrap=False)


def _verdict(finding: "Finding") -> str:
    return "ok" if finding.passed else "FAILS"


def _line(finding: "Finding") -> str:
    from handwriting.cli.console import printable

    return printable(" ".join(finding.detail.split()))
