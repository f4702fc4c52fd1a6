"""Losses: gradients compared with finite differences, and extreme inputs of softmax and log."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from handwriting.errors import SettingError
from handwriting.nn.losses import CrossEntropy, MeanSquaredError
from handwriting.nn.non_digit_loss import REJECTION_WEIGHT, NonDigitCrossEntropy
from handwriting.registry import specs
from handwriting.testing import check_loss

OUTPUTS = hnp.arrays(np.float64, (6, 10), elements=st.floats(-30, 30))
LABELS = hnp.arrays(np.uint8, 6, elements=st.integers(0, 9))
LOSSES = [CrossEntropy, MeanSquaredError, *(partial(NonDigitCrossEntropy, non_digit=place) for place in (0, 4, 9))]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("make", LOSSES)
@given(outputs=OUTPUTS, labels=LABELS)
def test_gradient_agrees_with_finite_differences(make: Any, smoothing: float, outputs: Any, labels: Any) -> None:
    loss = make(smoothing)
    _, gradient = loss.cost(outputs.copy(), labels)
    for place in ((0, int(labels[0])), (0, int(labels[0] + 1) % 10), (5, 3), (5, getattr(loss, "non_digit", 0))):
        costs = []
        for step in (1e-5, -1e-5):
            moved = outputs.copy()
            moved[place] += step
            costs.append(loss.cost(moved, labels)[0])
        assert gradient[place] == pytest.approx((costs[0] - costs[1]) / 2e-5, abs=1e-4)


@pytest.mark.parametrize("make", LOSSES)
@given(outputs=OUTPUTS, labels=LABELS)
def test_mean_over_a_batch_does_not_depend_on_how_it_is_split(make: Any, outputs: Any, labels: Any) -> None:
    loss = make(0.1)
    whole, gradient = loss.cost(outputs.copy(), labels)
    first, first_gradient = loss.cost(outputs[:2].copy(), labels[:2])
    rest, rest_gradient = loss.cost(outputs[2:].copy(), labels[2:])
    assert whole == pytest.approx((2 * first + 4 * rest) / 6)
    np.testing.assert_allclose(gradient, np.vstack([first_gradient * 2 / 6, rest_gradient * 4 / 6]), atol=1e-12)


@pytest.mark.parametrize("make", LOSSES)
def test_the_outputs_are_not_changed(make: Any) -> None:
    outputs = np.random.default_rng(0).normal(size=(4, 10))
    kept = outputs.copy()
    make(0.0).cost(outputs, np.zeros(4, np.uint8))
    make(0.0).confidences(outputs)
    assert np.array_equal(outputs, kept)


def test_huge_logits_neither_overflow_nor_take_log_of_zero() -> None:
    logits = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], np.float32)
    cost, gradient = CrossEntropy(0.0).cost(logits, np.array([1, 1], np.uint8))
    assert cost == pytest.approx(1e4)  # the mean of 2e4 and 0
    assert np.isfinite(gradient).all()
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(CrossEntropy().confidences(logits).sum(axis=1), 1, rtol=1e-6)


def test_equal_logits_cost_the_log_of_the_number_of_classes() -> None:
    assert CrossEntropy().cost(np.zeros((3, 10)), np.zeros(3, np.uint8))[0] == pytest.approx(np.log(10))


def test_the_cost_of_smoothed_labels_is_least_at_the_smoothed_probabilities() -> None:
    confident, smoothed = np.array([[20.0, 0.0, 0.0]]), np.log([[0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3]])
    cost, gradient = CrossEntropy(0.1).cost(smoothed, np.array([0], np.uint8))
    assert cost < CrossEntropy(0.1).cost(confident, np.array([0], np.uint8))[0]
    np.testing.assert_allclose(gradient, 0, atol=1e-12)
    assert CrossEntropy(0.0).cost(confident, np.array([0], np.uint8))[0] < 1e-8


def test_the_choice_between_digits_weighs_more_than_rejection() -> None:
    loss, plain = NonDigitCrossEntropy(0.0, non_digit=2), CrossEntropy(0.0)
    confident = np.array([[3.0, 1.0, -50.0]])
    label = np.array([0], np.uint8)
    assert loss.cost(confident, label)[0] == pytest.approx(plain.cost(confident[:, :2], label)[0])
    rejected = np.array([[50.0, 0.0, 60.0]])
    assert loss.cost(rejected, label)[0] == pytest.approx(REJECTION_WEIGHT * 10, rel=1e-3)
    assert loss.cost(confident, np.array([2], np.uint8))[0] == pytest.approx(REJECTION_WEIGHT * 53.13, rel=1e-3)


def test_a_batch_of_non_digits_alone_has_a_gradient() -> None:
    outputs, labels = np.array([[1.0, 2.0, 0.0]]), np.array([2], np.uint8)
    _, gradient = NonDigitCrossEntropy(0.0, non_digit=2).cost(outputs, labels)
    assert gradient[0, 2] < 0 < gradient[0, 0] < gradient[0, 1]
    assert NonDigitCrossEntropy(0.0, non_digit=0).cost(np.array([[3.0]]), np.array([0], np.uint8))[0] == 0


def test_mean_squared_error_is_half_the_squared_distance() -> None:
    outputs = np.array([[0.5, 0.5], [1.0, 0.0]])
    assert MeanSquaredError().cost(outputs, np.array([0, 1], np.uint8))[0] == pytest.approx((0.25 + 1.0) / 2)
    assert MeanSquaredError().confidences(np.array([[-0.5, 1.5]])).tolist() == [[0, 1]]


@pytest.mark.parametrize("spec", ["cross-entropy", "cross-entropy:0", "mse", "mse:label_smoothing=0.2"])
def test_each_fulfils_the_contract_of_a_plugin(spec: str) -> None:
    check_loss(specs.make("loss", spec))


def test_an_unknown_loss_lists_the_known_ones() -> None:
    with pytest.raises(SettingError, match="cross-entropy, mse"):
        specs.make("loss", "hinge")
    with pytest.raises(SettingError, match="label_smoothing must be at least 0 and below 1, got 1"):
        MeanSquaredError(1.0)
