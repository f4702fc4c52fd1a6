"""The contract of augmentations as tests, on images of bright squares."""

from functools import partial

import numpy as np

from handwriting.interfaces import Augmentation, Floats, Shape
from handwriting.testing.findings import Test, check, expect
from handwriting.testing.side_effects import nothing_shared_is_changed

SHAPES = ((28, 28), (9, 14))
"""Heights and widths of images."""
COUNT = 30
FRACTIONS = (0.01, 0.5, 1.0)
"""Strengths that are tried, as fractions of the highest."""


def check_augmentation(augmentation: Augmentation) -> None:
    """Raise `AssertionError` if an augmentation violates the contract."""
    check(augmentation_tests(augmentation))


def augmentation_tests(augmentation: Augmentation) -> dict[str, Test]:
    """Return all tests of an augmentation by name."""
    return quick_tests(augmentation) | {
        "deterministic": partial(_is_deterministic, augmentation),
        "changes images": partial(_changes_images, augmentation),
    }


def quick_tests(augmentation: Augmentation) -> dict[str, Test]:
    """Return the tests that an augmentation must pass before it is used."""
    return {"images": partial(_returns_images, augmentation)}


def fault_of(changed: object, shape: Shape) -> str | None:
    """Say why what `change` returned for images of this shape are no such images; None if they are."""
    if not isinstance(changed, np.ndarray):
        return f"change returns {type(changed).__name__} instead of an array"
    if changed.shape != shape:
        return f"the images have the shape {changed.shape} instead of {shape}"
    if changed.dtype != np.float32:
        return f"the images are {changed.dtype} instead of float32"
    return None if np.isfinite(changed).all() else "the images are infinite or NaN"


def _returns_images(augmentation: Augmentation) -> str:
    """It returns as many images of the same size, float32 and finite, at any strength."""
    expect(augmentation.highest > 0, f"the highest strength is {augmentation.highest}: it must be above 0")
    for shape in SHAPES:
        for count in (1, COUNT):
            for fraction in FRACTIONS:
                images = _images(count, shape)
                fault = fault_of(_changed(augmentation, images, fraction), images.shape)
                expect(fault is None, fault or "")
    return f"strengths up to {augmentation.highest:g}"


def _is_deterministic(augmentation: Augmentation) -> str:
    """The same random state gives the same images, and global random numbers are left alone."""
    with nothing_shared_is_changed():
        one, other = (_changed(augmentation, _images(), 1.0) for _ in range(2))
    expect(np.array_equal(one, other), "the same random state gives other images: draw all random numbers from `rng`")
    return "equal"


def _changes_images(augmentation: Augmentation) -> str:
    """At the highest strength, images change, and not all of them in the same way."""
    changed = _changed(augmentation, np.repeat(_images(1), COUNT, axis=0), 1.0)
    expect(not np.array_equal(changed[0], _images(1)[0]) or len(np.unique(changed, axis=0)) > 1, "nothing is changed")
    return f"{len(np.unique(changed, axis=0))} of {COUNT} differ"


def _changed(augmentation: Augmentation, images: Floats, fraction: float) -> Floats:
    return augmentation.change(images, fraction * augmentation.highest, np.random.default_rng(0))


def _images(count: int = COUNT, shape: tuple[int, int] = SHAPES[0]) -> Floats:
    images = np.zeros((count, *shape), np.float32)
    images[:, 2:-2, 3:-3] = 200
    return images
