"""`hwr models` and `hwr use`: which models there are, which one reads, and how to have another."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from handwriting.models import user_models
from tests.helpers.hwr import QUICK, Hwr


@pytest.fixture
def two_models(hwr_with_strokes: Hwr) -> Hwr:
    """`hwr` with a model trained on strokes, which is in use, and a copy of the bundled model called "copy"."""
    hwr_with_strokes("train", *QUICK)
    shutil.copy(user_models.BUNDLED, hwr_with_strokes.data / "models" / "copy.safetensors")
    return hwr_with_strokes


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "one.pgm"
    path.write_bytes(
        b"P5 28 28 255 " + bytes(255 if 5 < i // 28 < 23 and i % 28 in (13, 14) else 0 for i in range(784))
    )
    return path


def listed(hwr: Hwr) -> dict[str, Any]:
    return {model["name"]: model for model in json.loads(hwr("models", "--format", "json").stdout)}


def test_they_are_listed_and_the_one_in_use_is_marked(two_models: Hwr) -> None:
    lines = two_models("models").stdout.splitlines()
    assert [line[0] for line in lines] == [" ", "*", " "]
    models = listed(two_models)
    trained = next(name for name in models if name.startswith("strokes-"))
    assert set(models) == {trained, "copy", "bundled"}
    assert models[trained]["in_use"]
    assert models[trained]["dataset"] == "strokes"
    assert models[trained]["accuracy"] > 0.8
    assert models["bundled"]["accuracy"] == models["copy"]["accuracy"] > 0.99


def test_any_of_them_is_found_by_its_name(two_models: Hwr, picture: Path) -> None:
    for name in listed(two_models):
        reading = json.loads(two_models("predict", picture, "-m", name, "--format", "jsonl").stdout)
        assert Path(reading["model"]).stem == name


def test_a_reading_says_which_model_reads_and_how_to_have_a_better_one(two_models: Hwr, picture: Path) -> None:
    messages = two_models("predict", picture).stderr
    assert messages.startswith("model strokes-")
    assert "% on strokes); the bundled model, with 99.70 %, is better: -m bundled, or hwr use bundled\n" in messages
    assert "better" not in two_models("predict", picture, "-m", "bundled").stderr


def test_another_one_can_be_put_to_use(two_models: Hwr, picture: Path, tmp_path: Path) -> None:
    assert two_models("use", "bundled").stderr == "in use: bundled (99.70 % on mnist)\n"
    assert two_models("predict", picture).stderr.startswith("model bundled (99.70 % on mnist)\n")
    elsewhere = tmp_path / "mine.safetensors"
    shutil.copy(user_models.BUNDLED, elsewhere)
    two_models("use", elsewhere)
    assert listed(two_models)[str(elsewhere)]["in_use"]
    done = two_models("use", "nonsense", status=2)
    assert "there is no model file nonsense" in done.stderr
    assert listed(two_models)[str(elsewhere)]["in_use"]


def test_a_model_can_be_removed_and_the_next_one_is_used(two_models: Hwr, picture: Path) -> None:
    trained = next(name for name in listed(two_models) if name.startswith("strokes-"))
    done = two_models("models", "rm", trained)
    assert done.stderr.startswith(f"removed {trained}\n")
    assert "is gone: copy is used instead" in done.stderr
    assert set(listed(two_models)) >= {"copy", "bundled"}
    assert "is gone: copy is used instead" in two_models("predict", picture).stderr
    for name in ("bundled", "nonsense", "../copy"):
        assert "hwr models" in two_models("models", "rm", "copy", name, status=2).stderr
    assert "copy" in listed(two_models)  # nothing is removed if one name is wrong


def test_a_file_can_be_used_without_a_home_directory(hwr: Hwr, picture: Path) -> None:
    nowhere = {"HWR_DATA_DIR": "~nobody-of-this-name/data"}
    for named in ((), ("-m", user_models.BUNDLED)):
        done = hwr("predict", picture, *named, environment=nowhere)
        assert done.stderr.startswith("model bundled")


def test_a_model_saved_elsewhere_is_not_put_to_use_unless_asked(two_models: Hwr, tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    done = two_models("train", *QUICK, "-o", path)
    assert f"to read with it: -m {path}, or hwr use {path}\n" in done.stderr
    assert not any(model["in_use"] for name, model in listed(two_models).items() if not name.startswith("strokes-"))


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        (("--learning-rate", "1000"), "try a smaller --learning-rate than 1000: the default is 0.008"),
        (
            ("--optimizer", "sgd", "--learning-rate", "1e6"),
            "try a smaller --learning-rate than 1e+06: the default is 0.5",
        ),
        (("--weight-decay", "1e10"), "try a smaller --weight-decay than 1e+10: it pulls the weights to 0"),
        (
            ("--epochs", "1", "--batch-size", "full", "--learning-rate", "1e-6"),
            "try a larger --learning-rate than 1e-06",
        ),
    ],
)
def test_a_network_that_learned_nothing_is_kept_but_not_used(
    two_models: Hwr, options: tuple[str, ...], cause: str
) -> None:
    before = listed(two_models)
    done = two_models("train", *QUICK, *options, status=1)
    assert "the network has learned nothing" in done.stderr or "diverged" in done.stderr
    assert cause in done.stderr
    after = listed(two_models)
    assert len(after) == len(before) + ("diverged" not in done.stderr)
    assert [name for name in after if after[name]["in_use"]] == [name for name in before if before[name]["in_use"]]
