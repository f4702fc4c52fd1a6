"""Completion in a shell, as click's script for bash asks for it."""

import shutil
from pathlib import Path

import pytest

from handwriting.models import user_models
from tests.helpers.hwr import Hwr
from tests.project.test_imports import HEAVY, loaded_by


def completed(hwr: Hwr, line: str) -> list[str]:
    """Return the words that complete the last word of a line, "" if the shell is to complete a path."""
    asked = {"_HWR_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    return [row.partition(",")[2] for row in hwr(environment=asked).stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hwr tr", ["train"]),
        ("hwr train --activation re", ["relu"]),
        ("hwr train --layer max", ["max-pool"]),
        ("hwr train --layer rel", ["relu"]),
        ("hwr train --layer residual:max", ["residual:max-pool"]),
        ("hwr train --layer residual:conv2d:8,padding=1+bat", ["residual:conv2d:8,padding=1+batch-norm"]),
        ("hwr train --optimizer a", ["adam"]),
        ("hwr train --loss m", ["mse"]),
        ("hwr train --initializer g", ["glorot"]),
        ("hwr train --schedule co", ["constant", "cosine"]),
        ("hwr train --preset ba", ["balanced"]),
        ("hwr train --dataset ", ["auto", "candidates", "mnist", "non-digits", "strokes"]),
        ("hwr train --dataset mnist+st", ["mnist+strokes"]),
        ("hwr download --dataset m", ["mnist"]),
        ("hwr plugins show mom", ["momentum"]),
        ("hwr plugins check flat", ["flatten"]),
        ("hwr help ev", ["evaluate"]),
        ("hwr help plugins s", ["show"]),
        ("hwr predict im", ["im"]),
    ],
)
def test_names(hwr: Hwr, line: str, words: list[str]) -> None:
    assert completed(hwr, line) == words


@pytest.mark.parametrize(
    "line",
    [
        "hwr info mi",
        "hwr evaluate mi",
        "hwr evaluate -m mi",
        "hwr predict -m mi",
        "hwr compare bundled mi",
        "hwr use mi",
    ],
)
def test_models(hwr: Hwr, line: str) -> None:
    (hwr.data / "models").mkdir(parents=True)
    shutil.copy(user_models.BUNDLED, hwr.data / "models" / "mine.safetensors")
    assert completed(hwr, line) == ["mine", "mi"]
    assert completed(hwr, "hwr info b") == ["bundled", "b"]


def test_models_of_the_data_directory_that_is_named(hwr: Hwr, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "other.safetensors").touch()
    assert completed(hwr, f"hwr --data-dir {tmp_path} info o") == ["other", "o"]


@pytest.mark.parametrize("line", ["hwr train --layer ", "hwr train --preset ", "hwr train --schedule ", "hwr info "])
def test_nothing_heavy_is_imported(tmp_path: Path, line: str) -> None:
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "HWR_DATA_DIR": str(tmp_path)}
    code = "from handwriting.cli.main import hwr\ntry:\n    hwr(prog_name='hwr')\nexcept SystemExit:\n    pass"
    assert loaded_by(code, _HWR_COMPLETE="bash_complete", **asked) & HEAVY == set()
