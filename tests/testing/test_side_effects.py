"""Parts of the smaller kinds must leave nothing behind either: random numbers, files, threads."""

import random
import threading
from typing import Any

import numpy as np
import pytest

from handwriting.interfaces import Augmentation, Floats, Initializer, Labels, Loss, Schedule, Shape
from handwriting.nn.losses import CrossEntropy
from handwriting.testing import check_augmentation, check_initializer, check_loss, check_schedule


class SeedingInitializer(Initializer):
    def values(self, shape: Shape, fans: tuple[int, int], rng: np.random.Generator) -> Floats:
        np.random.seed(1)
        return rng.standard_normal(shape, dtype=np.float32)


class RollingAugmentation(Augmentation):
    def change(self, images: Floats, strength: float, rng: np.random.Generator) -> Floats:
        return np.roll(images, random.randint(1, 3), axis=2)


class SeedingSchedule(Schedule):
    def factor(self, done: float) -> float:
        random.seed(0)
        return 1 - done


class ThreadedLoss(Loss):
    def cost(self, outputs: Floats, labels: Labels) -> tuple[float, Floats]:
        threading.Thread(target=threading.Event().wait, args=(3,), daemon=True).start()
        return CrossEntropy().cost(outputs, labels)

    def confidences(self, outputs: Floats) -> Floats:
        return CrossEntropy().confidences(outputs)


@pytest.mark.parametrize(
    ("check", "part", "words"),
    [
        (check_initializer, SeedingInitializer(), "global random numbers of np.random"),
        (check_augmentation, RollingAugmentation(), "global random numbers of random"),
        (check_schedule, SeedingSchedule(), "global random numbers of random"),
        (check_loss, ThreadedLoss(), "leaves threads running"),
    ],
)
def test_what_a_part_leaves_behind_is_found(check: Any, part: Any, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check(part)
