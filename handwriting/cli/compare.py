"""`hwr compare`: several models side by side."""

from pathlib import Path

import click

from handwriting.cli import options


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL MODEL...")
@options.dataset(None, "Dataset to read, of a mixture the first.  [default: what the first model was trained on]")
@click.option(
    "--show-differences",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=12,
    metavar="[N]",
    help="Show pictures that the models read differently, 12 or N of them.",
)
@options.report
@options.threads
@options.output_format("json")
@options.common
def compare(
    models: tuple[str, ...], dataset: str | None, data: Path | None, show_differences: int | None,
    report: Path | None, threads: int | None, form: str,
) -> None:  # fmt: skip
    """Compare models: how well each reads a test set, whether the difference is more than luck, size and speed.

    \b
        hwr compare small.safetensors large.safetensors
        hwr compare *.safetensors --dataset mnist --report comparison.html

    Whether one of two reads better is told by McNemar's test on the pictures that only one of them reads right.
    """
    from handwriting.cli import comparison_view
    from handwriting.cli.data import check_classes, open_for
    from handwriting.cli.model import open_model
    from handwriting.cli.reporting import write_comparison
    from handwriting.evaluation.comparison import compare as compare_models
    from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
    from handwriting.system.storage import try_writing
    from handwriting.system.thread_pool import use_threads

    if len(models) < 2:
        raise click.UsageError("to compare takes two models or more")
    if report:
        try_writing(report)
    loaded = [open_model(named) for named in models]
    opened = open_for(loaded[0][1], dataset, data)
    for path, model in loaded:
        check_classes(model, opened, path)
    splits = opened.splits
    with use_threads(threads):
        evaluated = [
            EvaluatedModel(path, model, opened.name, splits.test, evaluate(model, splits.test, splits.class_names))
            for path, model in loaded
        ]
        comparison = compare_models(evaluated)
    comparison_view.show(form, comparison, show_differences or 0)
    if report:
        write_comparison(report, comparison)
