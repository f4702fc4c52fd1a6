"""Which tests belong to which kind of part, by name and in the order in which they are run."""

from pathlib import Path

from handwriting.authoring import small_network
from handwriting.authoring.checked_part import Subject
from handwriting.interfaces import Shape
from handwriting.nn.architecture import shape_text
from handwriting.testing.datasets import dataset_tests
from handwriting.testing.findings import Test
from handwriting.testing.layers import layer_tests
from handwriting.testing.optimizers import optimizer_tests


def tests(subject: Subject, scratch: Path) -> dict[str, Test]:
    """Return the tests for a part that is loaded and settled; `scratch` is a folder for their files."""
    if subject.kind == "dataset":
        return dataset_tests(subject.part, subject.folder) | {"learns": lambda: small_network.is_learnt(subject)}
    if subject.kind == "optimizer":
        return optimizer_tests(subject.part) | {
            "speed": lambda: small_network.optimizer_speed(subject.part),
            "learns": lambda: small_network.learns(subject, scratch),
        }
    return _layer_tests(subject) | {
        "saved and loaded again": lambda: small_network.survives_saving(subject, scratch),
        "speed": lambda: small_network.layer_speed(subject),
        "learns": lambda: small_network.learns(subject, scratch),
    }


def _layer_tests(subject: Subject) -> dict[str, Test]:
    """Run each test with all the shapes that the layer takes."""
    by_shape = {shape: layer_tests(subject.layer, shape) for shape in subject.shapes}
    names = next(iter(by_shape.values()))
    return {name: _together({shape: tests[name] for shape, tests in by_shape.items()}) for name in names}


def _together(tests: dict[Shape, Test]) -> Test:
    """Join the same test with several shapes; the first that fails ends it."""

    def test() -> str:
        seen = {shape: test() for shape, test in tests.items()}
        if len(set(seen.values())) == 1:
            return next(iter(seen.values()))
        return "; ".join(f"{shape_text(shape)}: {detail}" for shape, detail in seen.items())

    return test
