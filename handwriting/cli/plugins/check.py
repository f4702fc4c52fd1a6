"""`hwr plugins check`: the tests of the contract, run on parts that are installed, or in a file or a folder."""

import contextlib
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handwriting.cli import completion, next_steps, options
from handwriting.cli.exit_status import ExitStatus

if TYPE_CHECKING:
    from handwriting.interfaces import Shape
    from handwriting.registry.entry_points import Entry
    from handwriting.testing.findings import Finding

MOST_INPUTS = 100_000
"""Numbers of an example, which the tests have in batches of over a hundred."""


def _shape(context: click.Context, parameter: click.Parameter, given: str | None) -> "Shape | None":
    """Return the shape that is given as whole numbers with commas between them."""
    if given is None:
        return None
    if not all(re.fullmatch("[1-9][0-9]{0,6}", side) for side in given.split(",")):
        raise click.BadParameter(f"{given!r} is no shape: give whole numbers, as in 28,28,1 or 784", context, parameter)
    shape = tuple(map(int, given.split(",")))
    if math.prod(shape) > MOST_INPUTS:
        raise click.BadParameter(f"{given!r} has more than {MOST_INPUTS:,} numbers", context, parameter)
    return shape


@click.command()
@click.argument("name", metavar="NAME[:SETTINGS]|PATH", required=False, shell_complete=completion.all_parts)
@options.kind
@click.option("--all", "everything", is_flag=True, help="Check every part that is not built in.")
@click.option("--shape", callback=_shape, metavar="SHAPE", help="Shape of a layer's inputs, such as 28,28,1.")
@click.option(
    "--time-limit", type=options.Number(min=0, min_open=True), default=60.0, help="Seconds that a part may take."
)
@options.output_format("json")
@options.common
@click.pass_context
def check(
    context: click.Context,
    name: str | None,
    kind: str | None,
    everything: bool,
    shape: "Shape | None",
    time_limit: float,
    format: str,
) -> None:
    """Check whether a plugin fulfils its contract.

    \b
        hwr plugins check soft-clip:0.5
        hwr plugins check ./my_layer.py
        hwr plugins check handwriting-soft-clip/

    A Python file, or the folder of a project with its pyproject.toml, need not be installed. Each part is checked in a
    process of its own, where it can do no harm, with its default settings, or with those behind the colon. The exit
    status is 1 if a test fails.
    """
    if (name is None) is not everything:
        raise click.UsageError("give the NAME of a part, a PATH, or --all")
    from handwriting.authoring import scaffold
    from handwriting.authoring.check import check as check_part
    from handwriting.cli.terminal.console import write_whole

    with contextlib.ExitStack() as temporary:
        chosen, arguments, path = _chosen(name, kind, temporary)
        if shape and not any(entry.kind in ("activation", "layer") for entry in chosen):
            raise click.UsageError("--shape is for layers and activations")
        results = []
        for entry in chosen:
            findings = check_part(entry, arguments, options.data_dir(), time_limit, shape, path)
            results.append((entry, findings))
            if format == "text":
                _show(entry, findings)
    if format == "json":
        _show_json(results)
    elif not results:
        write_whole("no plugins are installed: everything is built in")
    passed = all(finding.passed for _, findings in results for finding in findings)
    if passed and not everything and not path:
        next_steps.show(use=scaffold.use(chosen[0].kind, name or ""))
    context.exit(ExitStatus.DONE if passed else ExitStatus.FAILED)


def _chosen(
    name: str | None, kind: str | None, temporary: contextlib.ExitStack
) -> "tuple[list[Entry], str, list[Path]]":
    """Return the parts to check, their settings, and for one that is not installed the folders where it is found.

    Without a name these are all parts that are not built in.
    """
    from tempfile import TemporaryDirectory

    from handwriting.authoring import uninstalled
    from handwriting.registry import entry_points, specs

    if name is None:
        return [entry for entry in entry_points.entries() if not entry.built_in], "", []
    if not (found := uninstalled.find(name)):
        kinds = entry_points.chosen_kinds(kind)
        bare_name, arguments = specs.split(kinds, name)
        return [entry_points.find(kinds, bare_name)], arguments, []
    path, arguments = found
    plugin = uninstalled.read(path)
    site = Path(temporary.enter_context(TemporaryDirectory(prefix="hwr-check-")))
    plugin.write_metadata(site)
    return list(plugin.entries), arguments, [site, *plugin.folders]


def _show_json(results: "list[tuple[Entry, list[Finding]]]") -> None:
    from dataclasses import asdict

    from handwriting.cli.terminal.data import write_json

    written = [
        entry._asdict()
        | {"passed": all(finding.passed for finding in findings), "findings": list(map(asdict, findings))}
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
