"""How much longer `hwr --help` and `hwr plugins list` take beside many plugins, which neither of them imports."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..conditions import Conditions
from ..processes import ROOT, Completed, environment, hwr, run
from ..results import Row, Target, UnequalWork, compare
from ..timing import turns
from .start import MORE_TURNS

DISTRIBUTIONS = 50
LIMIT = 1.3
"""The most that they may take, as a multiple of the time without plugins."""
PARTS = {
    "activations": "handwriting-softsign/handwriting_softsign.py:Softsign",
    "layers": "handwriting-layer-norm/handwriting_layer_norm.py:LayerNorm",
    "optimizers": "handwriting-lion/handwriting_lion.py:Lion",
    "commands": "examples/count.py:count",
}
"""What each of them registers: copies of plugins of this repository, by the groups of entry points."""


def plugins(conditions: Conditions) -> Iterator[Row]:
    """The help text and the list beside 50 distributions of four parts each, compared with none; caches are warm."""
    site = conditions.workspace.folder / "many-plugins"
    write_distributions(site, DISTRIBUTIONS)
    for arguments, mentions in ((("--help",), DISTRIBUTIONS), (("plugins", "list"), len(PARTS) * DISTRIBUTIONS)):
        with_all, with_none = (
            partial(run, hwr(*arguments), environment(PYTHONPATH=path, HWR_DATA_DIR=str(site / "data")))
            for path in (str(site), "")
        )
        ours, peer = turns([with_all, with_none], conditions.pairs * MORE_TURNS)
        check_listed(ours[-1], peer[-1], mentions)
        what = f"plugins: hwr {' '.join(arguments)}, {DISTRIBUTIONS} distributions, none"
        yield compare(what, _seconds(ours), _seconds(peer), Target(LIMIT))


def write_distributions(site: Path, count: int) -> None:
    """Write into a new folder what pip would leave there of `count` distributions."""
    site.mkdir()
    for number in range(count):
        info = site / f"many_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: many-{number}\nVersion: 1.0\n")
        points = []
        for group, value in PARTS.items():
            source, name = value.split(":")
            module = f"many_{group}_{number}"
            (site / f"{module}.py").write_bytes((ROOT / "plugins" / source).read_bytes())
            points.append(f"[handwriting.{group}]\nmany-{group}-{number} = {module}:{name}\n")
        (info / "entry_points.txt").write_text("\n".join(points))


def check_listed(ours: Completed, peer: Completed, count: int) -> None:
    """Raise `UnequalWork` unless just one of both names the parts, `count` of them."""
    found = [sum("many-" in line for line in side.output.splitlines()) for side in (ours, peer)]
    if found != [count, 0]:
        raise UnequalWork(f"{found[0]} of {count} parts are named beside the plugins, {found[1]} without")


def _seconds(side: list[Completed]) -> list[float]:
    return [completed.seconds for completed in side]
