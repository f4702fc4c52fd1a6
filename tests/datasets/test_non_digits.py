"""What is no digit: drawn the same every time, learnt beside digits, and refused where a model knows it."""

import json

import numpy as np
import pytest
from PIL import Image

from handwriting.datasets.non_digits import NonDigits, drawing, kinds
from handwriting.datasets.non_digits.signs import SIGNS
from handwriting.datasets.strokes import drawing as strokes
from handwriting.datasets.strokes.hands import write
from handwriting.evaluation.evaluate import evaluate
from handwriting.evaluation.rejection import REJECTED_DIGITS, choose_threshold
from handwriting.interfaces import NON_DIGIT, Examples
from handwriting.models import model_file
from handwriting.models.model_file import Model
from handwriting.nn.losses import CrossEntropy
from handwriting.testing import check_dataset
from handwriting.training.recipe import Recipe
from handwriting.training.resolve import resolve

SMALL = NonDigits(train_count=150, test_count=50)


def test_fulfils_the_contract(tmp_path):
    check_dataset(SMALL, tmp_path)


def test_every_picture_shows_nothing_and_has_ink(tmp_path):
    list(SMALL.prepare(tmp_path))
    splits = SMALL.load(tmp_path)
    assert splits.class_names == (NON_DIGIT,)
    assert not splits.train.labels.any()
    assert (splits.train.images.reshape(150, -1).max(axis=1) > 0).mean() > 0.95


def test_the_pictures_follow_from_the_seed_alone():
    one, again, other = (next(drawing.draw(100, seed)).images for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", drawing.WRITTEN, ids=lambda kind: kind.__name__)
def test_every_kind_leaves_ink(kind):
    writing = kind(40, np.random.default_rng(0))
    assert len(writing.points) == 40
    assert np.isfinite(writing.points).all()
    assert writing.pen_down.any(axis=1).mean() > 0.95


def test_two_digits_stand_side_by_side():
    rng = np.random.default_rng(0)
    one, other = (write(np.full(30, 8), rng) for _ in range(2))
    pair = kinds.beside(one, other, rng)
    samples = one.points.shape[1]
    first, second = pair.points[:, :samples, 0], pair.points[:, samples:, 0]
    gaps = second.min(axis=1) - first.max(axis=1)
    assert (gaps >= kinds.GAP[0] - 1e-4).all()
    assert (gaps <= kinds.GAP[1] + 1e-4).all()
    assert not pair.pen_down[:, samples - 1].any()


def test_what_is_clipped_lies_within_its_limits():
    whole = write(np.full(30, 0), np.random.default_rng(0))
    x = whole.points[..., 0]
    low, middle = x.min(axis=1), (x.min(axis=1) + x.max(axis=1)) / 2
    left = kinds.clipped(whole, low, middle)
    assert (left.points[..., 0] <= middle[:, None]).all()
    assert left.pen_down.sum() < whole.pen_down.sum()


def test_no_sign_is_written_like_a_digit():
    assert not set(SIGNS) & set("0123456789OoIlZSBGgqYyUDJn")


def test_the_threshold_spares_all_but_a_few_digits():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [10_000, 1000]).astype(np.uint8)
    sure = np.where(labels == 1, rng.beta(8, 1, 11_000), rng.beta(1, 30, 11_000))
    chosen = choose_threshold(np.stack([1 - sure, sure], axis=1), labels, non_digit=1)
    assert chosen.digits == np.mean(sure[labels == 0] >= chosen.threshold) <= REJECTED_DIGITS
    assert chosen.non_digits == np.mean(sure[labels == 1] >= chosen.threshold) > 0.9
    assert np.mean(sure[labels == 0] >= chosen.threshold - 0.01) > REJECTED_DIGITS


@pytest.mark.parametrize("labels", [[0, 0], [1, 1], []])
def test_without_both_kinds_the_threshold_is_a_half(labels):
    assert choose_threshold(np.full((len(labels), 2), 0.5), np.array(labels, np.uint8), non_digit=1).threshold == 0.5


@pytest.fixture
def model():
    """A model of three classes, the last one nothing, that answers by the picture's first three pixels."""
    network = resolve(Recipe(layers=(), hidden=()), 3).build_network()
    network.vector[:] = 0
    network.parameters[1]["weights"][[0, 1, 2], [0, 1, 2]] = 10
    return Model(network, CrossEntropy(), ("a", "b", NON_DIGIT), rejection_threshold=0.9)


def shown(*pixels):
    images = np.zeros((len(pixels), 28, 28), np.uint8)
    images[:, 0, :3] = pixels
    return images


def test_examples_of_something_are_judged_among_their_classes_and_what_would_be_refused_is_counted(model):
    examples = Examples(shown([255, 0, 0], [0, 100, 255], [255, 100, 0], [0, 255, 0]), np.array([0, 1, 0, 1], np.uint8))
    judged = evaluate(model, examples, ("a", "b"))
    assert judged.metrics.confusion.tolist() == [[2, 0], [0, 2]]
    assert judged.rejected == 0.25
    assert evaluate(model, examples, ("a", "b", NON_DIGIT)).metrics.class_names == ("a", "b")


def test_examples_of_nothing_are_judged_among_all_classes(model):
    examples = Examples(shown([0, 0, 255], [255, 0, 0]), np.array([0, 0], np.uint8))
    judged = evaluate(model, examples, (NON_DIGIT,))
    assert judged.metrics.accuracy == judged.rejected == 0.5
    assert judged.metrics.class_names == ("a", "b", NON_DIGIT)


def test_a_model_that_knows_no_nothing_refuses_nothing(model):
    plain = Model(model.network, CrossEntropy(), ("a", "b", "c"))
    assert evaluate(plain, Examples(shown([255, 0, 0]), np.array([0], np.uint8)), ("a", "b", "c")).rejected is None


def test_learnt_beside_digits_it_is_refused(trained, tmp_path):
    place = tmp_path / "m.safetensors"
    options = ("--hidden", "64", "--epochs", "3", "--threads", "1", "-o", place)
    trained("train", "--dataset", "strokes+0.5*non-digits", *options)
    kept = model_file.load(place)
    assert kept.class_names == (*"0123456789", NON_DIGIT)
    assert 0 < kept.refusal < 1
    digits = json.loads(trained("evaluate", "-m", place, "--format", "json").stdout)
    assert len(digits["classes"]) == 10
    assert digits["accuracy"] > 0.8
    assert digits["refused"] < 0.05
    others = json.loads(trained("evaluate", "-m", place, "--dataset", "non-digits", "--format", "json").stdout)
    assert others["classes"][NON_DIGIT]["count"] == others["count"] == 4000
    assert others["refused"] > 5 * digits["refused"]
    assert "would be taken for no digit" in trained("evaluate", "-m", place).stdout
    described = json.loads(trained("info", str(place), "--format", "json").stdout)
    assert described["refusal"] == kept.refusal
    assert "refuses   what it takes for nothing with" in trained("info", str(place)).stdout


def test_a_model_of_digits_alone_can_not_be_judged_by_it(trained):
    model = next((trained.data / "models").glob("*.safetensors"))
    done = trained("evaluate", "-m", model, "--dataset", "non-digits", status=2)
    assert "but non-digits also holds non-digit: choose a dataset with the classes of the model" in done.stderr


def test_what_is_no_digit_is_not_read_and_nothing_is_never_an_answer(trained, tmp_path):
    place = tmp_path / "m.safetensors"
    options = ("--hidden", "64", "--epochs", "3", "--threads", "1", "-o", place)
    trained("train", "--dataset", "strokes+0.5*non-digits", *options)
    folder = tmp_path / "pictures"
    folder.mkdir()
    pictures = [*next(drawing.draw(60, 9)).images, *next(strokes.draw(50, 9)).images]
    for number, picture in enumerate(pictures):
        Image.fromarray(255 - picture).save(folder / f"{number:03}.png")
    done = trained("predict", "-m", place, "--format", "jsonl", "--top", "11", folder)
    readings = [json.loads(line) for line in done.stdout.splitlines()]
    refused = ["no digit" in (reading["reason"] or "") for reading in readings]
    assert np.mean(refused[:60]) > 0.1
    assert np.mean(refused[60:]) < 0.05
    assert not any(NON_DIGIT in json.dumps([reading["text"], reading["digits"]]) for reading in readings)
