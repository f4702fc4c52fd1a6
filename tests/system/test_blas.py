"""BLAS in one thread: within the block only, for several threads at once, and in what a user calls from Python."""

import random
import threading
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image
from threadpoolctl import ThreadpoolController, threadpool_limits

from handwriting import DigitClassifier, Recognizer
from handwriting.system.blas import one_blas_thread
from handwriting.training.trainer import TrainingStep

WITHIN, AS_BEFORE = 1, 2
NUMPY = [library for library in ThreadpoolController().lib_controllers if "numpy" in library.filepath]


@pytest.fixture(autouse=True)
def two_threads() -> Any:
    """Let BLAS use two threads, as the process of a user may, before and after each test."""
    with threadpool_limits(2, "blas"):
        with threadpool_limits(2, "blas"):
            pass  # so that this thread no longer keeps others from setting the number
        yield
        assert blas_threads() == AS_BEFORE


def blas_threads() -> int:
    """Return the number of threads of NumPy's BLAS; SciPy has another one, which is not used here."""
    (number,) = {library.num_threads for library in NUMPY}
    return int(number)


def test_the_number_holds_within_the_block_and_after_an_error_no_longer() -> None:
    with one_blas_thread():
        assert blas_threads() == WITHIN
        with one_blas_thread():
            pass
        assert blas_threads() == WITHIN
    assert blas_threads() == AS_BEFORE
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        raise ZeroDivisionError


def test_it_is_restored_when_several_threads_leave_in_any_order() -> None:
    def enter_and_leave(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(20):
            with one_blas_thread():
                time.sleep(rng.random() / 1000)
            time.sleep(rng.random() / 1000)

    threads = [threading.Thread(target=enter_and_leave, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert blas_threads() == AS_BEFORE


def test_a_recognizer_reads_with_one_thread_and_not_between_two_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer, seen = Recognizer("bundled"), []
    outputs = recognizer.model._folded.outputs

    def spy(images: Any) -> Any:
        seen.append(blas_threads())
        return outputs(images)

    monkeypatch.setattr(recognizer.model._folded, "outputs", spy)
    picture = np.full((60, 60), 255, np.uint8)
    picture[10:50, 28:34] = 0
    for reading in recognizer.read_each([picture, Image.fromarray(picture)]):
        assert reading.text == "1"
        assert blas_threads() == AS_BEFORE
    assert seen == [WITHIN] * len(seen) != []


def test_a_classifier_is_fitted_and_predicts_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, backpropagate = [], TrainingStep.backpropagate

    def spy(*arguments: Any) -> float:
        seen.append(blas_threads())
        return backpropagate(*arguments)

    monkeypatch.setattr(TrainingStep, "backpropagate", spy)
    X, y = np.random.default_rng(0).uniform(size=(20, 784)), np.arange(20) % 2
    DigitClassifier(hidden=[4], epochs=1).fit(X, y).predict(X)
    assert seen == [WITHIN] * len(seen) != []
