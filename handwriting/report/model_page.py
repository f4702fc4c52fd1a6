"""The report on one model: how well it reads, where it fails, how it was trained."""

from collections.abc import Iterator

from handwriting.evaluation.evaluate import EvaluatedModel
from handwriting.report import curves, embedding, gallery, reliability, settings, structure, tables, train_command
from handwriting.report.formatting import counted, duration, interval, megabytes, percent
from handwriting.report.page import KeyFigure, page


def model_page(evaluated: EvaluatedModel) -> bytes:
    """Return the report as an HTML file."""
    evaluation, model = evaluated.evaluation, evaluated.model
    sections = (
        curves.section(model.training),
        tables.confusion(evaluation.metrics),
        tables.scores(evaluation.metrics),
        gallery.section(evaluation.worst(), evaluated.examples.images),
        reliability.section(evaluation),
        structure.first_weights(model.network),
        embedding.section(evaluated),
        structure.layers(model.network),
        train_command.section(model.training),
        settings.section(evaluated),
    )
    title = f"{evaluated.path.name} on {evaluated.dataset}"
    return page(title, structure.summary(model.network), _key_figures(evaluated), list(filter(None, sections)))


def _key_figures(evaluated: EvaluatedModel) -> Iterator[KeyFigure]:
    evaluation, metrics, model = evaluated.evaluation, evaluated.evaluation.metrics, evaluated.model
    misread = metrics.count - round(metrics.accuracy * metrics.count)
    yield "accuracy", percent(metrics.accuracy), interval(metrics)
    yield "misread", f"{misread:,}", f"of {counted(metrics.count, 'test image')}"
    yield "calibration error", percent(metrics.calibration_error), "mean gap between confidence and accuracy"
    yield "parameters", f"{len(model.network.trained):,}", f"in a file of {megabytes(evaluated.path)}"
    match model.training:
        case {"seconds": float(seconds), "history": [*epochs]} if epochs:
            yield "training", duration(seconds), counted(len(epochs), "epoch")
    if evaluation.rejected is not None:
        yield "rejected", percent(evaluation.rejected), "of the test images, as non-digits"
