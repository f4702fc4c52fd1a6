"""For tests of the report: a page as a browser parses it, and a model to report on."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.interfaces import Examples
from handwriting.models.model_file import Model
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve

NAMES = tuple("0123456789")
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>&'</style>"

HISTORY = [
    {"number": n, "cost": 1.0 / 40**n, "accuracy": 0.9 + 0.01 * n, "learning_rate": 0.001, "seconds": 0.5, "best": True}
    for n in range(1, 5)
]
TRAINING: dict[str, Any] = {
    "dataset": {"name": "mnist"},
    "recipe": {"hidden": [8], "epochs": 4, "seed": 3},
    "history": HISTORY,
    "kept_epoch": 4,
    "seconds": 2.0,
    "threads": 1,
    "versions": {"handwriting": "0.1.0", "numpy": "2.4"},
}
"""The training record of a model file."""


class Page(HTMLParser):
    """The tags, attributes, text and sections of an HTML file, as a browser parses it."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.sections: list[str | None] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag == "section":
            self.sections.append(dict(attributes)["id"])

    def handle_data(self, data: str) -> None:
        self.text += data


def evaluated_model(
    tmp_path: Path,
    recipe: Recipe | None = None,
    names: tuple[str, ...] = NAMES,
    count: int = 60,
    name: str = "m.safetensors",
    training: dict[str, Any] | None = None,
    dataset: str = "mnist",
) -> EvaluatedModel:
    """Return an untrained model, evaluated on random images."""
    recipe = recipe or Recipe(hidden=(8,))
    setup = resolve(recipe, len(names))
    model = Model(setup.build_network(), setup.loss, names, {"size": 28}, training=training or {})
    path = Path(tmp_path, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 1000)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, 28, 28), np.uint8)
    examples = Examples(images, rng.integers(0, len(names), count).astype(np.uint8))
    return EvaluatedModel(path, model, dataset, examples, evaluate(model, examples, names))
