"""The process in which a part is checked; check.py starts it and reads its report.

    python -m handwriting.authoring.check_process KIND DISTRIBUTION:NAME SETTINGS SHAPE DATA REPORT

SHAPE is an input shape such as "28,28,1", or "" for those that every layer is tested with.
The report is a file of JSON lines: {"begins": TEST} before each test, then its result, and {"begins": ""} at the end.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TextIO

from handwriting.authoring import small_network, speed
from handwriting.authoring.checked_part import CheckedPart
from handwriting.authoring.command_tests import command_tests
from handwriting.nn.architecture import shape_text
from handwriting.system.thread_pool import use_threads
from handwriting.testing.augmentations import augmentation_tests
from handwriting.testing.datasets import dataset_tests
from handwriting.testing.findings import Test, run
from handwriting.testing.initializers import initializer_tests
from handwriting.testing.layers import layer_tests
from handwriting.testing.losses import loss_tests
from handwriting.testing.optimizers import optimizer_tests
from handwriting.testing.schedules import schedule_tests


def main(kind: str, name: str, arguments: str, shape: str, data: str, report: str) -> None:
    """Run all tests of a part, if it can be loaded and constructed."""
    checked = CheckedPart(kind, name, arguments, Path(data), tuple(map(int, shape.split(","))) if shape else None)
    with open(report, "w", encoding="utf-8") as file, use_threads(1):
        if _passes("loads", checked.load, file) and _passes("settings", checked.construct, file):
            for test_name, test in _tests(checked, Path(report).parent).items():
                _passes(test_name, test, file)
        _write({"begins": ""}, file)
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.current_thread()):
        os._exit(0)  # Python would wait for a thread that the part has left running


def _passes(name: str, test: Test, report: TextIO) -> bool:
    _write({"begins": name}, report)
    finding = run(name, test)
    _write(asdict(finding), report)
    return finding.passed


def _write(line: dict[str, object], report: TextIO) -> None:
    print(json.dumps(line), file=report, flush=True)  # at once: the next test may end the process


def _tests(checked: CheckedPart, scratch: Path) -> dict[str, Test]:
    """Return the tests for the kind of the part; `scratch` is a folder for their files."""
    if checked.kind == "command":
        return command_tests(checked.name)
    if checked.kind == "augmentation":
        return augmentation_tests(checked.part) | {"learns": partial(small_network.learns, checked, scratch)}
    if checked.kind == "dataset":
        return dataset_tests(checked.part, checked.folder) | {"learns": partial(small_network.learns_dataset, checked)}
    if checked.kind == "optimizer":
        tests = {"speed": partial(speed.optimizer_speed, checked.part)} | optimizer_tests(checked.part)
        return tests | {"learns": partial(small_network.learns, checked, scratch)}
    if checked.kind in ("schedule", "initializer"):
        tests = schedule_tests(checked.part) if checked.kind == "schedule" else initializer_tests(checked.part)
        return tests | {"learns": partial(small_network.learns, checked, scratch)}
    if checked.kind == "loss":
        return loss_tests(checked.part) | {
            "saved and loaded again": partial(small_network.is_saved_and_loaded, checked, scratch),
            "learns": partial(small_network.learns, checked, scratch),
        }
    tests = _second("speed", partial(speed.layer_speed, checked), _layer_tests(checked))
    if not small_network.fits_a_small_network(checked):
        return tests
    return tests | {
        "saved and loaded again": partial(small_network.is_saved_and_loaded, checked, scratch),
        "learns": partial(small_network.learns, checked, scratch),
    }


def _second(name: str, test: Test, tests: dict[str, Test]) -> dict[str, Test]:
    """Return `tests` with another one behind the first: how slow a part is should be known before time is up."""
    first, *others = tests.items()
    return dict([first, (name, test), *others])


def _layer_tests(checked: CheckedPart) -> dict[str, Test]:
    """Return the tests of a layer, each for all input shapes that it accepts."""
    by_shape = {shape_text(shape): layer_tests(checked.layer, shape) for shape in checked.shapes}
    names = next(iter(by_shape.values()))
    return {name: partial(_for_shapes, {shape: tests[name] for shape, tests in by_shape.items()}) for name in names}


def _for_shapes(tests: dict[str, Test]) -> str:
    """Run the same test for several shapes."""
    details: dict[str, str] = {}
    for shape, test in tests.items():
        try:
            details[shape] = test()
        except AssertionError as error:
            raise AssertionError(f"for inputs of {shape}, {error}" if details else str(error)) from error
    if len(set(details.values())) == 1:
        return next(iter(details.values()))
    return "; ".join(f"{shape}: {detail}" for shape, detail in details.items())


if __name__ == "__main__":
    main(*sys.argv[1:])
