"""`hwr sweep` as users run it, with worker processes on this machine."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import filelock
import pytest
from click.testing import CliRunner

from handwriting.cli.main import hwr

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def test_the_winner_is_trained_again_by_its_recipe_and_the_page_tells_all(
    sweep: Any, settings: Any, in_folder: Path
) -> None:
    done = sweep("--trials", 12, *settings, "epochs=2", "--format", "json")
    found = json.loads(done.stdout)
    assert len(re.findall(r"^trial \d+ ", done.stderr, re.MULTILINE)) == 12
    accuracies = [trial["accuracy"] for trial in found["trials"] if trial["accuracy"] is not None]
    assert found["best"]["accuracy"] == max([*accuracies, found["base"]["accuracy"]])
    assert found["beats_base"] == (found["best"]["accuracy"] > found["base"]["accuracy"])
    assert found["importance"].keys() == {"hidden", "learning_rate", "activation"}
    assert all(4 <= trial["values"]["hidden"] <= 16 for trial in found["trials"])

    assert found["command"] == "hwr train --config sweep/best.toml"
    trained = CliRunner().invoke(hwr, [*found["command"].split()[1:], "-o", "again.safetensors", "--format", "json"])
    again = json.loads(trained.stdout)
    kept = [epoch["accuracy"] for epoch in again["history"] if epoch["kept"]]
    assert (kept[-1], again["accuracy"]) == (found["best"]["accuracy"], found["test"]["accuracy"])

    page = Path(found["report"]).read_text("utf-8")
    assert page.count('<th scope="row">trial ') == 12
    assert found["command"] in page
    if CHROMIUM is None:
        pytest.skip("no chromium is installed, which would open the page")
    assert complaints(in_folder / found["report"]) == []


def complaints(page: Path) -> list[str]:
    """What the browser writes to its console when it opens a page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                 f"--user-data-dir={profile}", "--enable-logging=stderr", "--dump-dom"]  # fmt: skip
        done = subprocess.run([str(CHROMIUM), *flags, page.as_uri()], capture_output=True, text=True, timeout=60)
    assert "Sweep of 12 trials" in done.stdout
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_the_same_command_goes_on_and_the_test_set_is_not_read_again(
    sweep: Any, settings: Any, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sweep("--trials", 2, *settings, "epochs=1", "--workers", 1)
    model = in_folder / "sweep" / "best.safetensors"
    before = model.stat().st_mtime_ns
    monkeypatch.setattr("handwriting.training.session.Session.result", None)  # can't be called
    again = sweep("--trials", 2, *settings, "epochs=1")
    assert again.stdout == first.stdout
    assert "2 of 2 trials have ended before" in again.stderr
    assert model.stat().st_mtime_ns == before


def test_a_killed_worker_an_interruption_and_a_killed_sweep_lose_no_finished_trial(
    start: Any, settings: Any, in_folder: Path, stored: Any
) -> None:
    arguments = (*settings, "epochs=20", "--workers", 2, "--trials", 7)
    database = in_folder / "sweep" / "trials.db"

    sweep = start(*arguments)
    sweep.wait_for("trial 0 ")
    os.kill(sweep.workers()[0], signal.SIGKILL)
    assert "its worker was killed by signal 9" in sweep.wait_for("is lost")
    sweep.wait_for("trial ")
    os.killpg(sweep.process.pid, signal.SIGINT)  # as a terminal does
    sweep.end(130)
    assert "are kept in sweep/trials.db: give the same command to go on" in sweep.messages[-1]
    after_interruption = finished(stored(database))
    assert len(after_interruption) >= 2

    sweep = start(*arguments)
    sweep.wait_for("trial ")
    workers = sweep.workers()
    sweep.kill()
    after_kill = finished(stored(database))
    assert after_interruption.items() < after_kill.items()

    sweep = start(*arguments)
    assert "trials    " in sweep.end(0)
    in_the_end = stored(database)
    assert after_kill.items() < finished(in_the_end).items()
    assert {state for state, _ in in_the_end.values()} <= {"COMPLETE", "PRUNED"}
    assert sorted(in_the_end) == list(range(7))
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def finished(trials: dict[int, tuple[str, Any]]) -> dict[int, tuple[str, Any]]:
    return {number: (state, ended) for number, (state, ended) in trials.items() if ended is not None}


def test_a_full_disk_keeps_what_is_finished(
    sweep: Any, start: Any, settings: Any, in_folder: Path, stored: Any
) -> None:
    database = in_folder / "sweep" / "trials.db"
    arguments = (*settings, "epochs=1", "--workers", 1, "--trials")
    sweep(*arguments, 1)
    stopped = start(*arguments, 100, limit=database.stat().st_size // 1024 + 2)
    stopped.end(1)
    assert "the finished trials are kept" in stopped.messages[-1]
    kept = finished(stored(database))
    assert kept
    sweep(*arguments, len(kept) + 1)
    assert kept.items() < finished(stored(database)).items()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["hiden=4..8"], 2, "did you mean hidden"),
        (["hidden=8..4"], 2, "ends above its beginning"),
        (["activation=relu,gelo"], 2, "did you mean gelu"),
        (["hidden=4..8", "--storage", "nonsense"], 2, "no URL of a database"),
        (["hidden=4..8", "--storage", "sqlite:////nowhere/x.db"], 1, "is there such a folder"),
        (["hidden=4..8", "--storage", "postgresql://me:secret@127.0.0.1:1/x"], 1, "me:***@"),
        (["hidden=4..8", "-o", "file"], 2, "'file' is a file"),
        (["hidden=4..8", "--scheduler", "nonsense://x"], 1, "no Dask scheduler answers at nonsense://x"),
    ],
)
def test_bad_input_is_told_in_one_line(
    sweep: Any, in_folder: Path, arguments: list[str], status: int, words: str
) -> None:
    (in_folder / "file").write_text("")
    done = sweep(*arguments, status=status)
    assert words in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("content", [b"no database at all, but a file of some bytes" * 9, b"SQLite format 3\0" * 400])
def test_a_damaged_storage_is_told_in_one_line(sweep: Any, settings: Any, in_folder: Path, content: bytes) -> None:
    (in_folder / "sweep").mkdir()
    (in_folder / "sweep" / "trials.db").write_bytes(content)
    assert "can't open the storage sweep/trials.db" in sweep(*settings, status=1).stderr
    assert (in_folder / "sweep" / "trials.db").read_bytes() == content


def test_another_search_in_the_same_folder_is_refused(sweep: Any, settings: Any, in_folder: Path) -> None:
    sweep("--trials", 1, *settings, "epochs=1", "--workers", 1)
    refused = sweep("--trials", 1, *settings, "epochs=2", status=1)
    assert "holds a sweep with another base recipe (it searches hidden=4..16 learning-rate=0.001..0.1" in refused.stderr


def test_a_second_sweep_in_the_same_folder_is_refused(sweep: Any, settings: Any, in_folder: Path) -> None:
    (in_folder / "sweep").mkdir()
    with filelock.FileLock(in_folder / "sweep" / ".lock"):
        assert "another sweep runs in sweep" in sweep(*settings, status=1).stderr


def test_a_study_of_something_else_is_refused(sweep: Any, settings: Any, in_folder: Path) -> None:
    import optuna

    optuna.create_study(storage="sqlite:///x.db", study_name="other", direction="minimize")
    refused = sweep("--storage", "sqlite:///x.db", "--study", "other", *settings, status=1)
    assert "x.db holds a study 'other' that is no sweep of hwr" in refused.stderr


def test_hostile_text_of_a_study_reaches_no_terminal(sweep: Any, settings: Any, in_folder: Path) -> None:
    import optuna

    study = optuna.create_study(storage="sqlite:///x.db", study_name="sweep")
    study.set_user_attr("sweep", {"space": {"hidden": "\x1b]0;owned\x07"}})
    refused = sweep("--storage", "sqlite:///x.db", *settings, status=1)
    assert "owned" in refused.stderr
    assert "\x1b" not in refused.stderr
