"""`hwr evaluate`: how well a model reads a test set."""

from pathlib import Path

import click

from handwriting.cli import options


@click.command()
@options.model
@options.dataset(None, "Dataset to read.  [default: the one that the model was trained on]")
@click.option(
    "--min-accuracy",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="Exit with status 4 if the share read right is below this, such as 0.98.",
)
@options.threads
@options.output_format("json", "csv")
@options.common
@click.pass_context
def evaluate(
    context: click.Context, model: str | None, dataset: str | None, data: Path | None, min_accuracy: float | None,
    threads: int | None, form: str,
) -> None:  # fmt: skip
    """Measure how well a model reads a test set that it has not learnt from."""
    from handwriting.cli import evaluation_view
    from handwriting.cli.console import say
    from handwriting.cli.data import open_dataset, open_saved
    from handwriting.cli.model import open_model
    from handwriting.judging import judge
    from handwriting.threads import limited

    path, loaded = open_model(model)
    opened = open_dataset(dataset or "", data) if dataset or data else open_saved(loaded.training.get("dataset"))
    if unknown := set(opened.splits.class_names) - set(loaded.class_names):
        raise click.UsageError(
            f"the model reads {', '.join(loaded.class_names)}, but {opened.name} also holds "
            f"{', '.join(sorted(unknown))}: choose a dataset with the classes of the model"
        )
    with limited(threads):
        judged = judge(loaded, opened.splits.test, opened.splits.class_names)
    evaluation_view.show(form, judged, opened.name, path)
    accuracy = judged.evaluation.accuracy
    if min_accuracy is not None and accuracy < min_accuracy:
        say(f"the accuracy {accuracy:.4f} is below --min-accuracy {min_accuracy:g}")
        context.exit(4)
