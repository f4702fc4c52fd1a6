"""`hwr draw` under many clients for long: how late its answers are, how many fail, and whether its memory grows."""

import statistics
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..conditions import Conditions
from ..processes import environment, hwr, resident_memory
from ..results import CannotRun, Row, Target
from ..timing import mebibytes, seconds
from ..worker import Worker, needs

CLIENTS = 50
PAUSE = 1.0
"""Seconds for which a client waits after each answer, on average."""
SECONDS, QUICK_SECONDS = 600.0, 20.0
"""Time of the measurement, behind some seconds in which models and libraries are loaded."""
WARM_UP = 5.0
GROWTH = Target(1.1)
"""Limit for the memory in the end, as a multiple of that at the start."""


def soak(conditions: Conditions) -> Iterator[Row]:
    """50 clients, each of which draws about once a second for ten minutes, and the bundled model."""
    needs("starlette", "uvicorn")
    time = QUICK_SECONDS if conditions.quick else SECONDS
    with _served(conditions) as (server, address), Worker("draw_clients:Clients", address=address) as clients:
        clients.call("draw", clients=CLIENTS, seconds=WARM_UP, pause=PAUSE)
        before = resident_memory(server.pid)
        answers = clients.call("draw", clients=CLIENTS, seconds=time, pause=PAUSE)
        after = resident_memory(server.pid)
    latencies = answers["latencies"]
    if len(latencies) < 2:
        raise RuntimeError(f"nearly nothing was answered: {answers['errors'][:3]}")
    what = f"hwr draw, {CLIENTS} clients for {time:g} s"
    remarks = (f"{len(latencies):,} drawings, answered by one process", *sorted(set(answers["errors"]))[:3])
    yield _late(f"{what}: p50", latencies, 50, None)
    yield _late(f"{what}: p99", latencies, 99, Target(1.0), remarks)
    yield Row(f"{what}: errors", str(len(answers["errors"])), "", [len(answers["errors"])], "errors", Target(0))
    yield Row(f"{what}: misread", str(answers["misread"]), "", [answers["misread"]], "drawings", Target(0))
    remark = "with the processes that decode large pictures, of which there are none here"
    yield Row(
        f"{what}: memory of the server", mebibytes([after]), mebibytes([before]), [after / before], "", GROWTH,
        remarks=(f"left in the end, right at the start; {remark}",), details={"MiB": [before, after]},
    )  # fmt: skip


@contextmanager
def _served(conditions: Conditions) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `hwr draw`, and yield its process and its URL. Raises `CannotRun` if it does not start."""
    command = hwr("draw", "--no-browser", "bundled")
    variables = environment(HWR_DATA_DIR=str(conditions.workspace.folder / "draw"))
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            if not address:
                raise CannotRun("hwr draw does not start")
            yield server, address
        finally:
            server.kill()


def _late(
    what: str, latencies: Sequence[float], percent: int, target: Target | None, remarks: tuple[str, ...] = ()
) -> Row:
    """Return the row of a percentile of the latencies, in seconds."""
    late = statistics.quantiles(latencies, n=100)[percent - 1]
    return Row(what, seconds([late]), "", [late], "s", target, remarks=remarks)
