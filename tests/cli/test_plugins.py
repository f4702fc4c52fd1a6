"""`hwr plugins`: listing imports nothing, and checking says what is wrong."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from handwriting import __version__
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import ACTIVATION, LAYER, Site, run
from tests.helpers.terminal import lines_on_terminal, too_long
from tests.project.test_imports import HEAVY, loaded_by

SOFT = ACTIVATION.format(name="Soft")


@pytest.fixture
def site(tmp_path: Path) -> Any:
    return Site(tmp_path / "site")


@pytest.fixture
def plugins(hwr: Hwr, site: Site, shared_data: Path) -> Any:
    """`hwr plugins ...` as it is run beside what `site` holds."""
    hwr.data.mkdir()
    (hwr.data / "datasets").symlink_to(shared_data / "datasets")

    def plugins(*arguments: Any, status: int = 0, cwd: Path | None = None) -> Any:
        return hwr("plugins", *arguments, status=status, environment={"PYTHONPATH": str(site.folder)}, cwd=cwd)

    return plugins


def listed(plugins: Any, name: Any) -> Any:
    return [row for row in json.loads(plugins("list", "--format", "json").stdout) if row["name"] == name]


def test_the_list_tells_where_each_comes_from_and_what_it_does(plugins: Any, site: Site) -> None:
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    (row,) = listed(plugins, "soft")
    assert row == {"kind": "activation", "name": "soft", "distribution": "soft-things", "version": "1.0",
                   "value": "soft_plugin:Soft", "summary": "z / (scale + |z|).", "marks": []}  # fmt: skip
    assert "max(z, 0)" in listed(plugins, "relu")[0]["summary"]
    lines = plugins().stdout.splitlines()
    assert lines[0].split() == ["kind", "name", "distribution", "version", "about"]
    assert "activation soft soft-things 1.0 z / (scale + |z|)." in [" ".join(line.split()) for line in lines]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [120, 80, 40])
def test_on_a_terminal_the_list_is_grouped_and_complete(hwr: Hwr, plugins: Any, site: Site, columns: int) -> None:
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    lines = lines_on_terminal(hwr, "plugins", "list", columns=columns, PYTHONPATH=str(site.folder))
    assert too_long(lines, columns) == []
    headings = [line for line in lines if not line.startswith((" ", "next: "))]
    assert headings == [
        "activations, built in", "activations, from soft-things 1.0", "commands, built in", "datasets, built in",
        "initializers, built in", "layers, built in", "losses, built in", "optimizers, built in", "schedules, built in",
    ]  # fmt: skip
    text = " ".join(" ".join(lines).split())
    assert "handwriting" not in text
    for part in json.loads(plugins("list", "--format", "json").stdout):
        assert f"{part['name']} {part['summary']}" in text


def test_elsewhere_the_list_has_a_line_with_five_columns_for_each_part(plugins: Any) -> None:
    for part, line in zip(
        json.loads(plugins("list", "--format", "json").stdout), plugins("list").stdout.splitlines()[1:], strict=True
    ):
        columns = [part[name] for name in ("kind", "name", "distribution", "version", "summary")]
        assert line.split(maxsplit=4) == columns


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_docstring_is_wrapped_at_words_and_its_formulas_are_not_joined(hwr: Hwr) -> None:
    lines = lines_on_terminal(hwr, "plugins", "show", "adam", columns=60)
    assert "Steps of about the same size for all parameters: the mean" in lines
    assert "    v' = v / (1 - b2^t)" in lines
    assert "settings" in lines


def test_json_can_be_asked_for_before_or_behind_the_command(plugins: Any) -> None:
    written = plugins("--format", "json").stdout
    assert written == plugins("list", "--format", "json").stdout == plugins("--format", "json", "list").stdout
    assert json.loads(written)


def test_clashes_and_stale_metadata_are_marked(plugins: Any, site: Site) -> None:
    for distribution in ("first", "second"):
        module = f"{distribution}_plugin"
        site.install(distribution, {"activations": {"soft": f"{module}:Soft"}}, {module: SOFT})
    site.install("bold", {"activations": {"relu": "bold_plugin:Soft"}}, {"bold_plugin": SOFT})
    site.install("gone", {"layers": {"gone": "gone_plugin.inner:Gone"}})
    assert [row["marks"] for row in listed(plugins, "soft")] == [
        ["clash with second: write first:soft"],
        ["clash with first: write second:soft"],
    ]
    marks = {row["distribution"]: row["marks"] for row in listed(plugins, "relu")}
    assert marks == {"handwriting": [], "bold": ["clash with hwr itself: write bold:relu"]}
    assert listed(plugins, "gone")[0]["marks"] == ["stale: there is no module 'gone_plugin.inner'"]
    assert "! stale: there is no module 'gone_plugin.inner'" in plugins("list").stdout


DAMAGED: dict[str, dict[str, Any]] = {
    "no METADATA": {"metadata": None},
    "an empty name": {"metadata": "Metadata-Version: 2.1\nName: \nVersion: 1.0\n"},
    "no name": {"metadata": "Metadata-Version: 2.1\n"},
    "no encoding": {"metadata": b"Name: \xff\xfe\n"},
    "no version": {"version": None},
    "an odd version": {"version": "latest"},
    "an odd name": {"metadata": "Metadata-Version: 2.1\nName: so;ft\nVersion: 1.0\n"},
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_metadata_is_marked_and_breaks_nothing(plugins: Any, site: Site, case: str) -> None:
    site.install("damaged", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT}, **DAMAGED[case])
    advice = "its metadata lacks a name and version that pip knows: install or uninstall it again"
    assert listed(plugins, "soft")[0]["marks"] == [f"unusable: {advice}"]
    assert "max(z, 0)" in plugins("show", "relu").stdout
    assert f"can't be used: {advice}" in plugins("show", "soft", status=1).stderr


@pytest.mark.parametrize("content", [b"[handwriting.layers]\nno entry point\n", b"[handwriting.layers]\n\xff = \xfe\n"])
def test_a_damaged_list_of_entry_points_is_marked(plugins: Any, site: Site, content: bytes) -> None:
    (site.install("damaged", "") / "entry_points.txt").write_bytes(content)
    (row,) = listed(plugins, "?")
    assert (row["distribution"], row["version"]) == ("damaged", "1.0")
    assert row["marks"] == ["unusable: the list of what it registers is damaged: install or uninstall it again"]
    assert "max(z, 0)" in plugins("show", "relu").stdout


@pytest.mark.parametrize("version", ["0.0.1", "9.9"])
def test_built_in_parts_are_found_beside_another_distribution_of_the_same_name(
    plugins: Any, hwr: Hwr, site: Site, version: str
) -> None:
    points = {"activations": {"relu": "soft_plugin:Soft", "tanh": "handwriting.old:Tanh", "mine": "soft_plugin:Soft"}}
    site.install("handwriting", points, {"soft_plugin": SOFT}, version=version)
    assert "max(z, 0)" in plugins("show", "relu").stdout
    assert "tanh" in plugins("show", "tanh").stdout
    assert "another distribution called handwriting, which must be uninstalled" in plugins("list").stdout
    assert "must be uninstalled" in plugins("show", "mine", status=1).stderr
    assert "trained" in hwr("info", "bundled", environment={"PYTHONPATH": str(site.folder)}).stdout


def test_one_name_twice_in_a_distribution_gets_advice_that_can_be_followed(plugins: Any, site: Site) -> None:
    twice = "[handwriting.activations]\nsoft = one:Soft\nsoft = two:Soft\n"
    site.install("soft-things", twice, {"one": SOFT, "two": SOFT})
    told = plugins("show", "soft", status=1).stderr
    assert "soft-things 1.0 registers the activation 'soft' twice, as one:Soft and two:Soft: its author must" in told
    marks = [row["marks"][0] for row in listed(plugins, "soft")]
    assert marks == [
        f"clash with {other}:Soft of the same distribution: its author must rename one" for other in ("two", "one")
    ]


@pytest.mark.parametrize("name", ["conv2d:16", "a+b", "a,b", "two words", "--all"])
def test_a_name_that_can_not_be_typed_is_told_to_its_author(plugins: Any, site: Site, name: str) -> None:
    site.install("odd", {"layers": {name: "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    advice = f"{name!r} can't be typed: its author must choose a name of letters, digits, - and _"
    assert listed(plugins, name)[0]["marks"] == [f"unusable: {advice}"]
    assert advice in plugins("show", "--", name, status=1).stderr


@pytest.mark.parametrize("value", ["soft_plugin", "soft plugin:Soft", ":Soft", "soft_plugin:", ".soft:Soft", "a:b:c"])
def test_a_bad_entry_point_is_told_as_what_it_is(plugins: Any, site: Site, value: str) -> None:
    site.install("odd", {"activations": {"soft": value}}, {"soft_plugin": SOFT})
    advice = f"{value!r} does not have the form module:Class: its author must correct the entry point"
    assert listed(plugins, "soft")[0]["marks"] == [f"unusable: {advice}"]
    assert advice in plugins("show", "soft", status=1).stderr


def test_show_takes_a_distribution_and_a_kind(plugins: Any, site: Site) -> None:
    points = {"activations": {"soft": "soft_plugin:Soft"}, "layers": {"soft": "soft_layer:Soft"}}
    layer = LAYER.format(name="Soft")
    site.install("soft-things", points, {"soft_plugin": SOFT, "soft_layer": layer}, version="1.2")
    first, *parts = plugins("show", "Soft.Things").stdout.splitlines()
    assert first == "soft-things 1.2"
    assert [" ".join(line.split()[:2]) for line in parts] == ["activation 'soft'", "layer 'soft'"]
    both = plugins("show", "soft").stdout
    assert "activation 'soft' from" in both
    assert "layer 'soft' from" in both
    assert "activation" not in plugins("show", "soft", "--kind", "layer").stdout
    assert "layer 'soft'" in plugins("check", "soft", "--kind", "layer", status=1).stdout  # it learns too little
    assert "did you mean layer?" in plugins("show", "soft", "--kind", "leyer", status=2).stderr


@pytest.mark.parametrize(
    "source", ["raise SystemExit", "def odd(:", "\0", "(" * 500, "# coding: nonsense\n", "x = 1", "#" * 400_000]
)
def test_odd_sources_are_listed_without_a_summary(plugins: Any, site: Site, source: str) -> None:
    site.install("odd", {"activations": {"odd": "odd_plugin:Odd"}}, {"odd_plugin": source})
    assert listed(plugins, "odd")[0]["summary"] == ""


@pytest.mark.parametrize("arguments", [["plugins"], ["plugins", "list", "--format", "json"], ["plugins", "--help"]])
def test_listing_loads_neither_numpy_nor_any_plugin(site: Site, arguments: Any) -> None:
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    loaded = loaded_by(
        f"from handwriting.cli.main import hwr\ntry:\n    hwr({arguments!r})\nexcept SystemExit:\n    pass",
        PYTHONPATH=str(site.folder),
    )
    assert loaded & (HEAVY | {"soft_plugin"}) == set()


@pytest.mark.parametrize("arguments", [["plugins", "list"], ["--help"]])
def test_of_fifty_plugins_none_is_imported(tmp_path: Path, arguments: Any) -> None:
    """How long it takes is measured by hand: a timed test would be a test of the machine."""
    site = Site(tmp_path / "site")
    for i in range(50):
        site.install(f"soft-{i}", {"activations": {f"soft{i}": f"soft_{i}:Soft"}}, {f"soft_{i}": SOFT})
    loaded = loaded_by(
        f"from handwriting.cli.main import hwr\ntry:\n    hwr({arguments!r})\nexcept SystemExit:\n    pass",
        PYTHONPATH=str(site.folder),
    )
    assert loaded & (HEAVY | {f"soft_{i}" for i in range(50)}) == set()
    listed = run(
        "from handwriting.registry import entry_points; print(*(e.name for e in entry_points.entries()))",
        PYTHONPATH=str(site.folder),
    )
    assert {f"soft{i}" for i in range(50)} <= set(listed.stdout.split())


def test_show_describes_a_part_and_its_settings(plugins: Any, site: Site) -> None:
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    shown = plugins("show", "soft").stdout
    assert "activation 'soft' from soft-things 1.0" in shown
    assert "z / (scale + |z|)." in shown
    assert "\nsettings\n  scale: float = 1.0\n" in shown
    assert "no settings" in plugins("show", "relu").stdout


def test_what_can_not_be_shown_is_told_in_one_line(plugins: Any, site: Site) -> None:
    site.install("sad", {"layers": {"sad": "sad_plugin:Sad"}}, {"sad_plugin": "raise SystemExit(0)"})
    for name, status, words in (("sad", 1, "sad 1.0 can't be imported"), ("rleu", 2, "did you mean relu")):
        told = plugins("show", name, status=status).stderr
        assert words in told
        assert told.count("\n") == 1


def test_check_is_a_table_with_an_exit_status(plugins: Any, site: Site) -> None:
    wrong = SOFT.replace("return gradient * self.scale", "return 2 * gradient * self.scale")
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": wrong})
    told = plugins("check", "soft", status=1).stdout
    assert told.startswith("activation 'soft' from soft-things 1.0\n")
    assert "gradient at inference   FAILS  the gradient of the inputs at" in told
    assert "4 of 23 tests fail" in told
    assert "all 23 tests pass" in plugins("check", "relu").stdout


def test_check_all_tells_of_broken_ones_and_goes_on(plugins: Any, site: Site) -> None:
    assert plugins("check", "--all").stdout == "no plugins are installed: everything is built in\n"
    site.install("sad", {"layers": {"sad": "sad_plugin:Sad"}}, {"sad_plugin": "raise ImportError('lost')"})
    site.install("soft-things", {"activations": {"soft": "soft_plugin:Soft"}}, {"soft_plugin": SOFT})
    found = json.loads(plugins("check", "--all", "--format", "json", status=1).stdout)
    assert {part["name"]: part["passed"] for part in found} == {"sad": False, "soft": True}
    (fault,) = (finding for part in found for finding in part["findings"] if not finding["passed"])
    assert "sad 1.0 can't be imported" in fault["detail"]


def test_a_file_and_a_folder_are_checked_before_they_are_installed(plugins: Any, tmp_path: Path) -> None:
    (tmp_path / "soft_things.py").write_text(SOFT)
    told = plugins("check", "soft_things.py:0.5", cwd=tmp_path).stdout
    assert told.startswith("activation 'soft' from soft-things 0\n")
    assert "soft-things:soft:0.5" in told or "soft:0.5" in told
    plugins("new", "soft-clip", "--kind", "activation", "--into", tmp_path)
    assert "all 23 tests pass" in plugins("check", tmp_path / "handwriting-soft-clip").stdout
    refused = plugins("check", tmp_path / "none.py", status=2).stderr
    assert "none.py can't be read: No such file" in refused
    assert refused.count("\n") == 1


def test_check_takes_the_shape_of_the_inputs(plugins: Any) -> None:
    assert "accepts 14x14x4" in plugins("check", "max-pool", "--shape", "14,14,4").stdout
    for name, shape, words in (("dense", "7,x", "as in 28,28,1"), ("dense", "9999,9999", "more than 100,000 numbers"),
                               ("adam", "7", "--shape is for layers")):  # fmt: skip
        told = plugins("check", name, "--shape", shape, status=2).stderr
        assert words in told
        assert told.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_check_that_is_ended_leaves_no_process(hwr: Hwr, site: Site, tmp_path: Path, number: int) -> None:
    source = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}\\n')\ntime.sleep(600)\n"
    )
    site.install("odd-things", {"activations": {"odd": "odd_plugin:Odd"}}, {"odd_plugin": source})
    command = [sys.executable, "-m", "handwriting", "plugins", "check", "odd"]
    process = subprocess.Popen(
        command, env=hwr.environment() | {"PYTHONPATH": str(site.folder)}, stderr=subprocess.PIPE
    )
    pids = wait_for(
        lambda: (tmp_path / "pids").read_text().split("\n")[0].split() if (tmp_path / "pids").exists() else []
    )
    process.send_signal(number)
    assert process.wait(30) == 128 + number
    assert process.stderr is not None
    process.stderr.close()
    wait_for(lambda: not any(is_running(int(pid)) for pid in pids))


def wait_for(condition: Any) -> Any:
    """Return what a condition gives once it is true; it fails after half a minute."""
    deadline = time.monotonic() + 30
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie, which nobody but its parent can take away."""
    state = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.mark.parametrize("arguments", [(), ("relu", "--all"), ("relu", "--time-limit", "0")])
def test_check_needs_to_know_what(plugins: Any, arguments: Any) -> None:
    plugins("check", *arguments, status=2)


def test_a_name_of_nothing_is_wrong_usage(plugins: Any) -> None:
    assert "did you mean relu" in plugins("check", "rleu:1", status=2).stderr
    assert "Did you mean 'list'?" in plugins("lst", status=2).stderr
    assert "use small letters" in plugins("new", "Soft Clip", "--kind", "layer", status=2).stderr


def test_new_says_where_it_is_and_what_comes_next(plugins: Any, tmp_path: Path) -> None:
    done = plugins("new", "soft-clip", "--kind", "activation", "--into", tmp_path)
    folder = tmp_path / "handwriting-soft-clip"
    assert done.stdout == f"{folder}\n"
    assert f"pip install -e {folder}" in done.stderr
    assert "hwr train --activation soft-clip" in done.stderr
    assert f'dependencies = ["handwriting>={__version__}"]' in (folder / "pyproject.toml").read_text()
    assert "exists" in plugins("new", "soft-clip", "--kind", "layer", "--into", tmp_path, status=1).stderr
