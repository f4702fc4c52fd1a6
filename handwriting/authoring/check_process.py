"""The process in which a part is checked; check.py starts it and reads its report.

    python -m handwriting.authoring.check_process KIND DISTRIBUTION:NAME SETTINGS SHAPE DATA REPORT

SHAPE is an input shape such as "28,28,1", or "" for those that every layer is tested with.
The report is a file of JSON lines: {"begins": TEST} before each test, then its result, and {"begins": ""} at the end.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
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
    return CONTRACTS[checked.kind](checked) | _network_tests(checked, scratch)


def _network_tests(checked: CheckedPart, scratch: Path) -> dict[str, Test]:
    """Return the tests in a small network."""
    is_layer = checked.kind in ("activation", "layer")
    if checked.kind == "command" or (is_layer and not small_network.fits_a_small_network(checked)):
        return {}
    if checked.kind == "dataset":
        return {"learns": partial(small_network.learns_dataset, checked)}
    saved: dict[str, Test] = {"saved and loaded again": partial(small_network.is_saved_and_loaded, checked, scratch)}
    learns: dict[str, Test] = {"learns": partial(small_network.learns, checked, scratch)}
    return saved | learns if is_layer or checked.kind == "loss" else learns


def _optimizer_tests(checked: CheckedPart) -> dict[str, Test]:
    speed_test: dict[str, Test] = {"speed": partial(speed.optimizer_speed, checked.part)}
    return speed_test | optimizer_tests(checked.part)


def _layer_tests(checked: CheckedPart) -> dict[str, Test]:
    """Return the tests of a layer, each for all input shapes that it accepts.

    That of its speed is the second: how slow a part is should be known before time is up.
    """
    by_shape = {shape_text(shape): layer_tests(checked.layer, shape) for shape in checked.shapes}
    first, *others = next(iter(by_shape.values()))
    tests: dict[str, Test] = {first: _of_all(by_shape, first), "speed": partial(speed.layer_speed, checked)}
    return tests | {name: _of_all(by_shape, name) for name in others}


def _of_all(by_shape: dict[str, dict[str, Test]], name: str) -> Test:
    return partial(_for_shapes, {shape: tests[name] for shape, tests in by_shape.items()})


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


CONTRACTS: dict[str, Callable[[CheckedPart], dict[str, Test]]] = {
    "activation": _layer_tests,
    "layer": _layer_tests,
    "optimizer": _optimizer_tests,
    "loss": lambda checked: loss_tests(checked.part),
    "schedule": lambda checked: schedule_tests(checked.part),
    "initializer": lambda checked: initializer_tests(checked.part),
    "dataset": lambda checked: dataset_tests(checked.part, checked.folder),
    "augmentation": lambda checked: augmentation_tests(checked.part),
    "command": lambda checked: command_tests(checked.name),
}
"""The tests of the contract of each kind."""


if __name__ == "__main__":
    main(*sys.argv[1:])
