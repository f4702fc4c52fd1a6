"""Many pictures are read by worker processes, as each alone, whatever becomes of the workers."""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from handwriting.reading import many_pictures
from handwriting.reading.recognizer import Recognizer
from handwriting.reading.result import Reading
from tests.helpers.drawn_digits import draw
from tests.helpers.handwritten_numbers import reader
from tests.helpers.hwr import QUICK, Hwr
from tests.helpers.plugin_factory import ACTIVATION, Site

FEW = 100
"""Pictures that are many for `hwr_of_few`."""

SHY = ACTIVATION.format(name="Shy").replace(
    "    def forward(self, z):",
    """    def forward(self, z):
        import multiprocessing, os
        if multiprocessing.parent_process():
            exec(os.environ["FATE"])""",
)
"""An activation that works only in the process that the user started."""


def hwr_of_few(*arguments: Any) -> Any:
    """The command line of `hwr` where 40 pictures are many, and two workers are given 8 of them at a time."""
    code = (
        "from handwriting.reading import many_pictures\n"
        "many_pictures.MANY, many_pictures.CHUNK, many_pictures.usable_processors = 40, 8, lambda: 2\n"
        "from handwriting.cli.main import main\n"
        "main()"
    )
    return [sys.executable, "-c", code, *map(str, arguments)]


def rows_of(output: Any) -> Any:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Ten pictures of digits."""
    folder = tmp_path_factory.mktemp("ten")
    for number, image in enumerate(draw(10, 1).images):
        Image.fromarray(255 - image).save(folder / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def many(ten: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Copies of them, enough for worker processes, every hundredth of them damaged."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(many_pictures.MANY + 200):
        good = (ten / f"{number % 10}.png").read_bytes()
        (folder / f"{number:04}.png").write_bytes(good[:50] if number % 100 == 99 else good)
    return folder


@pytest.fixture(scope="module")
def few(many: Any) -> Any:
    """The first hundred of them, of which the last one is damaged."""
    return sorted(many.iterdir())[:FEW]


@pytest.fixture(scope="module")
def shy(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model with shy activations, and the environment in which these are found."""
    folder = tmp_path_factory.mktemp("shy")
    site = Site(folder / "site")
    site.install("shy", {"activations": {"shy": "shy_plugin:Shy"}}, {"shy_plugin": SHY})
    environment = {"PYTHONPATH": str(site.folder)}
    last = trained_once.data / "models" / "last"
    named = last.read_bytes()
    trained_once("train", *QUICK, "--activation", "shy", "-o", folder / "shy.safetensors", environment=environment)
    last.write_bytes(named)
    return folder / "shy.safetensors", environment


def test_many_pictures_are_read_as_few_in_order_with_bad_ones_among_them(trained: Hwr, ten: Any, many: Any) -> None:
    output = trained("predict", ten, "--format", "jsonl").stdout
    rounded = json.JSONDecoder(parse_float=lambda text: pytest.approx(float(text), abs=1e-5))
    alone = [rounded.decode(line) for line in output.splitlines()]
    for row in alone:
        row.pop("path")
    done = trained(
        "predict", many, "-", ten / "3.png", "--format", "jsonl", stdin=(ten / "5.png").read_bytes(), status=3
    )
    rows = rows_of(done.stdout)
    paths = [*map(str, sorted(many.iterdir())), "-", str(ten / "3.png")]
    assert [row.pop("path") for row in rows] == paths
    assert rows[-2:] == [alone[5], alone[3]]
    for number, row in enumerate(rows[:-2]):
        if number % 100 == 99:
            assert row["text"] is None
            assert "damaged" in row["reason"]
        else:
            assert row == alone[number % 10]


@pytest.mark.parametrize("fate", ["raise ValueError", "os._exit(1)"])
def test_what_the_workers_fail_at_is_read_without_them(trained: Hwr, shy: Any, few: Any, fate: str) -> None:
    model, environment = shy
    done = subprocess.run(
        hwr_of_few("predict", "-m", model, *few, "--format", "jsonl"),
        env=trained.environment() | environment | {"FATE": fate},
        capture_output=True,
        text=True,
        timeout=60,
    )
    rows = rows_of(done.stdout)
    assert [row["path"] for row in rows] == [str(path) for path in few]
    assert all(row["text"] for number, row in enumerate(rows) if number % 100 != 99)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1  # which model it is, and no traceback


def reading_many(trained: Hwr, few: Any) -> Any:
    """Start to read 10,000 pictures."""
    return subprocess.Popen(
        hwr_of_few("predict", *few[:-1] * 100, "--format", "jsonl"),
        env=trained.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups to send Ctrl-C to")
@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
@pytest.mark.parametrize("readings", [1, 20, 90])
def test_an_interruption_ends_it_quietly(trained: Hwr, few: Any, readings: int, name: str) -> None:
    """Signals of a terminal reach all processes at once: before the workers start, while they do, while they read."""
    number = getattr(signal, name)
    with reading_many(trained, few) as process:
        for _ in range(readings):
            assert json.loads(process.stdout.readline())
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=60)  # until the last worker has closed its output
    assert process.returncode == 128 + number
    assert errors.splitlines()[1:] == ["hwr: interrupted"]


def test_no_worker_outlives_a_process_that_is_killed(trained: Hwr, few: Any) -> None:
    with reading_many(trained, few) as process:
        for _ in range(90):
            assert json.loads(process.stdout.readline())
        process.kill()
        process.communicate(timeout=60)  # until the last worker has closed its output


class Unpicklable(Recognizer):
    """A recognizer that can't be given to a worker, and reads nothing."""

    def __init__(self) -> None:
        pass

    def __reduce__(self) -> Any:
        raise TypeError

    def read_each(self, sources: Any) -> Any:
        return (Reading(str(source), None) for source in sources)


def test_pictures_are_listed_as_they_are_read() -> None:
    listed = itertools.count()
    readings = many_pictures.read_all(Unpicklable(), (Path(f"{number}.png") for number in listed))
    assert next(readings).path == "0.png"
    assert next(listed) < 2 * many_pictures.MANY
    assert len(list(itertools.islice(readings, 2000))) == 2000
    assert next(listed) < 2000 + 2 * many_pictures.MANY


def test_few_pictures_are_listed_ahead_of_the_workers(monkeypatch: pytest.MonkeyPatch, ten: Any) -> None:
    monkeypatch.setattr(many_pictures, "MANY", 40)
    monkeypatch.setattr(many_pictures, "CHUNK", 8)
    monkeypatch.setattr(many_pictures, "usable_processors", lambda: 2)
    listed = itertools.count()
    readings = many_pictures.read_all(reader(), (ten / "0.png" for _ in listed))
    assert all(reading.text for reading in itertools.islice(readings, 200))
    readings.close()
    assert next(listed) < 200 + 40 + 2 * 3 * 8
