"""Models, evaluated on a dataset."""

from collections.abc import Sequence
from pathlib import Path

import click

from handwriting.cli.inputs.dataset import opener
from handwriting.cli.inputs.model import open_model
from handwriting.cli.terminal.progress import read_shown
from handwriting.evaluation.evaluate import EvaluatedModel, evaluate


def evaluated_models(named: Sequence[str | None], dataset: str | None, folder: Path | None) -> list[EvaluatedModel]:
    """Return models, evaluated on the test set of the dataset named, else of the one the first was trained on.

    Raises `click.UsageError` if the dataset has classes that a model does not know.
    """
    loaded = [open_model(name) for name in named]
    opened = opener().open_test_set(loaded[0][1].training, dataset, folder)
    test, names = opened.splits.test, opened.splits.class_names
    for path, model in loaded:
        if unknown := set(names) - set(model.class_names):
            raise click.UsageError(
                f"{path.name} reads {', '.join(model.class_names)}, but {opened.name} also has "
                f"{', '.join(sorted(unknown))}: choose a dataset with the classes of the model"
            )
    confidences = [read_shown(model.confidences, test.images) for _, model in loaded]
    return [
        EvaluatedModel(path, model, opened.name, test, evaluate(model, test, names, own))
        for (path, model), own in zip(loaded, confidences, strict=True)
    ]
