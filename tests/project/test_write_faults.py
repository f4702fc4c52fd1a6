"""Whatever hwr writes is there as before or anew, and whole, at whichever system call the writing fails.

For n = 1, 2, ... the nth call fails, until all succeed: the disk is full, broken, or the user presses Ctrl-C.
"""

import errno
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from PIL import Image

from handwriting.authoring import scaffold
from handwriting.authoring.scaffold import Scaffold
from handwriting.cli.views.report import write_report
from handwriting.datasets.downloads.cache import obtain
from handwriting.datasets.idx import write_idx
from handwriting.datasets.strokes import Strokes
from handwriting.errors import HandwritingError
from handwriting.models import model_file, user_models
from handwriting.reading import explanation
from handwriting.reading.recognizer import Recognizer
from handwriting.training.augmentation import contact_sheet
from handwriting.training.checkpoint import Checkpoint, Origin
from handwriting.training.recipe import Recipe
from tests.helpers.faults import fault
from tests.helpers.published_files import OTHERS, PACKED, SEVERAL
from tests.helpers.reports import evaluated_model

Write: TypeAlias = Callable[[Path], object]
ERRORS: dict[str, BaseException] = {
    "full disk": OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "broken disk": OSError(errno.EIO, os.strerror(errno.EIO)),
    "interrupted": KeyboardInterrupt(),
}


@dataclass(frozen=True)
class Subject:
    """Something that hwr writes: `write` writes it into a folder; `before` is what the folder holds then."""

    write: Write
    before: dict[str, bytes]


def a_model(place: Path) -> Subject:
    model = evaluated_model(place).model
    return Subject(lambda folder: model_file.save(model, folder / "m.safetensors"), {"m.safetensors": b"old"})


def a_checkpoint(place: Path) -> Subject:
    origin = Origin(Recipe(), [], {"name": "strokes"}, 100, 1)
    saved = Checkpoint(origin, {"vector": np.ones(20_000, np.float32)}, {})
    return Subject(lambda folder: saved.save(folder / "m.checkpoint"), {"m.checkpoint": b"old"})


def a_drawn_dataset(place: Path) -> Subject:
    dataset = Strokes(20, 10)
    return Subject(lambda folder: list(dataset.prepare(folder)), {dataset._path(Path()).name: b"damaged"})


def a_download(place: Path) -> Subject:
    (place / "digits.gz").write_bytes(PACKED)
    for name, content in OTHERS.items():
        (place / name).write_bytes(content)
    return Subject(lambda folder: list(obtain(SEVERAL, folder, source=place)), {"digits": b"damaged"})


def an_idx_file(place: Path) -> Subject:
    return Subject(lambda folder: write_idx(folder / "labels", np.ones(20_000, np.uint8)), {"labels": b"old"})


def a_report(place: Path) -> Subject:
    evaluated = evaluated_model(place)
    return Subject(lambda folder: write_report(folder / "report.html", evaluated), {"report.html": b"old"})


def a_contact_sheet(place: Path) -> Subject:
    images = np.zeros((2, 28, 28), np.uint8)
    sheet = contact_sheet.draw(images, images[:, None])
    return Subject(lambda folder: contact_sheet.save(folder / "sheet.png", sheet), {"sheet.png": b"old"})


def an_explanation(place: Path) -> Subject:
    picture, recognizer = place / "one.png", Recognizer("bundled")
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[10:50, 28:32] = 0
    Image.fromarray(pixels).save(picture)
    reading = recognizer.read(picture)
    return Subject(lambda folder: explanation.write(folder, picture, reading), {"1-grey.png": b"old"})


def the_model_in_use(place: Path) -> Subject:
    return Subject(lambda folder: user_models.use(folder, place / "m.safetensors"), {"models/last": b"bundled"})


def a_plugin(place: Path) -> Subject:
    return Subject(lambda folder: scaffold.write(Scaffold("layer", "mine"), folder), {})


SUBJECTS = (
    a_model, a_checkpoint, a_drawn_dataset, a_download, an_idx_file, a_report, a_contact_sheet, an_explanation,
    the_model_in_use, a_plugin,
)  # fmt: skip


CASES = (("full disk", True), ("full disk", False), ("broken disk", True), ("interrupted", True))
"""What goes wrong, and whether older files are there already."""


def content(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder but those for locks, and hidden folders."""
    paths = [path for path in folder.rglob("*") if path.name != ".lock" and (path.is_file() or path.name[0] == ".")]
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in paths}


def is_whole(found: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]) -> bool:
    """Return whether each file is as before or as after, and there is no other one."""
    return all(found.get(name) in (before.get(name), after.get(name)) for name in found | before)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.__name__)
@pytest.mark.parametrize(("cause", "replaces"), CASES)
def test_a_fault_at_any_call_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subject: Callable[[Path], Subject], cause: str, replaces: bool
) -> None:
    monkeypatch.setattr("time.strftime", lambda form: "today")
    tested, error = subject(tmp_path), ERRORS[cause]
    before = tested.before if replaces else {}
    after: dict[str, bytes] = {}
    for number in itertools.count():  # 0: no fault
        folder = tmp_path / "folders" / str(number)
        for name, old in before.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(old)
        folder.mkdir(parents=True, exist_ok=True)
        with fault(folder, number, error) as faults:
            try:
                tested.write(folder)
            except HandwritingError as failure:
                assert str(failure).startswith(f"can't write {folder}")
                assert f": {error.args[1]}; " in str(failure)
                assert "\n" not in str(failure)
            except KeyboardInterrupt:
                assert cause == "interrupted"
        after = after or content(folder)
        assert is_whole(content(folder), before, after), faults.calls
        if number > len(faults.calls):
            break
        if content(folder) != after:
            tested.write(folder)
        assert content(folder) == after
    assert {"open", "write"} <= set(faults.calls)


def test_a_new_plugin_is_whole_or_not_there(tmp_path: Path) -> None:
    """Each file being whole is not enough: half of a folder would be in the way of the next try."""
    for number in itertools.count(1):
        folder = tmp_path / str(number)
        folder.mkdir()
        with fault(folder, number, ERRORS["full disk"]) as faults:
            try:
                scaffold.write(Scaffold("layer", "mine"), folder)
            except HandwritingError:
                assert os.listdir(folder) == []
        if number > len(faults.calls):
            break
