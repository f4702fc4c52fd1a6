"""The command line as users reach it: `hwr` as a process."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers import warm_process

QUICK = ("--dataset", "strokes", "--epochs", "2", "--hidden", "32", "--threads", "1")
"""Options of `hwr train` for a training of a second."""
SECONDS = 120.0
"""Longest time that a command may take."""


@dataclass(frozen=True)
class Hwr:
    """`hwr` with its own data directory."""

    data: Path

    def __call__(
        self,
        *arguments: object,
        status: int = 0,
        stdin: str | bytes | None = None,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        fresh: bool = False,
    ) -> subprocess.CompletedProcess[Any]:
        """Run it and check its exit status; its output is text unless `stdin` is bytes.

        `fresh` starts Python anew, as needed if PYTHONPATH hides a module that the warm process has imported.
        """
        done: Any
        words, variables = [str(word) for word in arguments], self.environment() | dict(environment or {})
        content = stdin if isinstance(stdin, bytes) else (stdin or "").encode()
        python_variables = {name for name in environment or () if name.startswith("PYTHON")}
        if sys.platform == "linux" and not fresh and python_variables <= {"PYTHONPATH"}:
            done = warm_process.run(words, content, variables, cwd or Path.cwd(), SECONDS)
        else:
            command = [sys.executable, "-m", "handwriting", *words]
            done = subprocess.run(command, input=content, capture_output=True, env=variables, cwd=cwd, timeout=SECONDS)
        if not isinstance(stdin, bytes):
            done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in str(done.stderr)
        return done

    def environment(self) -> dict[str, str]:
        """Return this process's environment without what a developer's shell may set for hwr."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HWR_", "COLUMNS", "NO_COLOR"))}
        return kept | {"HWR_DATA_DIR": str(self.data), "PYTHONIOENCODING": "utf-8"}
