"""`hwr export`: the file, its metadata, and one clear line for what can't be exported or written."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from click.testing import CliRunner, Result
from handwriting_onnx import check, command
from handwriting_onnx.check import DIGITS, NOISE, NON_DIGITS, check_images
from handwriting_onnx.testing import small_model

from handwriting.cli.main import hwr as command_line
from handwriting.models import model_file, user_models
from handwriting.models.model_file import Model
from handwriting.nn.network import as_inputs
from handwriting.registry.specs import LAYER_KINDS, make

RUNTIME = {"onnxruntime.js": b"script", "ort-wasm-simd-threaded.wasm": b"\0asm"}


@dataclass(frozen=True)
class Hwr:
    """The command line in this process, with a data directory of its own."""

    data: Path

    def __call__(self, *arguments: object, status: int = 0, **environment: str) -> Result:
        """Run it and check its exit status; a failure must be one line."""
        variables = {"HWR_DATA_DIR": str(self.data)} | environment
        result = CliRunner().invoke(command_line, list(map(str, arguments)), env=variables)
        assert result.exit_code == status, result.output
        failures = [line for line in result.stderr.splitlines() if line.startswith("hwr: ")]
        assert len(failures) == (status != 0), result.stderr
        assert "Traceback" not in result.output
        return result


@pytest.fixture
def hwr(tmp_path: Path) -> Hwr:
    return Hwr(tmp_path / "data")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """A small model, which is saved as small.safetensors."""
    return saved(tmp_path / "small.safetensors", "conv2d:4,stride=2", "batch-norm", "relu")


def saved(path: Path, *specs: str) -> Model:
    parts = [make(LAYER_KINDS, spec) for spec in specs]
    model = small_model(*parts, classes=11, temperature=0.8, rejection_threshold=0.9)
    model_file.save(model, path)
    return model


def test_the_file_gives_the_confidences_of_the_model(hwr: Any, model: Model, tmp_path: Path) -> None:
    result = hwr("export", tmp_path / "small.onnx", "-m", tmp_path / "small.safetensors")
    assert "1,000 images" in result.stdout
    assert str(tmp_path / "small.onnx") in result.stdout
    session = onnxruntime.InferenceSession(tmp_path / "small.onnx")
    images = check_images()[:7]
    (probabilities,) = session.run(["probabilities"], {"images": as_inputs(images)})
    np.testing.assert_allclose(probabilities, model.confidences(images), atol=1e-5)
    assert session.get_inputs()[0].shape == ["batch", 28, 28, 1]
    onnx.checker.check_model(tmp_path / "small.onnx", full_check=True)


def test_the_bundled_model_is_exported_by_default_and_the_result_told_as_json(hwr: Any, tmp_path: Path) -> None:
    told = json.loads(hwr("export", tmp_path / "b.onnx", "--format", "json").stdout)
    assert told["images"] == DIGITS + NON_DIGITS + NOISE == 1000
    assert max(told["largest_difference"].values()) <= 1e-4
    assert told["bytes"] == (tmp_path / "b.onnx").stat().st_size
    assert told["class_names"] == list(model_file.load(user_models.BUNDLED).class_names)


def test_metadata_say_how_to_use_the_file(hwr: Any, model: Model, tmp_path: Path) -> None:
    hwr("export", tmp_path / "small.onnx", "-m", tmp_path / "small.safetensors")
    proto = onnx.load(tmp_path / "small.onnx")
    facts = {prop.key: prop.value for prop in proto.metadata_props}
    assert json.loads(facts["class_names"]) == list(model.class_names)
    assert json.loads(facts["preparation"]) == model.preparation
    found = {name: json.loads(facts[name]) for name in ("temperature", "rejection_threshold", "non_digit")}
    assert found == {"temperature": 0.8, "rejection_threshold": 0.9, "non_digit": 10}
    assert any("20 pixels" in step for step in json.loads(facts["preparation_steps"]))
    assert facts["network"] == str(model.network)
    assert all(value.doc_string for value in (*proto.graph.input, *proto.graph.output))


def test_normalizations_are_kept_if_they_are_not_folded(hwr: Any, model: Model, tmp_path: Path) -> None:
    operators = {}
    for option in ("--fold", "--no-fold"):
        hwr("export", tmp_path / f"{option}.onnx", "-m", tmp_path / "small.safetensors", option)
        operators[option] = {node.op_type for node in onnx.load(tmp_path / f"{option}.onnx").graph.node}
    assert operators["--no-fold"] - operators["--fold"] == {"BatchNormalization"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "name the file to write, such as digits.onnx, or a folder with --page"),
        (["model.txt"], 2, "'model.txt' does not end in .onnx"),
        (["no/such/folder/d.onnx"], 2, "there is no folder"),
        (["d.onnx", "-m", "no-such-model"], 2, "there is no model file no-such-model"),
        (["d.onnx", "--runtime", __file__], 2, "--runtime is for a page"),
    ],
)
def test_wrong_usage(
    hwr: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in hwr("export", *arguments, status=status).stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_replaced_only_by_force(hwr: Any, model: Model, tmp_path: Path) -> None:
    (tmp_path / "small.onnx").write_text("mine")
    arguments = ("export", tmp_path / "small.onnx", "-m", tmp_path / "small.safetensors")
    assert "exists: choose another name, or replace it with --force" in hwr(*arguments, status=1).stderr
    assert (tmp_path / "small.onnx").read_text() == "mine"
    hwr(*arguments, "--force")
    onnx.checker.check_model(tmp_path / "small.onnx")


def test_no_file_is_left_where_the_check_fails(
    hwr: Any, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "compare", lambda *_: check.Agreement(1000, 0.25, 0.0, 10.0))
    (tmp_path / "out").mkdir()
    result = hwr("export", tmp_path / "out" / "d.onnx", "-m", tmp_path / "small.safetensors", status=1)
    assert "does not compute what the model does (ValueError: logits differ by up to 0.25" in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(hwr: Any, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr("os.fsync", lambda handle: Path("/dev/full").write_text("x"))
    result = hwr("export", tmp_path / "out" / "d.onnx", "-m", tmp_path / "small.safetensors", status=1)
    assert "No space left on device; free some space there" in result.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_importing_the_command_is_cheap() -> None:
    code = "import handwriting_onnx.command, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "click" in loaded
    assert not {"numpy", "onnx", "onnxruntime", "rich", "requests"} & set(loaded)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a small model; pages get a runtime that can't run it."""
    monkeypatch.setattr(command, "_runtime_files", lambda given: RUNTIME)
    model_file.save(small_model(), tmp_path / "small.safetensors")
    return tmp_path / "small.safetensors"


def test_the_folder_holds_all_that_the_page_names(hwr: Any, small: Path, tmp_path: Path) -> None:
    told = json.loads(hwr("export", "--page", tmp_path / "page", "-m", small, "--format", "json").stdout)
    contents = {path.name: path.read_bytes() for path in (tmp_path / "page").iterdir()}
    assert told["page_bytes"] == sum(map(len, contents.values()))
    scripts = b"".join(content for name, content in contents.items() if name.endswith((".js", ".html")))
    for name in contents.keys() - {"index.html", "onnxruntime-license.txt", "ort-wasm-simd-threaded.wasm"}:
        assert name.encode() in scripts
    assert b"Microsoft" in contents["onnxruntime-license.txt"]
    assert b" onclick=" not in contents["index.html"]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_a_folder_that_exists_is_changed_only_by_force(hwr: Any, small: Path, tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.mkdir()
    (page / "notes.txt").write_text("mine")
    (page / "model.onnx").write_text("old")
    failed = hwr("export", "--page", page, "-m", small, status=1)
    assert f"{page} exists: choose another folder, or replace the page in it with --force" in failed.stderr
    assert sorted(path.name for path in page.iterdir()) == ["model.onnx", "notes.txt"]
    hwr("export", "--page", page, "-m", small, "--force")
    assert (page / "notes.txt").read_text() == "mine"
    assert (page / "model.onnx").stat().st_size > 1000


def test_an_empty_folder_is_filled(hwr: Any, small: Path, tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    hwr("export", "--page", tmp_path / "page", "-m", small)
    assert (tmp_path / "page" / "index.html").is_file()


def test_a_full_disk_leaves_nothing_of_a_page(
    hwr: Any, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) > 5:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    (tmp_path / "out").mkdir()
    failed = hwr("export", "--page", tmp_path / "out" / "page", "-m", small, status=1)
    assert "No space left on device; free some space there" in failed.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_a_model_of_other_pictures_is_refused(hwr: Any, small: Path, tmp_path: Path) -> None:
    model = small_model()
    model.preparation["box"] = 22
    model_file.save(model, small)
    failed = hwr("export", "--page", tmp_path / "page", "-m", small, status=1)
    assert "the page can't prepare pictures for this model" in failed.stderr


def test_a_registry_that_does_not_answer_is_one_line(hwr: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    model_file.save(small_model(), tmp_path / "small.safetensors")
    arguments = ("export", "--page", tmp_path / "page", "-m", tmp_path / "small.safetensors")
    result = hwr(*arguments, status=1, npm_config_registry="http://127.0.0.1:9/")
    assert "can't fetch http://127.0.0.1:9/onnxruntime-web/-/onnxruntime-web-1.30.0.tgz (" in result.stderr
    assert "npm pack onnxruntime-web@1.30.0" in result.stderr
    assert not (tmp_path / "page").exists()
