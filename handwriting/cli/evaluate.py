"""`hwr evaluate`: how well a model reads a test set."""

from pathlib import Path

import click

from handwriting.cli import next_steps, options
from handwriting.cli.exit_status import ExitStatus


@click.command()
@options.model_or_argument
@options.dataset(None, "Dataset to read, of a mixture the first.  [default: the one that the model was trained on]")
@click.option("--min-accuracy", type=options.FRACTION, help="Exit with status 4 if the accuracy is lower.")
@options.show("--show-errors", "the worst mistakes")
@options.report
@options.threads("one per processor")
@options.output_format("json", "csv")
@options.common
@click.pass_context
def evaluate(
    context: click.Context, model: str | None, dataset: str | None, data: Path | None, min_accuracy: float | None,
    show_errors: int | None, report: Path | None, threads: int | None, format: str,
) -> None:  # fmt: skip
    """Measure how well a model reads a test set."""
    from handwriting.cli.inputs.evaluated import evaluated_models
    from handwriting.cli.terminal.console import message
    from handwriting.cli.views import evaluation
    from handwriting.cli.views.report import write_report
    from handwriting.system.thread_pool import use_threads

    with use_threads(threads):
        (evaluated,) = evaluated_models([model], dataset, data)
    evaluation.show(format, evaluated, evaluated.evaluation.worst(show_errors) if show_errors else [])
    if report:
        write_report(report, evaluated)
    accuracy = evaluated.evaluation.metrics.accuracy
    if min_accuracy is not None and accuracy < min_accuracy:
        message(f"the accuracy {accuracy:.4f} is below --min-accuracy {min_accuracy:g}")
        context.exit(ExitStatus.BELOW_MIN_ACCURACY)
    next_steps.show()
