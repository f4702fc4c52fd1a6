"""A process for each contestant, which does one thing at a time on demand and idles while another one runs.

The two sides talk in lines of JSON. A contestant is a class in `contestants/`; its settings are the keyword arguments
of its constructor, and each of its methods is a thing that it can be asked to do.
"""

import importlib
import importlib.util
import json
import subprocess
import sys
import traceback
from types import TracebackType
from typing import Any, Self

from .comparison import CannotRun
from .processes import ROOT, environment


class Worker:
    """A contestant in a process of its own; `Worker("pytorch:Epochs", threads=2, ...)`."""

    def __init__(self, contestant: str, *, limit: int | None = None, **settings: Any) -> None:
        """Start it. `limit` sets the usual environment variables for threads, for libraries that know no other way."""
        self._name = contestant
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", contestant, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(limit),
        )
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, method: str, **arguments: Any) -> Any:
        """Return what a method of the contestant gives; raises `RuntimeError` with its traceback where it fails."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([method, arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End the process: it ends by itself when nobody can ask it any more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"it ended with status {self._process.wait()}"}
        if "error" in answer:
            raise RuntimeError(f"{self._name}: {answer['error']}")
        return answer["result"]


def needs(*modules: str) -> None:
    """Raises `CannotRun` where a peer is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotRun(f"{', '.join(missing)} not installed: pip install '.[bench]'")


def serve(contestant: str, settings: str) -> None:
    """Be the contestant: answer a line for each line, until there are no more."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer

    def answer(**content: Any) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    try:
        module, name = contestant.split(":")
        subject = getattr(importlib.import_module(f"{__package__}.contestants.{module}"), name)(**json.loads(settings))
        answer(result=None)
        for line in sys.stdin:
            method, arguments = json.loads(line)
            answer(result=getattr(subject, method)(**arguments))
    except Exception:
        answer(error=traceback.format_exc())


if __name__ == "__main__":
    serve(*sys.argv[1:])
