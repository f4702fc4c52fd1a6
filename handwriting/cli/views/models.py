"""`hwr models`: the list of models, as text or JSON."""

import sys
from collections.abc import Sequence

from handwriting.cli.terminal.console import is_live, write_whole
from handwriting.cli.terminal.data import write_json
from handwriting.cli.terminal.rows import write_with_tabs
from handwriting.models.listing import ListedModel
from handwriting.models.training_record import dataset_name, test_result
from handwriting.report.formatting import megabytes, percent


def show(format: str, models: Sequence[ListedModel]) -> None:
    """Print the models: on a terminal two lines for each, elsewhere one line of columns with tabs between them."""
    if format == "json":
        write_json([_as_json(model) for model in models], indent=2)
        return
    for model in models:
        star, facts = "*" if model.in_use else " ", _facts(model)
        if is_live(sys.stdout):
            write_whole(f"{star} {model.name}")
            write_whole(f"    {', '.join(facts)}")
        else:
            write_with_tabs([star, model.name, *facts])


def _facts(model: ListedModel) -> list[str]:
    if model.record is None:
        return [model.fault or ""]
    result, dataset = test_result(model.record), dataset_name(model.record)
    return [
        percent(result[0]) if result else "not evaluated",
        f"trained on {dataset or 'unknown data'}",
        f"{model.trained.astimezone():%Y-%m-%d %H:%M}" if model.trained else "comes with hwr",
        megabytes(model.path),
    ]


def _as_json(model: ListedModel) -> dict[str, object]:
    record = model.record or {}
    result = test_result(record)
    return {
        "name": model.name,
        "path": str(model.path),
        "in_use": model.in_use,
        "accuracy": result[0] if result else None,
        "dataset": dataset_name(record),
        "trained": model.trained.isoformat() if model.trained else None,
        "bytes": model.size,
        "fault": model.fault,
    }
