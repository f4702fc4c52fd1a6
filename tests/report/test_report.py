"""The report: one page that needs nothing else, says what is true, and takes no name for markup."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handwriting import report
from handwriting.evaluation import mistakes
from handwriting.evaluation.calibration import expected_calibration_error, reliability
from handwriting.evaluation.evaluate import EvaluatedModel, evaluate
from handwriting.interfaces import NON_DIGIT, Examples
from handwriting.models import model_file
from handwriting.models.model_file import Model
from handwriting.nn import weight_images
from handwriting.report import embedding, evaluation
from handwriting.report.axes import Axis
from handwriting.report.command import command
from handwriting.report.markup import document, e
from handwriting.training import recipe_toml
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve
from tests.helpers import chromium

NAMES = tuple("0123456789")
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>&'</style>"
needs_browser = pytest.mark.skipif(chromium.PROGRAM is None, reason="no chromium is installed")


class Page(HTMLParser):
    """What a page consists of: its tags, attributes and text, as a browser would take them."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.text, self.sections = [], [], "", []
        self.feed(content.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag == "section":
            self.sections.append(dict(attributes)["id"])

    def handle_data(self, data):
        self.text += data


def subject_of(tmp_path, recipe=None, names=NAMES, count=60, name="m.safetensors", training=None, dataset="mnist"):
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


HISTORY = [
    {"number": n, "cost": 1.0 / 40**n, "accuracy": 0.9 + 0.01 * n, "learning_rate": 0.001, "seconds": 0.5, "best": True}
    for n in range(1, 5)
]
TRAINING = {
    "dataset": {"name": "mnist"},
    "recipe": {"hidden": [8], "epochs": 4, "seed": 3},
    "history": HISTORY,
    "kept_epoch": 4,
    "seconds": 2.0,
    "threads": 1,
    "versions": {"handwriting": "0.1.0", "numpy": "2.4"},
}


def test_everything_that_is_promised_is_in_it(tmp_path):
    evaluated = subject_of(tmp_path, training=TRAINING)
    page = Page(evaluation.report(evaluated))
    assert page.sections == ["learning", "confusion", "classes", "mistakes", "reliability", "weights", "embedding",
                             "network", "command", "settings"]  # fmt: skip
    judged = evaluated.evaluation.metrics
    low, high = judged.interval
    for words in (f"{100 * judged.accuracy:.2f}\u00a0%", f"{100 * low:.2f}\u00a0% to {100 * high:.2f}\u00a0%",
                  "hwr train --dataset mnist --hidden 8 --epochs 4 --seed 3 --threads 1", "dense:8", "numpy2.4",
                  f"{100 * judged.calibration_error:.2f}\u00a0% apart"):  # fmt: skip
        assert words in page.text
    wrong = round(judged.count * (1 - judged.accuracy))
    pictures = [value for tag, name, value in page.attributes if tag == "img" and name == "src"]
    assert len(pictures) == min(wrong, 48) + 8  # the mistakes, and the weights of eight units


def test_it_asks_for_nothing_from_anywhere(tmp_path):
    page = Page(evaluation.report(subject_of(tmp_path, training=TRAINING)))
    assert not {"script", "iframe", "object", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        if name in ("src", "href", "srcset", "xlink:href", "data", "action", "poster"):
            assert value.startswith(("#", "data:")), (tag, name, value)
        assert not name.startswith("on")
    style = evaluation.report(subject_of(tmp_path)).decode().split("<style>")[1].split("</style>")[0]
    assert not re.search(r"@import|url\(|http", style)


def test_names_and_metadata_are_text_and_no_more(tmp_path):
    names = (HOSTILE, *NAMES[1:])
    training = {
        "dataset": {"name": HOSTILE},
        "recipe": {HOSTILE: HOSTILE},
        "history": HISTORY,
        "versions": {HOSTILE: HOSTILE},
        "optimizer": {"name": HOSTILE, "settings": {HOSTILE: [HOSTILE]}},
    }
    evaluated = subject_of(
        tmp_path, names=names, training=training, dataset=HOSTILE, name=HOSTILE.replace("/", "") + "\x1b[31m\udcff"
    )
    content = evaluation.report(evaluated)
    page = Page(content)
    assert "script" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) > 10
    assert b"\x1b" not in content
    assert "\\x1b[31m\\xdcff" in page.text


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
def test_a_description_of_any_form_makes_a_report(tmp_path, training):
    page = Page(evaluation.report(subject_of(tmp_path, training=training)))
    assert "learning" not in page.sections
    assert "does not tell how it was trained" in page.text


@pytest.mark.parametrize(
    ("recipe", "missing"),
    [
        (Recipe(layers=("flatten",), hidden=()), set()),
        (Recipe(layers=("conv2d:3,kernel=5", "max-pool", "relu"), hidden=(4,)), set()),
        (Recipe(layers=("average-pool", "flatten"), hidden=(6, 5)), {"weights"}),
        (Recipe(loss="mse", hidden=(1,), activation="sigmoid"), {"embedding"}),
    ],
    ids=["no hidden layer", "convolution", "the first dense layer sees no picture", "one hidden unit has no plane"],
)
def test_networks_of_other_forms(tmp_path, recipe, missing):
    page = Page(evaluation.report(subject_of(tmp_path, recipe, training=TRAINING)))
    assert {"weights", "embedding"} - set(page.sections) == missing


def test_what_is_no_digit_is_called_so(tmp_path):
    page = Page(evaluation.report(subject_of(tmp_path, names=(*NAMES, NON_DIGIT), count=120)))
    assert "no digit" in page.text
    assert "refused" in page.text
    assert f"read {NON_DIGIT}" not in page.text


def test_many_classes_one_picture_and_no_mistake(tmp_path):
    many = subject_of(tmp_path, names=tuple(f"sign {i}" for i in range(100)), count=300)
    assert "too large to be read" in Page(evaluation.report(many)).text
    one = subject_of(tmp_path, count=1)
    assert {"weights", "mistakes"} <= set(Page(evaluation.report(one)).sections)
    right = Examples(one.examples.images, one.evaluation.confidences.argmax(axis=1).astype(np.uint8))
    best = EvaluatedModel(one.path, one.model, "d", right, evaluate(one.model, right, NAMES))
    assert "Every picture was read right" in Page(evaluation.report(best)).text


def test_markup_escapes_what_is_given_and_keeps_what_is_built():
    made = document(e("p", "a < b & c", e("b", HOSTILE), "behind", title=HOSTILE, class_="x", data_size=0.123456789))
    page = Page(made)
    assert page.tags == ["p", "b"]
    assert page.text.strip() == f"a < b & c{HOSTILE}behind"
    assert page.attributes == [("p", "title", HOSTILE), ("p", "class", "x"), ("p", "data-size", "0.12346")]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.booleans())
def test_ticks_are_few_rising_and_on_the_axis(low, length, whole):
    axis = Axis(low, low + length, 0, 100, whole=whole)
    ticks = axis.ticks()
    assert len(ticks) <= 7
    assert ticks == sorted(set(ticks))
    slack = 1e-6 * max(abs(low) + length, 1 if whole else 0)  # a tick that misses the end by rounding is on it
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in ticks)
    if whole:
        assert all(abs(tick - round(tick)) < 1e-6 for tick in ticks)


def test_a_logarithmic_axis():
    axis = Axis(0.001, 10, 100, 0, logarithmic=True)
    assert axis(0.001) == 100
    assert axis(0.1) == pytest.approx(50)
    assert axis.ticks() == pytest.approx([0.001, 0.01, 0.1, 1, 10])


def test_the_diagram_adds_up_to_the_calibration_error():
    rng = np.random.default_rng(1)
    confidences = rng.dirichlet(np.ones(4), 500)
    labels = rng.integers(0, 4, 500).astype(np.uint8)
    bins = reliability(confidences, labels)
    assert sum(b.count for b in bins) == 500
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in bins if b.count)
    right = sum(b.count * b.accuracy for b in bins)
    assert right == pytest.approx((confidences.argmax(axis=1) == labels).sum())
    error = sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / 500
    assert expected_calibration_error(confidences, labels) == pytest.approx(error)


def test_worst_is_what_the_network_believed_in_least():
    confidences = np.array([[0.9, 0.1, 0], [0.2, 0.1, 0.7], [0.5, 0.5, 0], [0.6, 0.3, 0.1], [0.3, 0.7, 0]])
    labels = np.array([0, 0, 2, 1, 2], np.uint8)
    found = mistakes.worst(confidences, labels, ("a", "b", "c"))
    assert [mistake.position for mistake in found] == [4, 2, 1, 3]
    assert found[2] == mistakes.Mistake(1, "a", "c", 0.7, 0.2)
    assert mistakes.worst(confidences, labels, ("a", "b", "c"), 1) == found[:1]


def test_principal_components_are_those_of_the_covariance():
    rng = np.random.default_rng(2)
    features = rng.normal(size=(200, 6)) * [5, 3, 1, 1, 1, 0.5]
    found = embedding.principal_components(features)
    values = np.sort(np.linalg.eigvalsh(np.cov(features.T)))[::-1]
    assert found.points.var(axis=0, ddof=1) == pytest.approx(values[:2])
    assert found.kept == pytest.approx(values[:2] / values.sum())
    assert found.points[:, 0] @ found.points[:, 1] == pytest.approx(0, abs=1e-6)
    assert abs(np.corrcoef(found.points[:, 0], features[:, 0])[0, 1]) > 0.9
    assert embedding.principal_components(np.full((5, 3), np.inf)) is None
    assert embedding.principal_components(np.ones((5, 3))) is None


def test_the_last_hidden_layer_leads_to_the_outputs(tmp_path):
    evaluated = subject_of(tmp_path, Recipe(layers=("conv2d:3,kernel=5", "batch-norm", "relu"), hidden=(7,)))
    network, images = evaluated.model.network, evaluated.examples.images[:9]
    features = embedding.last_hidden(network, images)
    assert features.shape == (9, 7)
    last = network.parameters[-1]
    assert features @ last["weights"] + last["bias"] == pytest.approx(network.outputs(images), rel=1e-4, abs=1e-5)


def test_tiles_are_the_weights_of_a_unit_where_its_pixels_are(tmp_path):
    network = resolve(Recipe(hidden=(5,))).build_network()
    weights = network.parameters[1]["weights"]
    found = weight_images.first_weights(network)
    assert found.shape == (5, 28, 28)
    assert found[3, 2, 7] == weights[2 * 28 + 7, 3]
    weights[:, 2] *= 10
    assert (weight_images.strongest(found, 1)[0] == found[2]).all()
    assert np.abs(weight_images.scaled(found)).max(axis=(1, 2)) == pytest.approx(1)
    conv = resolve(Recipe(layers=("conv2d:4,kernel=3",), hidden=())).build_network()
    assert weight_images.first_weights(conv).shape == (4, 3, 3)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden": (), "layers": ("conv2d:4,kernel=3", "relu"), "batch_size": None, "augment": ""},
        {"hidden": (), "layers": ()},
        {"augment": "rotation=15,elastic=0", "learning_rate": 0.003, "average": 0.99, "patience": 3, "seed": 7},
        {"hidden": (30, 20), "optimizer": "momentum:0.95", "schedule": "cosine", "validation": 0.1, "time_limit": 9.5},
    ],
)
def test_the_command_gives_the_recipe_again(hwr, settings):
    recipe = Recipe(**settings)
    training = {"recipe": json.loads(json.dumps(vars(recipe))), "dataset": {"name": "strokes"}}
    line = command(training)
    words = line.split()
    assert words[:2] == ["hwr", "train"]
    shown = hwr(*words[1:], "--print-config").stdout.strip()
    expected = recipe_toml.write(recipe, "strokes")
    if not recipe.hidden and not recipe.layers:  # a layer that changes nothing keeps the command from choosing others
        expected = expected.replace("layers = []", 'layers = ["flatten"]')
    assert shown == expected


def test_the_command_names_mixtures_folders_and_quotes_what_needs_it():
    recipe = {"recipe": {"hidden": [4]}}
    mixture = [{"name": "mnist", "share": 1.0}, {"name": "strokes", "share": 0.25}]
    line = command(recipe | {"dataset": {"mixture": mixture}})
    assert line == "hwr train --dataset 'mnist+0.25*strokes' --hidden 4"
    line = command(recipe | {"dataset": {"name": "folder", "pictures": "/tmp/my; rm -rf"}, "threads": 2})
    assert line == "hwr train --data '/tmp/my; rm -rf' --hidden 4 --threads 2"


@pytest.mark.parametrize(
    ("epochs", "limit", "stopped", "again"),
    [(4, None, False, True), (4, 9.0, False, True), (4, 1.5, False, False), (10**400, 9.0, False, False),
     (4, 9.0, True, False)],
    ids=["no limit", "a limit far off", "a limit that was reached", "more than any clock allows", "stopped by hand"],
)  # fmt: skip
def test_it_promises_the_same_weights_only_where_the_clock_changed_nothing(tmp_path, epochs, limit, stopped, again):
    recipe = TRAINING["recipe"] | {"epochs": epochs, "time_limit": limit}
    training = TRAINING | {"recipe": recipe, "stopped": stopped}  # four epochs of 0.5 s
    page = Page(evaluation.report(subject_of(tmp_path, training=training)))
    assert ("bit for bit" in page.text, "Time cut this training short" in page.text) == (again, not again)


@needs_browser
def test_a_browser_opens_it_without_a_word(tmp_path):
    path = tmp_path / "report.html"
    names = (HOSTILE, *NAMES[1:], NON_DIGIT)
    report.save(path, evaluation.report(subject_of(tmp_path, names=names, training=TRAINING, dataset=HOSTILE)))
    assert chromium.complaints(path) == []
    dom = chromium.look(path, "--dump-dom")
    assert dom.count("<section") == 10
    assert "<script" not in dom


@needs_browser
@pytest.mark.parametrize("flaw", ["<img src='http://127.0.0.1:9/x.png'>", "<script>undefined_thing()</script>"])
def test_a_browser_would_tell(tmp_path, flaw):
    """The test above can fail: a request to elsewhere and a script's error are told."""
    path = tmp_path / "flawed.html"
    page = evaluation.report(subject_of(tmp_path))
    report.save(path, page.replace(b"<main>", b"<main>" + flaw.encode()))
    assert chromium.complaints(path)


def test_what_train_and_evaluate_write(trained, tmp_path):
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


def test_a_report_never_takes_the_place_of_something_else(trained, tmp_path):
    place = tmp_path / "mine.safetensors"
    place.write_text("precious")
    done = trained("evaluate", "--report", place, status=2)
    assert "does not end in .html" in done.stderr
    assert place.read_text() == "precious"
    (tmp_path / "folder.html").mkdir()
    trained("evaluate", "--report", tmp_path / "folder.html", status=2)
    done = trained("train", "--dataset", "strokes", "--report", "/proc/no/report.html", status=1)
    assert "can't write" in done.stderr
    assert done.stdout == ""  # told before training, not after it
