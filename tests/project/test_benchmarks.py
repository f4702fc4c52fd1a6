"""The calculations of the benchmarks, without the other libraries and mostly without a clock."""

import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

import handwriting
from handwriting.interfaces import Images, Labels
from handwriting.training import recipe_toml
from tests.benchmarks import report, rows
from tests.benchmarks.conditions import Conditions
from tests.benchmarks.corruptions import CORRUPTIONS
from tests.benchmarks.cpu_load import CpuTimes, busy_processes
from tests.benchmarks.processes import Completed
from tests.benchmarks.results import (
    CannotRun,
    Row,
    Table,
    Target,
    UnequalWork,
    Work,
    check_same_accuracy,
    check_same_work,
)
from tests.benchmarks.rows import corruptions, folder, pages, plugins, presets, profile, start, time_to_99, train
from tests.benchmarks.timing import ratios, turns
from tests.benchmarks.worker import Worker
from tests.benchmarks.workers import onnx_format
from tests.benchmarks.workers.data_writer import DataWriter
from tests.helpers.hwr import Hwr

ROOT = Path(__file__).parents[2]
WORK = Work(parameters=101_770, epochs=15, batch_size=128, examples=900_000, recipe="adam 0.008", accuracy=0.98)
MACHINE = {
    "processor": "P", "cores": 2, "threads": 2, "load": 0.5, "system": "S", "python": "3.11",
    "versions": {"numpy": "2"}, "blas": ["openblas"], "date": "today", "others": {"a": 0.25, "b": None},
}  # fmt: skip


def printed(*results: Any) -> Any:
    console = Console(width=200, record=True, file=io.StringIO())
    report.show(results, MACHINE, console)
    return console.export_text()


def test_turns_alternate_and_the_first_round_is_not_kept() -> None:
    order = []

    def side(name: Any) -> Any:
        order.append(name)
        return len(order)

    assert turns([partial(side, "A"), partial(side, "B")], rounds=2, rest=0) == [[3, 5], [4, 6]]
    assert order == ["A", "B"] * 3


def test_a_row_compares_the_median_of_its_ratios_with_the_target() -> None:
    row = Row("epoch", values=ratios([1, 2, 9], [2, 5, 10]), target=Target(0.5))
    assert row.values == [0.5, 0.4, 0.9]
    assert (row.median, row.state) == (0.5, "met")
    assert replace(row, target=Target(0.49)).state == "missed"
    assert replace(row, target=Target(0.6, "at least")).state == "missed"
    assert replace(row, target=None).state == "measured"


@pytest.mark.parametrize(
    "change", [{"parameters": 101_780}, {"epochs": 14}, {"batch_size": 256}, {"examples": 855_000}, {"recipe": "sgd"}]
)
def test_unequal_work_is_refused(change: Any) -> None:
    check_same_work(WORK, WORK)
    with pytest.raises(UnequalWork, match=next(iter(change)).replace("_", " ")):
        check_same_work(WORK, replace(WORK, **change))


def test_accuracies_more_than_three_tenths_of_a_point_apart_are_refused() -> None:
    check_same_work(WORK, replace(WORK, accuracy=0.977))
    with pytest.raises(UnequalWork, match=r"98\.00% here, 97\.69% there"):
        check_same_work(WORK, replace(WORK, accuracy=0.9769))
    check_same_accuracy([0.98, 0.99], [0.99, 0.98])  # the means are compared, not single runs


def test_a_row_that_is_refused_can_not_run_or_fails_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measure(error: Any, conditions: Any) -> Iterator[Any]:
        yield Row("first", "1 s", "2 s", [0.5])
        raise error

    errors = {"a": UnequalWork("epochs"), "b": CannotRun("torch not installed"), "c": RuntimeError("line\nlast")}
    monkeypatch.setattr(rows, "ROWS", {name: partial(measure, error) for name, error in errors.items()})
    nothing: Any = None
    results = [result for name in errors for result in rows.measure(name, nothing)]
    states = [row.state for row in results if isinstance(row, Row)]
    assert states == [
        "measured",
        "refused",
        "measured",
        "not run",
        "measured",
        "failed",
    ]
    text = printed(*results)
    assert "a: refused: unequal work: epochs" in text
    assert "b: not run: torch not installed" in text
    assert "c: failed: RuntimeError: line last" in text
    assert text.count("0.50") == 3


def test_the_table_shows_ratio_spread_target_and_verdict() -> None:
    row = Row("epoch", "90 ms", "300 ms", [0.3, 0.2, 0.4], target=Target(0.33), remarks=("15 epochs",))
    assert report.cells(row) == ("epoch", "90 ms", "300 ms", "0.30", "0.20 .. 0.40", "<= 0.33", "met")
    assert "epoch: 15 epochs" in printed(row)


def test_the_cpu_time_of_other_processes_is_printed() -> None:
    before, after = CpuTimes(10.0, 100.0, 5.0), CpuTimes(20.0, 118.0, 13.0)
    assert after.others_since(before, cores=2) == 0.5
    assert after.others_since(replace(before, total=None), cores=2) is None
    assert "other processes took meanwhile: a 25%\n" in printed()


def test_json_holds_every_figure(tmp_path: Path) -> None:
    row = Row("epoch", values=[0.3, 0.2, 0.4], target=Target(0.33), details={"ours": [1.0]})
    report.write_json(tmp_path / "figures.json", [row], MACHINE, {"pairs": 3})
    written = json.loads((tmp_path / "figures.json").read_text())
    assert written["machine"] == MACHINE
    assert {"median": 0.3, "low": 0.2, "high": 0.4, "state": "met"}.items() <= written["rows"][0].items()


@pytest.mark.parametrize("missing", ["torch", "MNIST"])
def test_the_command_names_what_is_missing(tmp_path: Path, missing: str) -> None:
    """`torch` is hidden by a module at the front of the path; MNIST is not in an empty data directory."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as u\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'torch' else found(name, *rest)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "pytorch" if missing == "torch" else "products", "--quick"],
        env=os.environ | {"HWR_DATA_DIR": str(tmp_path), "PYTHONPATH": str(hidden) if missing == "torch" else ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    expected = {"torch": "not run: torch not installed: pip install", "MNIST": "not run: MNIST is not cached in"}
    assert expected[missing] in done.stdout


def test_the_accuracy_of_presets_is_measured_from_the_command_line(
    hwr: Hwr, mnist_folder: Path, tmp_path: Path
) -> None:
    """Presets are trained, and read corrupted images, as does the bundled model."""
    hwr("download", "--from", mnist_folder)
    names = ["presets", "corruptions", "--preset", "default", "--preset", "nobody"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *names, "--quick", "--threads", "1", "--json", tmp_path / "f.json"],
        env=hwr.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "preset nobody: not run: there is no preset nobody; there are: " in done.stdout
    presets, corrupted = json.loads((tmp_path / "f.json").read_text())["tables"]
    (training,) = presets["details"]["trainings"]
    assert presets["lines"][0][:4] == ["default", "1", *2 * [f"{training['accuracy']:.2%}"]]
    assert 0.8 < training["accuracy"] < 1
    assert [line[0] for line in corrupted["lines"]] == ["clean", *CORRUPTIONS, "mean of the corrupted"]
    assert corrupted["columns"][:5] == ["test images", "default", "default, augmented", "change", "bundled"]
    accuracies = corrupted["details"]["accuracies"]
    assert accuracies["bundled"]["clean"] > 0.98 > accuracies["bundled"]["canny edges"]


def test_names_of_groups_stand_for_their_rows_once() -> None:
    assert rows.chosen(["presets", "accuracy"]) == [
        "presets", "time-to-99", "corruptions", "crops", "reading", "forms", "pages",
    ]  # fmt: skip
    assert {row for group in rows.GROUPS.values() for row in group} == set(rows.ROWS)


def test_the_mean_accuracy_and_the_median_time_of_a_preset_are_compared_with_its_goal() -> None:
    goal = presets.Goal(seeds=3, accuracy=0.98, seconds=3)
    expected = ("own", "3", "98.00%", "97.00%", ">= 98 %", "met", "2.00 s", "9.00 s", "<= 3 s", "met")
    assert presets.line("own", [0.97, 0.98, 0.99], [1, 9, 2], goal) == expected
    missed = presets.line("own", [0.97, 0.98, 0.98], [4, 9, 2], goal)
    assert (missed[5], missed[9]) == ("missed", "missed")
    assert presets.line("own", [0.97], [1], None)[4:6] == ("", "")


def test_tables_of_one_title_are_printed_as_one() -> None:
    text = printed(*(Table("Both", ("name", "value"), ((name, "1"),), (f"of {name}",)) for name in ("first", "second")))
    assert text.count("Both") == 1
    assert "first" in text
    assert "of second" in text


@pytest.mark.parametrize(("peer", "state"), [(0.9901, "met"), (0.9899, "refused")])
def test_times_to_99_percent_are_refused_unless_both_reach_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: float, state: str
) -> None:
    def run(command: Any, environment: Any) -> Any:
        ours = "--config" in command
        figures = {"seconds": 1.0 if ours else 4.0, "accuracy": 0.9905 if ours else peer}
        return Completed(seconds=2.0, cpu_seconds=3.0, peak=1.0, private=None, output=json.dumps(figures))

    monkeypatch.setattr(time_to_99, "run", run)
    monkeypatch.setattr(time_to_99, "needs", lambda module: None)
    monkeypatch.setattr("tests.benchmarks.timing.time.sleep", lambda seconds: None)
    workspace: Any = SimpleNamespace(folder=tmp_path, mnist=tmp_path, environment={})
    results: list[Any] = list(rows.measure("time-to-99", Conditions(workspace, pairs=1, threads=1, seeds=2)))
    assert results[0].state == state
    if state == "refused":
        assert results[0].reason == "unequal work: accuracy: PyTorch reads 98.99% on the mean of 2 seeds, not 99 %"
    else:
        own, whole = (row.median for row in results[:2])
        assert (own, whole) == (0.25, 1.0)


def test_the_recipe_for_99_percent_is_valid() -> None:
    assert recipe_toml.make_recipe(recipe_toml.read(time_to_99.RECIPE)).layers


@pytest.mark.parametrize("preset", presets.installed())
def test_a_preset_is_trained_with_and_without_augmentation(preset: Any) -> None:
    given = recipe_toml.read_preset(preset)
    printed = recipe_toml.write(recipe_toml.make_recipe(given), given.get("dataset", "auto"))
    plain, augmented = (tomllib.loads(corruptions.recipe_with(printed, wanted)) for wanted in (False, True))
    assert "augment" not in plain
    assert augmented == plain | {"augment": given.get("augment", "")}


def test_the_change_by_augmentation_is_beside_it() -> None:
    names, plain = ("clean", "shot", "fog"), {"clean": 0.9, "shot": 0.8, "fog": 0.4}
    header, lines = corruptions.arranged(names, {"a": plain, "a, augmented": plain | {"fog": 0.6}, "b": plain})
    assert header == ("test images", "a", "a, augmented", "change", "b")
    assert lines[2] == ("fog", "40.00%", "60.00%", "+20.00", "40.00%")
    assert lines[3] == ("mean of the corrupted", "60.00%", "70.00%", "+10.00", "60.00%")


def test_a_failing_worker_raises_its_traceback() -> None:
    with pytest.raises(RuntimeError, match=r"nobody:Nobody(.|\n)*ModuleNotFoundError"):
        Worker("nobody:Nobody")


def test_the_groups_of_the_profile_add_up_and_exist() -> None:
    sums = profile.groups({"nn/layers/dense.py:forward": 2.0, "nn/losses.py:cost": 1.0, "elsewhere.py:new": 4.0})
    assert sums == {profile.REST: 4.0, profile.DENSE: 2.0, "loss": 1.0}
    package = Path(handwriting.__file__).parent
    for name, _ in profile.GROUPS:
        file, _, function = name.partition(":")
        assert (package / file).exists()
        assert not function or f"def {function}(" in (package / file).read_text()


def test_the_work_of_a_training_is_that_of_its_model(trained: Hwr) -> None:
    work = train.work_of(json.loads(trained("info", "--format", "json").stdout)["training"])
    expected = {"epochs": 2, "recipe": "adam:square_decay=0.95 one-cycle, batch auto", "threads": 1}
    assert work == expected | {"accuracy": work["accuracy"]}
    assert 0.5 < work["accuracy"] < 1


@pytest.mark.parametrize(("peer", "state"), [(0.9838, "met"), (0.984, "refused")])
def test_times_are_refused_if_hwr_reads_less_well(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: float, state: str
) -> None:
    recipe = {"optimizer": "adam", "schedule": "linear", "batch_size": 9}
    ours = {"history": [{}], "test": {"accuracy": 0.9825}, "threads": 1, "recipe": recipe}
    other = {"epochs": 8, "accuracy": peer, "recipe": "adam"}

    def run(command: Any, environment: Any) -> Any:
        if "info" in command:
            return Completed(0.1, 0.1, 1.0, None, json.dumps({"training": ours}))
        own = "train" in command
        return Completed(1.0 if own else 4.0, 1.0, 1.0, None, "" if own else json.dumps(other))

    monkeypatch.setattr(train, "run", run)
    monkeypatch.setattr(train, "needs", lambda module: None)
    monkeypatch.setattr("tests.benchmarks.timing.time.sleep", lambda seconds: None)
    workspace: Any = SimpleNamespace(folder=tmp_path, mnist=tmp_path, environment={})
    conditions = Conditions(workspace, pairs=1, threads=2, seeds=2)
    results: list[Any] = [*rows.measure("train", conditions), *rows.measure("busy", conditions)]
    assert [results[0].state, results[-1].state] == [state, "missed" if state == "met" else state]
    if state == "met":
        told = "hwr: 1 epochs of adam linear, batch 9, threads: 1; mean accuracy of 2 seeds 98.25%"
        assert results[0].remarks[0] == told


def test_busy_processes_end_with_their_block() -> None:
    with busy_processes(2) as processes:
        assert [process.poll() for process in processes] == [None, None]
    assert all(process.returncode for process in processes)


def test_correct_readings_are_those_that_the_names_of_the_pictures_give() -> None:
    assert folder.count_correct("/p/00000-7.png\t7\t0.99\n/p/00001-2.png\t2 1\t0.5\n/p/00002-3.png\t3\t0.9\n") == 2


def test_answers_are_compared_only_if_both_are_right() -> None:
    picture = Path("/p/00000-7.png")
    start.check_both_read(picture, "/p/00000-7.png\t7\t99.0 %\n", "7\n")
    for ours, peer in (("7", "1"), ("1", "7")):
        with pytest.raises(UnequalWork, match="the digit is 7"):
            start.check_both_read(picture, f"/p/00000-7.png\t{ours}\t99.0 %\n", f"{peer}\n")


def test_a_library_that_cannot_be_imported_is_named_with_the_cause(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken_library.py").write_text("raise RuntimeError('built for another one')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CannotRun, match="broken_library can't be imported: RuntimeError: built for another one"):
        start._check_import("broken_library")
    start._check_import("json")


def test_the_plugins_of_the_benchmark_are_listed_by_the_side_that_has_them(hwr: Hwr, tmp_path: Path) -> None:
    plugins.write_distributions(tmp_path / "site", 2)
    sides = [{"PYTHONPATH": str(tmp_path / "site")}, {}]
    for arguments, count in ((("--help",), 2), (("plugins", "list"), 8)):
        ours, peer = (completed(hwr(*arguments, environment=side).stdout) for side in sides)
        plugins.check_listed(ours, peer, count)
        with pytest.raises(UnequalWork, match=f"0 of {count} parts"):
            plugins.check_listed(peer, peer, count)


def completed(output: str) -> Completed:
    return Completed(0.1, 0.1, 1, None, output)


def test_scans_are_read_by_the_bundled_model(mnist_test: tuple[Images, Labels], tmp_path: Path, hwr: Hwr) -> None:
    writer = DataWriter.__new__(DataWriter)
    writer.images, writer.labels = mnist_test
    writer.scans(str(tmp_path / "scans"), 12)
    assert folder.count_correct(hwr("predict", "-m", "bundled", tmp_path / "scans").stdout) == 12


def test_onnx_fields_are_protocol_buffers() -> None:
    """The examples of the format's documentation."""
    assert onnx_format._integer(1, 150) == b"\x08\x96\x01"
    assert onnx_format._text(2, "testing") == b"\x12\x07testing"


def test_lines_of_a_page_are_right_if_they_are_read_in_their_order() -> None:
    assert pages.lines_right(["12", "34", "56"], ["12", "5", "56"]) == [True, False, True]
    assert pages.lines_right(["12", "34"], ["34", "12"]) == [True, False]
    assert pages.lines_right(["7", "7"], ["7"]) == [True, False]
