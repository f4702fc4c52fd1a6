"""A process for each side of a comparison, which does one thing at a time on demand and idles while another one runs.

What runs in the process is an object of a class in `workers/`: the settings are the keyword arguments of its
constructor, and its methods can be called. Arguments and results are plain numbers, text, lists and dicts.
"""

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Self

from .processes import environment
from .results import CannotRun


class Worker:
    """An object in a process of its own; `Worker("pytorch:Training", threads=2, ...)`."""

    def __init__(self, name: str, **settings: Any) -> None:
        """Start the process and construct the object."""
        self._name = name
        self._process = ProcessPoolExecutor(1, get_context("spawn"))
        try:
            self._run(_construct, name, settings)
        except BaseException:
            self._process.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.shutdown()

    def call(self, method: str, **arguments: Any) -> Any:
        """Return what a method of the object returns; raise `RuntimeError` with the traceback if it fails."""
        return self._run(_call, method, arguments)

    def _run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return self._process.submit(function, *arguments).result()
        except Exception as error:
            raise RuntimeError(f"{self._name}: {''.join(traceback.format_exception(error))}") from error


def needs(*modules: str) -> None:
    """Raise `CannotRun` if a library is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise CannotRun(f"{', '.join(missing)} not installed: pip install '.[bench]'")


_object: Any = None
"""The object of this process, if it is a worker's."""


def _construct(name: str, settings: dict[str, Any]) -> None:
    global _object
    clean = environment()
    os.environ.clear()
    os.environ.update(clean)  # before NumPy is imported, which reads the number of threads
    sys.stdout = sys.stderr
    module, _, class_name = name.partition(":")
    _object = getattr(importlib.import_module(f"{__package__}.workers.{module}"), class_name)(**settings)


def _call(method: str, arguments: dict[str, Any]) -> Any:
    return getattr(_object, method)(**arguments)
