"""Checking: the contract of one registered part, run where it can hurt nobody: in a process of its own, for so long.

    check (here) -> a new process (__main__.py) -> subject.py finds settings and shapes that suit the part
                 <- findings, line by line      <- contract.py lists the tests: those of `handwriting.testing`,
                                                   and those of use.py: saved and loaded, speed, and that it learns

A part that hangs, crashes or ends the process is a finding, too, and all that was found before it is kept.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from handwriting.registry.entry_points import Entry
from handwriting.testing.findings import Finding

TIME_LIMIT = 60.0
"""Seconds that all tests of a part may take together."""
SHOWN = 80
"""Characters that are shown of what a part printed."""


def check(entry: Entry, arguments: str, folder: Path, time_limit: float = TIME_LIMIT) -> list[Finding]:
    """Run every test on a part, with the settings in `arguments` ("" for its defaults), and return the findings.

    `folder` is the place of the part's files, should it be a dataset. Nothing of the part runs in this process.
    """
    with tempfile.TemporaryDirectory(prefix="hwr-check-", ignore_cleanup_errors=True) as scratch:
        place = Path(scratch)
        name = f"{entry.distribution}:{entry.name}"
        command = [sys.executable, "-X", "faulthandler", "-m", "handwriting.authoring.check_process"]
        command += [entry.kind, name, arguments, str(folder), str(place / "report")]
        with (place / "stdout").open("wb") as stdout, (place / "stderr").open("wb") as stderr:
            status = _run(command, stdout, stderr, time_limit)
        findings, running = _read(place / "report")
        if running:
            findings.append(Finding(running, False, _fate(status, time_limit, _text(place / "stderr"))))
        return [*findings, _quietness(_text(place / "stdout"))]


def _run(command: list[str], stdout: IO[bytes], stderr: IO[bytes], time_limit: float) -> int | None:
    """Return the exit status, None where time was up. Files take the output: a pipe could be kept open for ever."""
    own_group = os.name == "posix"  # so that what the part starts can be ended with it
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=own_group
    )
    try:
        return process.wait(time_limit)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if own_group:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _read(report: Path) -> tuple[list[Finding], str]:
    """Return the findings, and the name of the test that was running when the report broke off."""
    findings, running = [], "starts"
    for line in _lines(report):
        match line:
            case {"begins": str(test)}:
                running = test
            case {"test": str(test), "passed": bool(passed), "detail": str(detail)}:
                findings.append(Finding(test, passed, detail))
    return findings, running


def _lines(report: Path) -> Iterator[object]:
    for line in _text(report).splitlines():
        with contextlib.suppress(ValueError):  # the last line may be cut off
            yield json.loads(line)


def _fate(status: int | None, time_limit: float, stderr: str) -> str:
    """Say how the process ended before it had told of all tests."""
    if status is None:
        return f"not done when time was up ({time_limit:g} s; see --time-limit)"
    if status < 0:
        return f"crashes: {signal.strsignal(-status) or f'signal {-status}'}"
    said = [line for line in stderr.splitlines() if line.strip()]
    return f"ends the process with exit status {status}" + (f" ({said[-1][:SHOWN]})" if said else "")


def _quietness(printed: str) -> Finding:
    """What a part prints would stand among the results of `hwr predict --format json`."""
    said = f"prints on standard output: {printed.strip()[:SHOWN]!r}"
    return Finding("prints nothing", not printed, said if printed else "quiet")


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""
