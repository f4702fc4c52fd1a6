"""`hwr plugins check`: the tests of the contract, run on installed parts."""

from typing import TYPE_CHECKING

import click

from handwriting.cli import completion, next_steps, options
from handwriting.cli.exit_status import ExitStatus

if TYPE_CHECKING:
    from handwriting.registry.entry_points import Entry
    from handwriting.testing.findings import Finding


@click.command()
@click.argument("name", metavar="NAME[:SETTINGS]", required=False, shell_complete=completion.all_parts)
@options.kind
@click.option("--all", "everything", is_flag=True, help="Check every part that is not built in.")
@click.option(
    "--time-limit", type=options.Number(min=0, min_open=True), default=60.0, help="Seconds that a part may take."
)
@options.output_format("json")
@options.common
@click.pass_context
def check(
    context: click.Context, name: str | None, kind: str | None, everything: bool, time_limit: float, format: str
) -> None:
    """Check whether a plugin fulfils its contract.

    It is checked in a process of its own, where it can do no harm, with its default settings, or with those behind the
    colon. The exit status is 1 if a test fails.
    """
    if (name is None) is not everything:
        raise click.UsageError("give the NAME of a part, or --all")
    from handwriting.authoring import scaffold
    from handwriting.authoring.check import check as check_part
    from handwriting.cli.terminal.console import write_whole
    from handwriting.registry import entry_points, specs

    if everything:
        chosen = [(entry, "") for entry in entry_points.entries() if not entry.built_in]
    else:
        kinds = entry_points.chosen_kinds(kind)
        bare_name, arguments = specs.split(kinds, name or "")
        chosen = [(entry_points.find(kinds, bare_name), arguments)]
    results = []
    for entry, arguments in chosen:
        findings = check_part(entry, arguments, options.data_dir(), time_limit)
        results.append((entry, findings))
        if format == "text":
            _show(entry, findings)
    if format == "json":
        _show_json(results)
    elif not results:
        write_whole("no plugins are installed: everything is built in")
    passed = all(finding.passed for _, findings in results for finding in findings)
    if passed and not everything:
        next_steps.show(use=scaffold.use(chosen[0][0].kind, name or ""))
    context.exit(ExitStatus.DONE if passed else ExitStatus.FAILED)


def _show_json(results: "list[tuple[Entry, list[Finding]]]") -> None:
    from dataclasses import asdict

    from handwriting.cli.terminal.data import write_json

    written = [
        asdict(entry) | {"passed": all(finding.passed for finding in findings), "findings": list(map(asdict, findings))}
        for entry, findings in results
    ]
    write_json(written, indent=2)


def _show(entry: "Entry", findings: "list[Finding]") -> None:
    from rich.text import Text

    from handwriting.cli.terminal import colours, tables
    from handwriting.cli.terminal.console import write
    from handwriting.report.formatting import counted

    verdicts = Text("ok"), Text("FAILS", colours.error())
    rows = [(f.test, verdicts[not f.passed], " ".join(f.detail.split())) for f in findings]
    write(str(entry))
    tables.show(("test", "", "finding"), rows)
    failed = sum(not finding.passed for finding in findings)
    write(f"{failed} of {counted(len(findings), 'test')} fail" if failed else f"all {len(findings)} tests pass")
    write("")
