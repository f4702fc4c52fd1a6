"""Datasets that the package draws itself, on disk: drawn once, checked, and drawn again if they are damaged."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting.datasets import drawn, load
from handwriting.datasets.drawn import DIGEST, Chunk
from handwriting.datasets.strokes import Strokes
from handwriting.errors import DataError, HandwritingError, SettingError
from handwriting.interfaces import Examples, Notice, Progress
from handwriting.system import storage
from tests.helpers.drawn_digits import draw
from tests.helpers.plugin_factory import ROOT

SMALL = Strokes(train_count=200, test_count=60)


def only_file(folder: Path) -> Path:
    (found,) = folder.glob("*.bin")
    return found


HOLDER = """
import sys
from pathlib import Path
from typing import Any
from handwriting.system.storage import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.readline()
"""


def test_who_waits_for_another_process_is_told_for_what_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOCK_TIMEOUT", 0.1)
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "locked\n"
        events = SMALL.prepare(tmp_path)
        assert next(events) == Notice(f"waiting for another process, which is writing to {tmp_path}")
        with pytest.raises(HandwritingError, match="another process has been writing to"):
            next(events)
        holder.communicate("\n", timeout=60)
    assert len(load(SMALL, tmp_path).train) == 200


def test_prepare_then_load(tmp_path: Path) -> None:
    events = list(SMALL.prepare(tmp_path))
    splits = SMALL.load(tmp_path)
    assert events[-1] == Progress("drawing strokes", 260, 260, unit="images")
    assert (len(splits.train), len(splits.test)) == (200, 60)
    assert splits.train.images.shape == (200, 28, 28)
    assert splits.train.images.dtype == splits.train.labels.dtype == np.uint8
    assert splits.class_names == tuple("0123456789")
    np.testing.assert_array_equal(splits.train.images, draw(200, 0, 0).images)
    np.testing.assert_array_equal(splits.test.labels, draw(60, 0, 1).labels)


def test_several_processes_draw_the_same_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "LONG", 0.0)
    monkeypatch.setattr(drawn, "usable_processors", lambda: 2)
    splits = load(Strokes(train_count=700, test_count=60), tmp_path)
    np.testing.assert_array_equal(splits.train.images, draw(700, 0, 0).images)
    np.testing.assert_array_equal(splits.train.labels, draw(700, 0, 0).labels)
    np.testing.assert_array_equal(splits.test.images, draw(60, 0, 1).images)


def test_a_tenth_of_the_full_size_is_drawn_quickly_and_only_once(tmp_path: Path) -> None:
    tenth = Strokes(train_count=2000, test_count=400)
    started = time.process_time()
    assert len(load(tenth, tmp_path).train) == 2000
    drawn_in = time.process_time() - started
    started = time.process_time()
    assert list(tenth.prepare(tmp_path)) == []
    assert len(tenth.load(tmp_path).test) == 400
    assert drawn_in < 3
    assert time.process_time() - started < drawn_in / 4


def test_few_images_are_drawn_without_worker_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the first chunk takes long: it loads what all are drawn from."""

    def slow_at_first(cls: type[Strokes], material: Any, chunk: Chunk) -> Examples:
        if chunk.seed == (0, 0, 0):
            sum(range(10_000_000))
        return Examples(np.zeros((chunk.count, 28, 28), np.uint8), np.zeros(chunk.count, np.uint8))

    monkeypatch.setattr(Strokes, "_draw", classmethod(slow_at_first))
    monkeypatch.setattr(drawn, "usable_processors", lambda: 2)
    monkeypatch.setattr(drawn, "start_workers", lambda *arguments: pytest.fail("workers are started"))
    assert len(load(Strokes(train_count=2000, test_count=400), tmp_path).train) == 2000


def test_the_full_size_is_the_default(drawn_strokes: Path) -> None:
    splits = Strokes().load(drawn_strokes)
    assert (len(splits.train), len(splits.test)) == (20_000, 4_000)


@pytest.mark.parametrize("damage", ["flip", "truncate", "lengthen", "empty"])
def test_damaged_cache_is_refused_then_redrawn(tmp_path: Path, damage: str) -> None:
    good = load(SMALL, tmp_path)
    path = only_file(tmp_path)
    content = path.read_bytes()
    flipped = content[:1000] + bytes([content[1000] ^ 1]) + content[1001:]
    path.write_bytes({"flip": flipped, "truncate": content[:-1], "lengthen": content + b"x", "empty": b""}[damage])
    with pytest.raises(DataError, match="prepare"):
        SMALL.load(tmp_path)
    np.testing.assert_array_equal(load(SMALL, tmp_path).train.images, good.train.images)


def test_cache_of_another_version_is_redrawn(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    content = only_file(tmp_path).read_bytes()[DIGEST:]
    only_file(tmp_path).write_bytes(hashlib.sha256(b"another recipe" + content).digest() + content)
    with pytest.raises(DataError, match="another version"):
        SMALL.load(tmp_path)
    assert list(SMALL.prepare(tmp_path))


def test_load_before_prepare(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't read"):
        SMALL.load(tmp_path / "nowhere")


def test_settings_have_caches_of_their_own(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    load(Strokes(train_count=20, test_count=10, seed=5), tmp_path)
    assert list(SMALL.prepare(tmp_path)) == []


def test_interrupted_drawing_leaves_nothing_broken(tmp_path: Path) -> None:
    drawing_stopped = SMALL.prepare(tmp_path)
    next(iter(drawing_stopped))
    drawing_stopped.close()  # type: ignore[attr-defined]  # it is a generator
    assert list(tmp_path.glob("*.bin")) == []
    assert len(load(SMALL, tmp_path).train) == 200


@pytest.mark.skipif(os.name != "posix", reason="folders are made read-only otherwise on Windows")
def test_read_only_folder_with_a_good_cache(tmp_path: Path) -> None:
    load(SMALL, tmp_path)
    tmp_path.chmod(0o500)
    try:
        assert list(SMALL.prepare(tmp_path)) == []
        assert len(SMALL.load(tmp_path).test) == 60
    finally:
        tmp_path.chmod(0o700)


def test_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HandwritingError, match="can't write"):
        list(SMALL.prepare(tmp_path / "file" / "strokes"))


@pytest.mark.parametrize("settings", [{"train_count": 0}, {"test_count": -1}, {"seed": -1}])
def test_senseless_settings(settings: dict[str, int]) -> None:
    with pytest.raises(SettingError, match="must be at least"):
        Strokes(**settings)
