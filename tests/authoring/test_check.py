"""A part is checked in a process of its own, and whatever it does there becomes a finding."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handwriting.authoring.check import check
from handwriting.registry import entry_points
from tests.helpers.plugin_factory import ACTIVATION, LAYER, Site, installed

CLASS = ACTIVATION.format(name="Odd")
FORWARD = "return z / (self.scale + np.abs(z))"
BACKWARD = "return gradient * self.scale / (self.scale + np.abs(z)) ** 2"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with installed(tmp_path, monkeypatch) as site:
        monkeypatch.setenv("PYTHONPATH", str(site.folder))  # for the new process
        yield site


@pytest.fixture
def checked(site: Site, shared_data: Path) -> Any:
    """Install a plugin with one part, check it, and return the details of the failed tests by name."""

    def checked(source: Any, kind: str = "activation", arguments: str = "", time_limit: float = 300.0) -> Any:
        site.install("odd-things", {f"{kind}s": {"odd": "odd_plugin:Odd"}}, {"odd_plugin": source})
        entry = entry_points.find(kind, "odd")
        findings = check(entry, arguments, shared_data, time_limit)
        return {finding.test: finding.detail for finding in findings if not finding.passed}

    return checked


@pytest.mark.parametrize("name", ["relu", "dense", "dropout", "global-average-pool", "adam", "mse", "one-cycle", "he"])
def test_built_in_parts_pass(shared_data: Path, name: str) -> None:
    findings = check(entry_points.find(entry_points.KINDS, name), "", shared_data, time_limit=300.0)
    assert [finding for finding in findings if not finding.passed] == []
    assert {"loads", "learns"} <= {finding.test for finding in findings}


@pytest.mark.parametrize(
    ("source", "test", "detail"),
    [
        ("raise ImportError('no such library')", "loads", "odd-things 1.0 can't be imported"),
        ("def odd(:", "loads", "SyntaxError"),
        ("raise SystemExit(0)", "loads", "SystemExit"),
        ("import os; os._exit(0)", "loads", "ends the process with exit status 0"),
        ("Odd = 3", "loads", "is no subclass"),
        (CLASS.replace(FORWARD, "import os; os._exit(3)"), "shapes and dtypes", "ends the process with exit status 3"),
        (CLASS.replace(FORWARD, "raise SystemExit(0)"), "shapes and dtypes", "raises SystemExit: 0"),
        (CLASS.replace(FORWARD, f"print('here I am'); {FORWARD}"), "prints nothing", "'here I am"),
        (CLASS.replace(BACKWARD, "return gradient * z"), "gradient at inference", "by finite differences"),
        (CLASS.replace(FORWARD, f"{FORWARD}.astype(float)"), "shapes and dtypes", "is float64 for inputs of float32"),
        (CLASS.replace(FORWARD, "return z * np.nan"), "extreme inputs", "infinite or NaN"),
        (CLASS.replace(FORWARD, "return z * 0").replace(BACKWARD, "return z * 0"), "learns", "a small network reaches"),
        (CLASS.replace("scale: float = 1.0", "scale: 'Unknown' = 1.0"), "settings", "can't be understood"),
    ],
)
def test_faults_are_found(checked: Any, source: Any, test: str, detail: str) -> None:
    faults = checked(source)
    assert detail in faults[test]


@pytest.mark.skipif("os.name != 'posix'", reason="needs signals")
def test_a_crash_is_reported(checked: Any) -> None:
    crash = "import faulthandler; faulthandler._sigsegv()"
    assert "crashes: Segmentation fault" in checked(CLASS.replace(FORWARD, crash))["shapes and dtypes"]


def test_a_part_that_hangs_is_stopped_at_the_time_limit(checked: Any) -> None:
    started = time.monotonic()
    faults = checked("import time; time.sleep(600)", time_limit=3.0)
    assert faults == {"loads": "not done when time was up (3 s; see --time-limit)"}
    assert time.monotonic() - started < 10


def test_output_at_import_is_no_fault(checked: Any) -> None:
    assert checked(f"print('hello')\n{CLASS}") == {}


def test_a_layer_is_checked_with_every_shape_it_accepts(checked: Any) -> None:
    """Including one with a scalar parameter, and with state (which does not affect the outputs here)."""
    source = LAYER.format(name="Odd").replace('parameters["count"][0]', '0 * parameters["count"][0]')
    assert checked(source, "layer") == {}


@pytest.mark.parametrize("annotation", ["int", "float", "bool", "'int | None'"])
def test_settings_without_a_default_are_given_a_sample(checked: Any, annotation: str) -> None:
    assert checked(with_required(annotation)) == {}


def test_no_path_or_name_is_guessed(checked: Any) -> None:
    assert checked(with_required("str")) == {
        "settings": "it can't be guessed what more should be: write :more=... behind it"
    }


def with_required(annotation: str) -> str:
    """Return the source of a class with a setting without a default, `more`."""
    source = CLASS.replace("scale: float = 1.0", f"scale: float = 1.0\n    more: {annotation} = field()")
    return source.replace("import dataclass", "import dataclass, field").replace("frozen=True", "kw_only=True")


def test_given_settings_are_used(checked: Any) -> None:
    assert checked(CLASS, arguments="scale=2.5") == {}


def test_given_settings_of_the_wrong_type_are_reported(checked: Any) -> None:
    assert "scale takes a number" in checked(CLASS, arguments="scale=much")["settings"]


def test_a_plugin_for_a_newer_contract_is_refused_in_one_line(checked: Any) -> None:
    detail = checked(f"{CLASS}    api_version = 99\n")["loads"]
    assert "odd-things 1.0" in detail
    assert "API 99, here 2" in detail
    assert "\n" not in detail


LOOP = "return np.vectorize(lambda z: z / (self.scale + abs(z)), otypes=[z.dtype])(z)"
SLOW = CLASS.replace(FORWARD, LOOP).replace(BACKWARD, f"for _ in range(3): self.forward(z)\n        {BACKWARD}")
THREAD = "import threading, time\nthreading.Thread(target=time.sleep, args=(9999,), name='lost').start()\n"


@pytest.mark.parametrize(
    ("source", "test", "detail"),
    [
        (SLOW, "speed", "times slower than the built-in part; let NumPy work on whole arrays"),
        (f"import numpy; numpy.random.seed(0)\n{CLASS}", "loads", "it seeds or uses the global random numbers"),
        (f"{THREAD}{CLASS}", "loads", "it leaves threads running (lost): end them"),
    ],
)
def test_what_a_part_does_to_the_process_is_found(checked: Any, source: Any, test: str, detail: str) -> None:
    assert detail in checked(source)[test]


def test_a_layer_is_checked_with_the_shape_of_an_image_of_mnist(checked: Any) -> None:
    """That no other shape shows: an axis of length 1 is lost."""
    source = LAYER.format(name="Odd").replace('+ parameters["count"][0], backward', ", backward")
    source = source.replace("return x * factor", "return (x * factor).squeeze(-1) if x.shape[-1] == 1 else x * factor")
    details = checked(source, "layer")
    assert "the output has the shape (5, 28, 28) instead of (5, 28, 28, 1)" in details["shapes and dtypes"]


def test_a_given_shape_is_the_only_one(site: Site, shared_data: Path) -> None:
    source = LAYER.format(name="Odd").replace('parameters["count"][0]', '0 * parameters["count"][0]')
    only = "        if input_shape != (7, 9):\n            raise ShapeError('takes 7x9')\n        return input_shape, {"
    source = source.replace("        return input_shape, {", only)
    source = f"from handwriting.errors import ShapeError\n{source}"
    site.install("odd-things", {"layers": {"odd": "odd_plugin:Odd"}}, {"odd_plugin": source})
    entry = entry_points.find("layer", "odd")
    (refused,) = (finding for finding in check(entry, "", shared_data, 300.0) if not finding.passed)
    assert "28x28x1: takes 7x9" in refused.detail
    assert "or --shape" in refused.detail
    findings = check(entry, "", shared_data, 300.0, shape=(7, 9))
    assert [finding for finding in findings if not finding.passed] == []
