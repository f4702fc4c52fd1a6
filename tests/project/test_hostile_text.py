"""Names, paths, models, plugins, URLs and variables that try to control the terminal, in every command that shows them.

They reach it as text that can be seen, whatever way they take: results, messages, errors, tables, bars or tracebacks.
"""

import csv
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.cli.main import hwr as group
from handwriting.models import model_file
from tests.helpers.hwr import Hwr
from tests.helpers.mirror_server import MirrorServer
from tests.helpers.plugin_factory import Site
from tests.helpers.terminal import run_on_terminal

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="needs a pseudo-terminal, and any byte in a file's name"
)

HOSTILE = "a\x1b]0;title\x07\x1b[2J\x1b[5m\x9b5mb\x7f\x08\u202egnp\u2066\u061c\r\nc\udcff"
"""The window's title, a cleared screen, blinking, C1 controls, reversed text, two lines, and no UTF-8."""
MISSING = f"no {HOSTILE}"
"""A name that nothing has."""
OURS = re.compile(r"\r?\x1b\[(?:(?!5m)[\d;]*m|\d*[AK]|\d*G|\?25[hl])|\r(?=\n|$)")
"""What hwr itself sends: colours, and the movements of a live bar."""


def controls(written: str) -> set[str]:
    """Return the control characters that reached the terminal, except those of hwr."""
    rest = OURS.sub("", written.replace("\r\r\n", "\r\n"))
    return {character for character in rest if not (character.isprintable() or character in "\n\u00a0")}


CASES: dict[str, tuple[int, list[object]]] = {
    # the command line itself
    "command": (2, [HOSTILE]),
    "option": (2, ["train", f"--{HOSTILE}"]),
    "choice": (2, ["predict", "x.png", "--format", HOSTILE]),
    "number": (2, ["predict", "x.png", "--top", HOSTILE]),
    "surplus": (2, ["info", "bundled", HOSTILE]),
    "help": (2, ["help", HOSTILE]),
    # download
    "download dataset": (2, ["download", "--dataset", HOSTILE]),
    "download from": (2, ["download", "--from", HOSTILE]),
    "download from folder": (1, ["download", "--from", "{folder}"]),
    "download mirror": (1, ["download", "--mirror", f"http://127.0.0.1:9/{HOSTILE}"]),
    "download scheme": (1, ["download", "--mirror", HOSTILE]),
    "download host": (1, ["download", "--mirror", f"http://{HOSTILE}/"]),
    "download verify": (1, ["download", "--verify", "--data-dir", "{folder}"]),
    # train
    "train dataset": (2, ["train", "--dataset", HOSTILE]),
    "train data": (1, ["train", "--data", "{folder}"]),
    "train classes": (1, ["train", "--data", "{classes}"]),
    "train activation": (2, ["train", "--activation", HOSTILE]),
    "train layer": (2, ["train", "--layer", HOSTILE]),
    "train layer setting": (2, ["train", "--layer", f"dropout:{HOSTILE}=1"]),
    "train preset": (2, ["train", "--preset", HOSTILE]),
    "train setting": (2, ["train", "--hidden", HOSTILE]),
    "train augment": (2, ["train", "--augment", HOSTILE]),
    "train config": (2, ["train", "--config", "{config}"]),
    "train resume": (1, ["train", "--resume", "{damaged}"]),
    "train output": (2, ["train", "-o", f"{{folder}}/{HOSTILE}/m"]),
    "train output exists": (1, ["train", "-o", "{damaged}"]),
    "train report": (2, ["train", "--report", "{folder}/no-page"]),
    "train": (0, ["train", "--dataset", "strokes", "--epochs", "1", "--hidden", "8", "-o", "{folder}/new"]),
    "print-config": (0, ["train", "--print-config", "--dataset", HOSTILE]),
    # models
    **{
        f"{command} {kind}": (status, [*command.split(), value])
        for command in ("evaluate", "info", "use", "predict x.png -m", "draw --no-browser", "compare bundled")
        for kind, status, value in [("no model", 2, MISSING), ("damaged model", 1, "{damaged}")]
    },
    "models": (0, ["models"]),
    "models rm": (2, ["models", "rm", MISSING]),
    "use": (0, ["use", "{model}"]),
    "info": (0, ["info", "{model}"]),
    "evaluate": (1, ["evaluate", "{model}"]),
    "evaluate dataset": (2, ["evaluate", "bundled", "--dataset", HOSTILE]),
    "evaluate data": (2, ["evaluate", "bundled", "--data", HOSTILE]),
    "evaluate strokes": (0, ["evaluate", "{model}", "--dataset", "strokes", "--show-errors"]),
    "evaluate csv": (0, ["evaluate", "{model}", "--dataset", "strokes", "--format", "csv"]),
    "compare": (0, ["compare", "{model}", "{model}", "--dataset", "strokes", "--show-differences"]),
    "draw host": (1, ["draw", "--no-browser", "--host", HOSTILE]),
    # predict
    **{
        f"predict {kind} {' '.join(options)}": (status, ["predict", path, *options])
        for kind, status, path in [("missing", 3, HOSTILE), ("folder", 3, "{folder}")]
        for options in (["--format", "text"], ["--format", "csv"], ["--format", "json"], ["--show"])
    },
    "predict explain": (1, ["predict", "{folder}", "--explain", "{damaged}/below"]),
    # plugins
    "plugins": (0, ["plugins"]),
    "plugins show": (2, ["plugins", "show", HOSTILE]),
    "plugins show description": (0, ["plugins", "show", "described"]),
    "plugins damaged": (0, ["plugins", "show", "damaged"]),
    "plugins check": (2, ["plugins", "check", HOSTILE]),
    "plugins check setting": (1, ["plugins", "check", f"described:{HOSTILE}=1"]),
    "plugins check failing": (1, ["plugins", "check", "failing"]),
    "plugins check --all": (1, ["plugins", "check", "--all"]),
    "plugins broken": (1, ["plugins", "show", "broken"]),
    "train broken": (1, ["train", "--dataset", "strokes", "--activation", "broken"]),
    "train failing": (1, ["train", "--dataset", "strokes", "--activation", "failing"]),
    "plugins new": (2, ["plugins", "new", HOSTILE, "--kind", "layer"]),
    "plugins new into": (0, ["plugins", "new", "mine", "--kind", "layer", "--into", f"{{folder}}/{HOSTILE}2"]),
    # tracebacks
    "debug missing": (2, ["--debug", "evaluate", MISSING]),
    "debug broken": (1, ["--debug", "plugins", "show", "broken"]),
}

SOURCE = """
from dataclasses import dataclass
from handwriting.interfaces import Activation

TEXT = {text!r}

@dataclass(frozen=True)
class Described(Activation):
    def forward(self, z):
        return z

    def backward(self, gradient, z, a):
        return gradient

Described.__doc__ = TEXT

class Failing(Described):
    def forward(self, z):
        raise ValueError(TEXT)
"""


@pytest.fixture(scope="module")
def places(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files and folders with hostile names and contents, and `data`, a data directory that holds some of them."""
    root = tmp_path_factory.mktemp("hostile")
    data, folder, classes = root / "data", root / HOSTILE, root / "classes"
    shutil.copytree(trained_once.data, data)
    for path in (folder, classes / HOSTILE, classes / "b"):
        path.mkdir(parents=True)
    strokes = np.full((40, 40), 255, np.uint8)
    strokes[5:35, 18:22] = 0
    for path in (folder / f"{HOSTILE}.png", classes / HOSTILE / "1.png", classes / "b" / "1.png"):
        Image.fromarray(strokes).save(path)
    (folder / f"{HOSTILE}.gif").write_bytes(b"no picture")
    (folder / "train-images-idx3-ubyte").write_bytes(b"no images")
    (root / "config.toml").write_text(f"{json.dumps(ascii(HOSTILE))} = 1\n")
    damaged = data / "models" / f"{HOSTILE}damaged.safetensors"
    damaged.write_bytes(b"damaged")
    trained, *_ = (trained_once.data / "models").glob("*.safetensors")
    model = model_file.load(trained)
    hostile = root / f"{HOSTILE}.safetensors"
    text = HOSTILE.replace("\udcff", "")  # JSON in a model file is UTF-8
    model.training.update(
        dataset={"name": "folder", "pictures": f"/{text}"}, recipe={text: text}, versions={text: text},
        optimizer={"name": text, "settings": {text: [text]}},
    )  # fmt: skip
    model_file.save(model, hostile)
    shutil.copy(hostile, data / "models" / f"{HOSTILE}.safetensors")
    site = Site(root / "site")
    points = {"activations": {"described": "described:Described", "failing": "described:Failing", "broken": "broken:B"}}
    modules = {"described": SOURCE.format(text=text), "broken": f"raise ImportError({text!r})"}
    site.install("hostile", points, modules)
    damaged_metadata = f"Metadata-Version: 2.1\nName: damaged\nVersion: 1{text[:9]}\n"
    site.install("damaged", {"activations": {"damaged": "described:Described"}}, metadata=damaged_metadata)
    return {
        "data": str(data), "folder": str(folder), "classes": str(classes), "damaged": str(damaged),
        "model": str(hostile), "config": str(root / "config.toml"), "site": str(site.folder),
    }  # fmt: skip


@pytest.fixture
def hostile(places: dict[str, str]) -> Hwr:
    """`hwr` with the data directory of `places`."""
    return Hwr(Path(places["data"]))


def filled(arguments: list[object], places: dict[str, str]) -> list[str]:
    return [str(argument).format_map(places) for argument in arguments]


@pytest.mark.parametrize(("status", "arguments"), CASES.values(), ids=CASES)
def test_no_text_from_outside_controls_the_terminal(
    hostile: Hwr, places: dict[str, str], status: int, arguments: list[object]
) -> None:
    environment: dict[str, Any] = {"PYTHONPATH": places["site"], "no_proxy": "*", "TERM": "xterm-256color"}
    written = run_on_terminal(hostile, *filled(arguments, places), status=status, **environment)
    assert controls(written) == set()


@pytest.mark.parametrize("command", sorted(set(group.commands) - {"help"}))
def test_every_command_is_among_the_cases(command: str) -> None:
    assert any(command in arguments for _, arguments in CASES.values())


@pytest.mark.parametrize(
    ("variable", "status", "arguments"),
    [
        ("HWR_DATA_DIR", 0, ["models"]),
        ("HWR_PLUGINS", 2, ["plugins", "show", "described"]),
        ("HWR_TRAIN_EPOCHS", 2, ["train"]),
        ("HWR_TRAIN_THREADS", 2, ["train"]),
        ("HWR_EVALUATE_MODEL", 2, ["evaluate"]),
        ("HWR_DOWNLOAD_MIRROR", 1, ["download"]),
        ("REQUESTS_CA_BUNDLE", 1, ["download", "--mirror", "https://127.0.0.1:9/"]),
        ("HTTP_PROXY", 1, ["download", "--mirror", "http://example.invalid/"]),
    ],
)
def test_no_environment_variable_controls_the_terminal(
    hwr: Hwr, tmp_path: Path, variable: str, status: int, arguments: list[object]
) -> None:
    value = str(tmp_path / HOSTILE) if variable == "HWR_DATA_DIR" else HOSTILE
    environment: dict[str, Any] = {variable: value}
    assert controls(run_on_terminal(hwr, *arguments, status=status, **environment)) == set()


def test_no_server_controls_the_terminal(hwr: Hwr) -> None:
    def answer(handler: Any) -> None:
        text = HOSTILE.replace("\r\n", "").encode("utf-8", "surrogateescape")
        handler.wfile.write(b"HTTP/1.1 302 " + text + b"\r\nLocation: http://127.0.0.1:9/" + text + b"\r\n\r\n")

    with MirrorServer() as server:
        for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
            server.answers[f"/{name}.gz"] = answer
        written = run_on_terminal(hwr, "download", "--mirror", server.url, status=1)
    assert server.requests
    assert controls(written) == set()


def test_in_a_pipe_text_is_one_line_for_each_thing(hostile: Hwr, places: dict[str, str]) -> None:
    done = hostile("predict", places["folder"], status=3)
    assert len(done.stdout.splitlines()) == 2
    assert controls(done.stdout + done.stderr) == {"\t"}
    assert len(hostile("models").stdout.splitlines()) == len(json.loads(hostile("models", "--format", "json").stdout))


def test_json_holds_names_as_they_are(hostile: Hwr, places: dict[str, str]) -> None:
    for format in ("json", "jsonl"):
        written = hostile("predict", places["folder"], "--format", format, status=3).stdout
        assert controls(written) == set()
        rows = json.loads(written) if format == "json" else list(map(json.loads, written.splitlines()))
        assert {os.path.basename(row["path"]) for row in rows} == {f"{HOSTILE}.png", f"{HOSTILE}.gif"}


def test_csv_is_a_line_for_each_picture(hostile: Hwr, places: dict[str, str]) -> None:
    written = hostile("predict", places["folder"], "--format", "csv", status=3).stdout
    assert len(written.splitlines()) == len(list(csv.reader(io.StringIO(written)))) == 3
    assert controls(written) == set()
