"""The report on one model: it needs nothing else, says what is true, and takes no name for markup."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.interfaces import NON_DIGIT, Examples
from handwriting.models import model_file
from handwriting.report.model_page import model_page
from handwriting.training.recipe import Recipe
from tests.helpers import chromium
from tests.helpers.hwr import Hwr
from tests.helpers.reports import HISTORY, HOSTILE, NAMES, TRAINING, Page, evaluated_model

needs_browser = pytest.mark.skipif(chromium.PROGRAM is None, reason="no chromium is installed")


def test_every_section_is_in_it(tmp_path: Path) -> None:
    evaluated = evaluated_model(tmp_path, training=TRAINING)
    page = Page(model_page(evaluated))
    assert page.sections == ["learning", "confusion", "classes", "mistakes", "reliability", "weights", "embedding",
                             "network", "command", "settings"]  # fmt: skip
    metrics = evaluated.evaluation.metrics
    low, high = metrics.interval
    for words in (f"{100 * metrics.accuracy:.2f}\u00a0%", f"{100 * low:.2f}\u00a0% to {100 * high:.2f}\u00a0%",
                  "hwr train --dataset mnist --hidden 8 --epochs 4 --seed 3 --threads 1", "dense:8", "numpy2.4",
                  f"calibration error: {100 * metrics.calibration_error:.2f}\u00a0%"):  # fmt: skip
        assert words in page.text
    misread = round(metrics.count * (1 - metrics.accuracy))
    images = [value for tag, name, value in page.attributes if tag == "img" and name == "src"]
    assert len(images) == min(misread, 48) + 8  # the mistakes, and the weights of eight units


def test_it_asks_for_nothing_from_anywhere(tmp_path: Path) -> None:
    page = Page(model_page(evaluated_model(tmp_path, training=TRAINING)))
    assert not {"script", "iframe", "object", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        if name in ("src", "href", "srcset", "xlink:href", "data", "action", "poster"):
            assert value.startswith(("#", "data:")), (tag, name, value)
        assert not name.startswith("on")
    style = model_page(evaluated_model(tmp_path)).decode().split("<style>")[1].split("</style>")[0]
    assert not re.search(r"@import|url\(|http", style)


def test_names_and_metadata_are_text_and_no_more(tmp_path: Path) -> None:
    names = (HOSTILE, *NAMES[1:])
    training = {
        "dataset": {"name": HOSTILE},
        "recipe": {HOSTILE: HOSTILE},
        "history": HISTORY,
        "versions": {HOSTILE: HOSTILE},
        "optimizer": {"name": HOSTILE, "settings": {HOSTILE: [HOSTILE]}},
    }
    evaluated = evaluated_model(
        tmp_path, names=names, training=training, dataset=HOSTILE, name=HOSTILE.replace("/", "") + "\x1b[31m\udcff"
    )
    content = model_page(evaluated)
    page = Page(content)
    assert "script" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) > 10
    assert b"\x1b" not in content
    assert "\\u001b[31m\\udcff" in page.text


@pytest.mark.parametrize(
    "training",
    [
        {"history": "none", "recipe": [1], "dataset": 3, "versions": "1", "threads": "two", "seconds": "long"},
        {
            "history": [None, {}, {"number": "1", "cost": "high"}, {"number": True, "cost": 1.0}],
            "recipe": {"seed": -1.5},
        },
        {"history": [{"number": 1, "cost": float("nan"), "accuracy": None, "seconds": float("inf")}], "kept_epoch": []},
        {"recipe": {"hidden": "8", "layers": {"a": 1}}, "dataset": {"mixture": [{"name": 1}]}, "seconds": 1.0},
    ],
)
def test_a_training_record_of_any_form_makes_a_report(tmp_path: Path, training: Any) -> None:
    page = Page(model_page(evaluated_model(tmp_path, training=training)))
    assert "learning" not in page.sections
    assert "does not record how it was trained" in page.text


@pytest.mark.parametrize(
    ("recipe", "missing"),
    [
        (Recipe(layers=("flatten",), hidden=()), set()),
        (Recipe(layers=("conv2d:3,kernel=5", "max-pool", "relu"), hidden=(4,)), set()),
        (Recipe(layers=("average-pool", "flatten"), hidden=(6, 5)), {"weights"}),
        (Recipe(loss="mse", hidden=(1,), activation="sigmoid"), {"embedding"}),
    ],
    ids=[
        "no hidden layer",
        "convolution",
        "the input of the first dense layer is no image",
        "one hidden unit has no two components",
    ],
)
def test_networks_of_other_forms(tmp_path: Path, recipe: Any, missing: Any) -> None:
    page = Page(model_page(evaluated_model(tmp_path, recipe, training=TRAINING)))
    assert {"weights", "embedding"} - set(page.sections) == missing


def test_non_digits_are_a_class_and_rejected(tmp_path: Path) -> None:
    page = Page(model_page(evaluated_model(tmp_path, names=(*NAMES, NON_DIGIT), count=120)))
    assert NON_DIGIT in page.text
    assert "rejected" in page.text


def test_many_classes_one_image_and_no_mistake(tmp_path: Path) -> None:
    many = evaluated_model(tmp_path, names=tuple(f"sign {i}" for i in range(100)), count=300)
    assert "too large to be read" in Page(model_page(many)).text
    one = evaluated_model(tmp_path, count=1)
    assert {"weights", "mistakes"} <= set(Page(model_page(one)).sections)
    right = Examples(one.examples.images, one.evaluation.confidences.argmax(axis=1).astype(np.uint8))
    best = EvaluatedModel(one.path, one.model, "d", right, evaluate(one.model, right, NAMES))
    assert "No image is misread" in Page(model_page(best)).text


@needs_browser
def test_a_browser_opens_it_without_complaint(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    names = (HOSTILE, *NAMES[1:], NON_DIGIT)
    path.write_bytes(model_page(evaluated_model(tmp_path, names=names, training=TRAINING, dataset=HOSTILE)))
    assert chromium.complaints(path) == []
    dom = chromium.look(path, "--dump-dom")
    assert dom.count("<section") == 10
    assert "<script" not in dom


@needs_browser
@pytest.mark.parametrize("flaw", ["<img src='http://127.0.0.1:9/x.png'>", "<script>undefined_thing()</script>"])
def test_a_browser_would_complain(tmp_path: Path, flaw: str) -> None:
    """The test above can fail: a request to elsewhere and an error of a script are complaints."""
    path = tmp_path / "flawed.html"
    page = model_page(evaluated_model(tmp_path))
    path.write_bytes(page.replace(b"<main>", b"<main>" + flaw.encode()))
    assert chromium.complaints(path)


def test_train_and_evaluate_write_the_same_report(trained: Hwr, tmp_path: Path) -> None:
    by_training, by_evaluation = tmp_path / "t.html", tmp_path / "e.html"
    model = tmp_path / "m.safetensors"
    quick = ("--dataset", "strokes", "--epochs", "2", "--hidden", "16", "--threads", "1")
    done = trained("train", *quick, "-o", model, "--report", by_training)
    assert f"report    {by_training}" in done.stderr
    trained("evaluate", "-m", model, "--report", by_evaluation)
    pages = [Page(path.read_bytes()) for path in (by_training, by_evaluation)]
    texts = [page.text.rpartition("Made by")[0] for page in pages]
    assert texts[0] == texts[1]
    assert "hwr train --dataset strokes --hidden 16 --epochs 2 --threads 1" in texts[0]
    assert "learning" in pages[0].sections
    assert model_file.load(model).training["threads"] == 1


def test_a_report_never_takes_the_place_of_something_else(trained: Hwr, tmp_path: Path) -> None:
    place = tmp_path / "mine.safetensors"
    place.write_text("precious")
    done = trained("evaluate", "--report", place, status=2)
    assert "does not end in .html" in done.stderr
    assert place.read_text() == "precious"
    (tmp_path / "folder.html").mkdir()
    trained("evaluate", "--report", tmp_path / "folder.html", status=2)
    done = trained("train", "--dataset", "strokes", "--report", "/proc/no/report.html", status=2)
    assert "there is no folder '/proc/no'" in done.stderr
    done = trained("train", "--dataset", "strokes", "--report", "/proc/report.html", status=1)
    assert "can't write" in done.stderr
    assert done.stdout == ""  # told before training, not after it
