"""`DigitClassifier`: the arrays it takes, and scikit-learn's own checks of an estimator."""

import inspect
import pickle
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from handwriting import DigitClassifier, HandwritingError
from handwriting.datasets.strokes import Strokes
from handwriting.interfaces import Examples
from handwriting.training.recipe import Recipe

SETTINGS: dict[str, Any] = {"hidden": 32, "epochs": 5}


@pytest.fixture(scope="module")
def examples() -> Examples:
    return next(Strokes.draw(600, 0))


def test_the_parameters_are_the_fields_of_a_recipe() -> None:
    parameters = inspect.signature(DigitClassifier).parameters
    assert parameters.keys() == {field.name for field in fields(Recipe)} | {"threads"}
    differing = {field.name for field in fields(Recipe) if parameters[field.name].default != field.default}
    assert differing == {"validation"}


def test_the_scale_and_the_shape_of_pixels_do_not_matter(examples: Examples) -> None:
    images, y = examples.images, examples.labels
    expected = DigitClassifier(**SETTINGS).fit(images, y)
    assert expected.score(images, y) > 0.7
    proba = expected.predict_proba(images)
    for scale in (1, 1 / 255, 16 / 255):
        X = images.reshape(-1, 784) * scale
        np.testing.assert_allclose(DigitClassifier(**SETTINGS).fit(X, y).predict_proba(X), proba, atol=1e-3)


@pytest.mark.parametrize("names", [list("abcdefghij"), [f"digit {i}" for i in range(10)], list(range(100, 110))])
def test_labels_may_be_anything(examples: Examples, names: Any) -> None:
    y = np.array(names)[examples.labels]
    classifier = DigitClassifier(**SETTINGS).fit(examples.images, y)
    assert classifier.classes_.tolist() == sorted(names)
    assert (classifier.predict(examples.images) == y).mean() > 0.7


def test_layers_for_images_and_augmentation(examples: Examples) -> None:
    classifier = DigitClassifier(layers=["conv2d:4", "max-pool", "relu"], hidden=[16], augment=True, epochs=1)
    classifier.fit(examples.images.reshape(-1, 784) / 255, examples.labels)
    assert str(classifier.model_.network).startswith("28x28x1 -> conv2d:4 -> max-pool relu")


@pytest.mark.parametrize("layers", [["conv2d:4", "batch-norm", "relu"], ["flatten", "dense:8", "batch-norm"]])
def test_batch_norm_works_on_images_of_any_size(layers: list[str]) -> None:
    """For inference it is folded into the layer before it, in a network of the same input."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    X = rng.uniform(0, 0.5, (200, 64)) + 0.5 * y[:, None]
    assert DigitClassifier(layers=layers, hidden=[8], batch_size=16).fit(X, y).score(X, y) > 0.9


def test_a_pickled_classifier_predicts_the_same(examples: Examples) -> None:
    classifier = DigitClassifier(**SETTINGS, seed=1).fit(examples.images, examples.labels)
    again = pickle.loads(pickle.dumps(classifier))
    assert (again.predict_proba(examples.images) == classifier.predict_proba(examples.images)).all()
    assert repr(again) == "DigitClassifier(hidden=32, epochs=5, seed=1)"


@pytest.mark.parametrize(
    ("X", "y", "told"),
    [
        (np.zeros(784), [1], "Reshape your data"),
        (np.zeros((0, 784)), [], "0 sample"),
        (np.full((2, 4), np.nan), [0, 1], "NaN"),
        (np.zeros((2, 4)), [0], "one label for each"),
        (np.zeros((2, 4)), [0.5, 1.5], "Unknown label type"),
        (np.zeros((2, 4)), None, "requires y"),
        (np.zeros((300, 4)), np.arange(300), "more than 256 classes"),
        ([["a", "b"]], [0], "numbers"),
    ],
)
def test_unusable_arrays_are_refused(X: Any, y: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        DigitClassifier().fit(X, y)
    assert isinstance(caught.value, HandwritingError)


def test_a_bad_parameter_is_named() -> None:
    with pytest.raises(HandwritingError, match="activation 'relo'; did you mean relu"):
        DigitClassifier(activation="relo").fit(np.zeros((2, 4)), [0, 1])
    with pytest.raises(ValueError, match="no parameter 'epoch'"):
        DigitClassifier().set_params(epoch=3)


def test_what_is_not_fitted_does_not_predict() -> None:
    with pytest.raises(ValueError, match="not fitted yet"):
        DigitClassifier().predict(np.zeros((1, 784)))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_scikit_learn_has_nothing_to_say() -> None:
    """The examples of its checks are few, so the network needs small batches to learn them."""
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    classifier = DigitClassifier(hidden=32, epochs=30, batch_size=16)
    results = checks.check_estimator(classifier, on_fail=None, on_skip=None)
    assert [result["check_name"] for result in results if result["status"] not in ("passed", "skipped")] == []
    assert len(results) > 40


def test_a_grid_search_sweeps_it(examples: Examples) -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    search = selection.GridSearchCV(DigitClassifier(epochs=3), {"hidden": [(4,), (64,)]}, cv=2)
    search.fit(examples.images.reshape(-1, 784), examples.labels)
    assert search.best_params_ == {"hidden": (64,)}
    assert search.score(examples.images.reshape(-1, 784), examples.labels) > 0.6
