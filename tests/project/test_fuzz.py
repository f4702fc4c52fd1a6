"""Fuzzing for a few seconds; `python -m tests.fuzz --minutes 60` goes on as long as one likes."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handwriting.errors import DataError
from tests.fuzz.campaign import attack
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

INPUTS = 50
"""Files for each target."""


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.filterwarnings("ignore")  # as hwr does, for what libraries say of damaged files
def test_nothing_crashes(name: str) -> None:
    @settings(max_examples=INPUTS, suppress_health_check=list(HealthCheck))
    @given(TARGETS[name].inputs)
    def check(content: bytes) -> None:
        with TemporaryDirectory() as folder:
            TARGETS[name].outcome(content, Path(folder))

    check()


def test_a_campaign_finds_the_smallest_crash_and_keeps_it(tmp_path: Path) -> None:
    def use(content: bytes, folder: Path) -> None:
        if len(content) > 3 and content[1] == 7:
            raise ZeroDivisionError
        if content:
            raise DataError("refused")

    report = attack(Target(st.binary(), use), 60, seed=1, current=tmp_path / "crash")
    assert isinstance(report.crash, ZeroDivisionError)
    assert report.counts["refused"] > 0
    assert (tmp_path / "crash").read_bytes() == b"\0\7\0\0"


def test_a_campaign_without_a_crash_counts_the_files_and_keeps_none(tmp_path: Path) -> None:
    report = attack(Target(st.binary(), lambda content, folder: None), 0.2, seed=1, current=tmp_path / "crash")
    assert report.crash is None
    assert report.counts["accepted"] > 0
    assert not list(tmp_path.iterdir())


def test_an_interrupted_campaign_tells_its_counts(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def use(content: bytes, folder: Path) -> None:
        seen.append(content)
        if len(seen) == 5:
            raise KeyboardInterrupt

    report = attack(Target(st.binary(), use), 60, seed=1, current=tmp_path / "crash")
    assert report.interrupted
    assert report.counts["accepted"] == 4
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_campaign_in_the_background_can_be_ended(number: int, tmp_path: Path) -> None:
    """A shell lets the processes that it starts in the background ignore Ctrl-C."""
    ignoring = "import runpy, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    program = f"{ignoring}; runpy.run_module('tests.fuzz', run_name='__main__')"
    command = [sys.executable, "-c", program, "class-names", "--minutes", "5", "--crashes", str(tmp_path / "crashes")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as campaign:
        assert campaign.stdout
        assert campaign.stdout.readline().startswith("class-names: seed")
        time.sleep(1)
        campaign.send_signal(number)
        assert re.fullmatch(r"class-names: [\d,]+ files, .*\n", campaign.stdout.read())
    assert campaign.returncode == 130
    assert not (tmp_path / "crashes").exists()


@pytest.mark.parametrize("error", [DataError("two\nlines"), ValueError("not of hwr")])
def test_what_is_no_clear_refusal_is_a_crash(error: Exception, tmp_path: Path) -> None:
    def use(content: bytes, folder: Path) -> None:
        raise error

    with pytest.raises((AssertionError, ValueError)):
        Target(st.binary(), use).outcome(b"", tmp_path)
