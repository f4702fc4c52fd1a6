"""`hwr compare`: several models side by side."""

from pathlib import Path

import click

from handwriting.cli import completion, next_steps, options


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL MODEL...", shell_complete=completion.models)
@options.dataset(None, "Dataset to read, of a mixture the first.  [default: what the first model was trained on]")
@options.show("--show-differences", "images that the models read differently")
@options.report
@options.threads("one per processor")
@options.output_format("json")
@options.common
def compare(
    models: tuple[str, ...], dataset: str | None, data: Path | None, show_differences: int | None,
    report: Path | None, threads: int | None, format: str,
) -> None:  # fmt: skip
    """Compare models by accuracy, speed and size.

    \b
        hwr compare small.safetensors large.safetensors
        hwr compare *.safetensors --dataset mnist --report comparison.html

    McNemar's test, on the images that only one of two models reads right, tells whether one of them is better.
    """
    from handwriting.cli.inputs.evaluated import evaluated_models
    from handwriting.cli.terminal.progress import working
    from handwriting.cli.views import comparison
    from handwriting.cli.views.report import write_report
    from handwriting.evaluation.comparison import compare as compare_models
    from handwriting.system.thread_pool import use_threads

    if len(models) < 2:
        raise click.UsageError("compare needs at least two models")
    with use_threads(threads):
        evaluated = evaluated_models(models, dataset, data)
        with working("measuring how fast the models are"):
            compared = compare_models(evaluated)
    comparison.show(format, compared, show_differences or 0)
    if report:
        write_report(report, compared)
    next_steps.show()
