"""The results as a table and as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as Grid

from .results import Row, Table

COLUMNS = ("what, against whom", "ours", "peer", "median", "spread", "target", "")


def show(results: Iterable[Row | Table], machine: Mapping[str, Any], console: Console) -> None:
    """Print the rows as one table and their remarks, then the other tables, then the machine."""
    rows = [result for result in results if isinstance(result, Row)]
    measured = [row for row in rows if not row.problem]
    if measured:
        _print("Medians of the ratios ours / peer, in turns", COLUMNS, [cells(row) for row in measured], console)
    for row in rows:
        remarks = [f"{row.problem}: {row.reason}", *row.remarks] if row.problem else row.remarks
        for remark in remarks:
            _say(f"{row.what}: {remark}", console)
    for table in joined(result for result in results if isinstance(result, Table)):
        _print(table.title, table.columns, table.lines, console)
        for remark in table.remarks:
            _say(remark, console)
    _say(describe(machine), console)
    fractions = ", ".join(f"{name} {taken:.0%}" for name, taken in machine["others"].items() if taken is not None)
    if fractions:
        _say(f"Of the cores, other processes took meanwhile: {fractions}", console)


def joined(tables: Iterable[Table]) -> list[Table]:
    """Return the tables, with those of the same title as one: they were measured one after the other."""
    found: dict[str, Table] = {}
    for table in tables:
        first = found.get(table.title, replace(table, lines=(), remarks=()))
        found[table.title] = replace(first, lines=first.lines + table.lines, remarks=first.remarks + table.remarks)
    return list(found.values())


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's cells."""
    spread = f"{_number(min(row.values))} .. {_number(max(row.values))}" if len(row.values) > 1 else ""
    value = f"{_number(row.median)} {row.unit}".strip()
    verdict = "" if row.state == "measured" else row.state
    return row.what, row.ours, row.peer, value, spread, str(row.target or ""), verdict


def describe(machine: Mapping[str, Any]) -> str:
    """Return the machine in one line."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    load = "" if machine["load"] is None else f", load {machine['load']:.1f} at the start"
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} threads{load}; {machine['system']}; "
        f"Python {machine['python']}, {versions}; BLAS: {'; '.join(machine['blas'])}; {machine['date']}"
    )


def write_json(
    path: Path, results: Iterable[Row | Table], machine: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Write everything that was measured."""
    rows = [result.as_json() for result in results if isinstance(result, Row)]
    tables = [asdict(result) for result in results if isinstance(result, Table)]
    content = {"machine": machine, "options": options, "rows": rows, "tables": tables}
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _print(title: str, columns: Sequence[str], lines: Iterable[Sequence[str]], console: Console) -> None:
    grid = Grid(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for number, name in enumerate(columns):
        grid.add_column(name, justify="right" if number and name else "left", overflow="fold")
    for line in lines:
        grid.add_row(*(cell.replace("[", r"\[") for cell in line))
    console.print(grid)


def _say(text: str, console: Console) -> None:
    console.print(text, markup=False, highlight=False)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
