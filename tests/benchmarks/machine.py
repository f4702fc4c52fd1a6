"""Where and with what it was measured."""

import os
import platform
import time
from importlib import metadata
from typing import Any

from .worker import Worker

LIBRARIES = ("handwriting", "numpy", "torch", "scikit-learn", "onnxruntime", "pillow", "click")


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe(threads: int) -> dict[str, Any]:
    """Return processor, cores, system, versions, BLAS (as hwr uses it), load and date."""
    with Worker("hwr:Defaults", threads=threads) as worker:
        blas = worker.ask("blas")
    return {
        "processor": _processor(),
        "cores": usable_cores(),
        "threads": threads,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version for name in LIBRARIES if (version := _version(name))},
        "blas": blas,
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
