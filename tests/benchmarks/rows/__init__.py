"""What is measured, by name: each function yields rows of the table, or tables of their own, as they come in."""

from collections.abc import Callable, Iterable, Iterator

from ..comparison import CannotRun, Row, Table, UnequalWork
from ..conditions import Conditions
from . import corruptions, crops, epochs, folder, memory, outputs, presets, profile, scaling, start, time_to_99, train

Measure = Callable[[Conditions], Iterator[Row | Table]]

ROWS: dict[str, Measure] = {
    "pytorch": epochs.pytorch,
    "scikit-learn": epochs.scikit_learn,
    "products": epochs.products,
    "train": train.train,
    "memory": memory.memory,
    "start": start.start,
    "folder": folder.folder,
    "onnxruntime": outputs.onnxruntime,
    "scaling": scaling.scaling,
    "profile": profile.profile,
    "presets": presets.presets,
    "time-to-99": time_to_99.time_to_99,
    "corruptions": corruptions.corruptions,
    "crops": crops.crops,
}

GROUPS: dict[str, tuple[str, ...]] = {"accuracy": ("presets", "time-to-99", "corruptions", "crops")}
GROUPS["speed"] = tuple(name for name in ROWS if name not in GROUPS["accuracy"])
"""Names for several rows."""


def chosen(names: Iterable[str]) -> list[str]:
    """Return the rows that are meant by names of rows and groups, each once."""
    return list(dict.fromkeys(row for name in names for row in GROUPS.get(name, (name,))))


def measure(name: str, conditions: Conditions) -> Iterator[Row | Table]:
    """Yield what a row gives; that it was refused, could not run or failed is a row, too."""
    try:
        yield from ROWS[name](conditions)
    except UnequalWork as error:
        yield Row(name, problem="refused", reason=f"unequal work: {error}")
    except CannotRun as error:
        yield Row(name, problem="not run", reason=str(error))
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        yield Row(name, problem="failed", reason=f"{type(error).__name__}: {lines[0]} {lines[-1]}"[:500])
