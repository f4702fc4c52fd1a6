"""What is measured: one function for each name on the command line, which yields rows and tables as they are ready.

epochs.py       pytorch, scikit-learn, products: an epoch of training
convolution.py  convolution: the same for the network of the preset best
train.py        train, busy: the default training as a whole process, compared with a PyTorch script
memory.py       memory: the peak memory of `hwr train`
start.py        start: how long a command takes to start
plugins.py      plugins: the help text and the list beside fifty plugins
folder.py       folder: `hwr predict` on a folder of many pictures
outputs.py      onnxruntime: inference
scaling.py      scaling: an epoch as images, hidden units and the batch size grow tenfold
profile.py      profile: what an epoch spends its time on
soak.py         soak: `hwr draw` under 50 clients for ten minutes
presets.py      presets: accuracy and time of the presets of `hwr train`
time_to_99.py   time-to-99: the time until 99 % of MNIST's test set are read
corruptions.py  corruptions: accuracy on MNIST-C
crops.py        crops: digits without a margin
reading.py      reading: drawn lines of digits, kind by kind
forms.py        forms: numbers in boxes, above combs, in rings, on notes, ..., kind by kind
pages.py        pages: the lines of whole pages, kind by kind
"""

from collections.abc import Callable, Iterable, Iterator

from ..conditions import Conditions
from ..results import CannotRun, Row, Table, UnequalWork
from . import (
    convolution,
    corruptions,
    crops,
    epochs,
    folder,
    forms,
    memory,
    outputs,
    pages,
    plugins,
    presets,
    profile,
    reading,
    scaling,
    soak,
    start,
    time_to_99,
    train,
)

ROWS: dict[str, Callable[[Conditions], Iterator[Row | Table]]] = {
    "pytorch": epochs.pytorch,
    "scikit-learn": epochs.scikit_learn,
    "products": epochs.products,
    "convolution": convolution.convolution,
    "train": train.train,
    "busy": train.busy,
    "memory": memory.memory,
    "start": start.start,
    "plugins": plugins.plugins,
    "folder": folder.folder,
    "onnxruntime": outputs.onnxruntime,
    "scaling": scaling.scaling,
    "profile": profile.profile,
    "soak": soak.soak,
    "presets": presets.presets,
    "time-to-99": time_to_99.time_to_99,
    "corruptions": corruptions.corruptions,
    "crops": crops.crops,
    "reading": reading.reading,
    "forms": forms.forms,
    "pages": pages.pages,
}

GROUPS: dict[str, tuple[str, ...]] = {
    "accuracy": ("presets", "time-to-99", "corruptions", "crops", "reading", "forms", "pages"),
    "endurance": ("soak",),
}
GROUPS["speed"] = tuple(name for name in ROWS if not any(name in group for group in GROUPS.values()))
"""Names for several rows."""


def chosen(names: Iterable[str]) -> list[str]:
    """Return the rows with these names or in groups with these names, each once."""
    return list(dict.fromkeys(row for name in names for row in GROUPS.get(name, (name,))))


def measure(name: str, conditions: Conditions) -> Iterator[Row | Table]:
    """Yield the results of a row; a refusal, a missing library and a failure are results, too."""
    try:
        yield from ROWS[name](conditions)
    except UnequalWork as error:
        yield Row(name, problem="refused", reason=f"unequal work: {error}")
    except CannotRun as error:
        yield Row(name, problem="not run", reason=str(error))
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        yield Row(name, problem="failed", reason=f"{type(error).__name__}: {lines[0]} {lines[-1]}"[:500])
