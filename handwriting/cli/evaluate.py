"""`hwr evaluate`: how well a model reads a test set."""

from pathlib import Path

import click

from handwriting.cli import options


@click.command()
@options.model
@options.dataset(None, "Dataset to read, of a mixture the first.  [default: the one that the model was trained on]")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with status 4 if the share read right is below this, such as 0.98.",
)
@click.option(
    "--show-errors",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=12,
    metavar="[N]",
    help="Show the worst mistakes, 12 or N of them.",
)
@options.report
@options.threads
@options.output_format("json", "csv")
@options.common
@click.pass_context
def evaluate(
    context: click.Context, model: str | None, dataset: str | None, data: Path | None, min_accuracy: float | None,
    show_errors: int | None, report: Path | None, threads: int | None, form: str,
) -> None:  # fmt: skip
    """Measure how well a model reads a test set that it has not learnt from."""
    from handwriting.cli import evaluation_view
    from handwriting.cli.console import say
    from handwriting.cli.data import check_classes, open_for
    from handwriting.cli.model import open_model
    from handwriting.cli.reporting import write_report
    from handwriting.evaluation.evaluate import EvaluatedModel
    from handwriting.evaluation.evaluate import evaluate as evaluate_model
    from handwriting.system.storage import try_writing
    from handwriting.system.thread_pool import use_threads

    if report:
        try_writing(report)
    path, loaded = open_model(model)
    opened = open_for(loaded, dataset, data)
    check_classes(loaded, opened, path)
    with use_threads(threads):
        evaluation = evaluate_model(loaded, opened.splits.test, opened.splits.class_names)
    evaluated = EvaluatedModel(path, loaded, opened.name, opened.splits.test, evaluation)
    mistakes = evaluation.worst(show_errors) if show_errors else []
    evaluation_view.show(form, evaluated, mistakes)
    if report:
        write_report(report, evaluated)
    accuracy = evaluation.metrics.accuracy
    if min_accuracy is not None and accuracy < min_accuracy:
        say(f"the accuracy {accuracy:.4f} is below --min-accuracy {min_accuracy:g}")
        context.exit(4)
