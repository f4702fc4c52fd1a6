"""The check of a part, in a process of its own, where it can do no harm.

A part that hangs, crashes or ends its process fails the test that was running, and the results before it are kept.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from handwriting.interfaces import Shape
from handwriting.registry.entry_points import Entry
from handwriting.testing.findings import Finding

TIME_LIMIT = 60.0
"""Seconds that all tests of a part may take together."""
LONGEST_QUOTE = 80
"""Characters that are shown of the output of a part."""


def check(
    entry: Entry,
    arguments: str,
    data: Path,
    time_limit: float = TIME_LIMIT,
    shape: Shape | None = None,
    path: Sequence[Path] = (),
) -> list[Finding]:
    """Run all tests of a part with the settings `arguments` ("" for the defaults) and return their results.

    `data` is the data directory, where a dataset keeps its files, `shape` the shape of a layer's inputs if the usual
    ones do not suit it. A part that is not installed is found in the folders of `path`. No code of the part runs in
    this process.
    """
    with tempfile.TemporaryDirectory(prefix="hwr-check-", ignore_cleanup_errors=True) as scratch:
        report, stdout, stderr = (Path(scratch) / name for name in ("report", "stdout", "stderr"))
        command = [sys.executable, "-X", "faulthandler", "-m", "handwriting.authoring.check_process"]
        command += [entry.kind, f"{entry.distribution}:{entry.name}", arguments]
        command += [",".join(map(str, shape or ())), str(data), str(report)]
        with stdout.open("wb") as out, stderr.open("wb") as err:
            status = _run(command, _environment(path), out, err, time_limit)
        findings, running = _read(report)
        if running:
            findings.append(Finding(running, False, _cause_of_end(status, time_limit, _text(stderr))))
        return [*findings, _prints_nothing(_text(stdout))]


def _environment(path: Sequence[Path]) -> dict[str, str]:
    """Return the variables of the new process, which imports from the folders of `path` first."""
    variables = dict(os.environ)
    if path:
        before = [variables["PYTHONPATH"]] if variables.get("PYTHONPATH") else []
        variables["PYTHONPATH"] = os.pathsep.join([*map(str, path), *before])
        variables.pop("HWR_PLUGINS", None)  # what is checked is meant to be used
    return variables


def _run(
    command: list[str], environment: dict[str, str], stdout: IO[bytes], stderr: IO[bytes], time_limit: float
) -> int | None:
    """Return the exit status, None if it was stopped at the time limit.

    The output goes to files, since the part might start a process that keeps a pipe open for ever.
    """
    own_group = os.name == "posix"  # so that processes that the part starts are ended, too
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=own_group
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
    """Return the results in a report, and the name of the test that was running when it ended, "" if it is complete."""
    findings, running = [], "starts"
    for line in _text(report).splitlines():
        with contextlib.suppress(ValueError):  # the last line may be cut off
            match json.loads(line):
                case {"begins": str(test)}:
                    running = test
                case {"test": str(test), "passed": bool(passed), "detail": str(detail)}:
                    findings.append(Finding(test, passed, detail))
    return findings, running


def _cause_of_end(status: int | None, time_limit: float, stderr: str) -> str:
    """Say how the process ended before its report was complete."""
    if status is None:
        return f"not done when time was up ({time_limit:g} s; see --time-limit)"
    if status < 0:
        return f"crashes: {signal.strsignal(-status) or f'signal {-status}'}"
    lines = [line for line in stderr.splitlines() if line.strip()]
    return f"ends the process with exit status {status}" + (f" ({lines[-1][:LONGEST_QUOTE]})" if lines else "")


def _prints_nothing(printed: str) -> Finding:
    """What a part prints would mix with the results of `hwr predict --format json`."""
    quote = f"prints on standard output: {printed.strip()[:LONGEST_QUOTE]!r}"
    return Finding("prints nothing", not printed, quote if printed else "silent")


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""
