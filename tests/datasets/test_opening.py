"""Datasets with settings: how they are given, opened, kept apart, saved with a model and opened again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import handwriting
from handwriting.datasets.opening import Opener, folder_of, made
from handwriting.errors import DataError, SettingError
from handwriting.models import json_schema
from handwriting.models.training_record import DATASET
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import Site, installed

SHADES = """
from dataclasses import dataclass
from pathlib import Path
import numpy as np
from handwriting.interfaces import Dataset, Examples, Splits

@dataclass(frozen=True)
class Shades(Dataset):
    "Images of two shades, in a file."
    path: str
    level: float = 0.5

    def prepare(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "level").write_text(str(self.level))
        yield from ()

    def load(self, folder):
        assert (folder / "level").read_text() == str(self.level), "files of other settings"
        labels = np.arange(40, dtype=np.uint8) % 2
        images = np.repeat((labels * round(200 * self.level))[:, None], 784, axis=1).reshape(40, 28, 28)
        return Splits(Examples(images, labels), Examples(images, labels), ("0", "1"))
"""
TRAIN = ("train", "--hidden", "8", "--epochs", "20", "--threads", "1")


@pytest.fixture
def beside(tmp_path: Path) -> dict[str, str]:
    """Return the environment in which the plugin `shades` is installed."""
    site = Site(tmp_path / "site")
    site.install("shady", {"datasets": {"shades": "shady:Shades"}}, {"shady": SHADES})
    return {"PYTHONPATH": str(site.folder)}


def opener(folder: Path) -> Opener:
    return Opener(folder, lambda events: [*events].clear())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("strokes", ["strokes"]),
        ("strokes:5", ["strokes:5"]),
        ("strokes: seed = 3, 5", ["strokes:5,seed=3"]),
        ("mnist + 0.5*strokes:seed=3", ["mnist", "strokes:seed=3"]),
        ('strokes:"5"+strokes', ["strokes:5", "strokes"]),
        ("handwriting:strokes:seed=1", ["strokes:seed=1"]),
    ],
)
def test_settings_are_given_as_those_of_layers_are(text: str, names: list[str]) -> None:
    assert [ingredient.spec for ingredient, _ in made(text)] == names


@pytest.mark.parametrize(
    "path",
    ["marks.csv", "a+b.csv", "a,b.csv", "a=b.csv", "*.csv", "C:\\m.csv", 'a"b.csv', " a ", '"', "0.5*mnist+x:y"],
)
def test_any_path_can_be_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    with installed(tmp_path, monkeypatch) as site:
        site.install("shady", {"datasets": {"shades": "shady:Shades"}}, {"shady": SHADES})
        quoted = path.replace('"', '""')
        ((ingredient, dataset), (other, _)) = made(f'shades:path="{quoted}"+mnist')
        assert dataset.path == path  # type: ignore[attr-defined]
        assert made(ingredient.spec)[0][1] == dataset
        assert other.spec == "mnist"


def test_what_has_no_comma_plus_or_quotation_mark_needs_no_quotes(tmp_path: Path, monkeypatch: Any) -> None:
    with installed(tmp_path, monkeypatch) as site:
        site.install("shady", {"datasets": {"shades": "shady:Shades"}}, {"shady": SHADES})
        for path in ("C:\\marks.csv", "/a b/*.csv", "a=b.csv"):
            ((_, dataset),) = made(f"shades:path={path}")
            assert dataset.path == path  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stroks:5", "there is no dataset 'stroks'; did you mean strokes?"),
        ("strokes:sed=5", "strokes has no setting 'sed'; did you mean seed?"),
        ("strokes:seed=x", "strokes: seed takes a whole number, not 'x'"),
        ("strokes:seed=-1", "strokes: seed must be at least 0"),
        (f"strokes:seed={9**200}", "strokes: seed must be below"),
        ("strokes:1000000000000", "strokes: train_count must be below"),
        ("mnist:5", "mnist: '5' is one value too many; its settings: none"),
        ('strokes:"5', "a quotation mark is not closed"),
        ("strokes:seed=1+2", "there is no dataset '2'; .*a [+] in a setting stands in double quotes"),
    ],
)
def test_wrong_settings_are_refused_before_anything_is_fetched(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        opener(tmp_path).open(f"mnist+{text}" if "mnist" not in text else text)
    assert not any(tmp_path.iterdir())


def test_two_settings_of_a_dataset_have_folders_of_their_own(tmp_path: Path) -> None:
    specs = ("strokes", "strokes:seed=1", "strokes:seed=2", "strokes:30,20", "strokes:3,20", "strokes:30,2")
    folders = {folder_of(made(spec)[0][1], tmp_path) for spec in specs}
    assert len(folders) == len(specs)
    assert tmp_path / "datasets" / "strokes" in folders
    assert folder_of(made("strokes:seed=0,20000")[0][1], tmp_path) == tmp_path / "datasets" / "strokes"


def test_a_record_opens_the_same_dataset_again(tmp_path: Path) -> None:
    opened = opener(tmp_path).open("strokes:300,40,seed=3 + 0.5*strokes:test_count=20,train_count=100")
    assert opened.name == "strokes:300,test_count=40,seed=3+0.5*strokes:100,test_count=20"
    record = json.loads(json.dumps(opened.saved))
    json_schema.check(record, DATASET, "dataset")
    again = opener(tmp_path).open_saved(record)
    assert (again.name, again.saved) == (opened.name, opened.saved)
    assert np.array_equal(again.splits.train.images, opened.splits.train.images)
    assert len(again.splits.train) == 300 + 50
    assert opener(tmp_path).open_test_set({"dataset": record}, None, None).name == "strokes:300,test_count=40,seed=3"


def test_a_record_has_every_setting_and_old_ones_have_none(tmp_path: Path) -> None:
    small = opener(tmp_path).open("strokes:30,20")
    assert small.saved == {
        "name": "strokes",
        "spec": "strokes:30,test_count=20",
        "settings": {"train_count": 30, "test_count": 20, "seed": 0},
    }
    with pytest.raises(DataError, match="can't be opened: strokes has no setting 'size'"):
        opener(tmp_path).open_saved({"name": "strokes", "settings": {"size": 3}})
    old = {"name": "strokes", "share": 0.2}
    json_schema.check({"mixture": [{"name": "mnist", "share": 1.0}, old]}, DATASET, "dataset")
    assert opener(tmp_path).open_saved(old).name == "strokes"


def test_a_model_remembers_its_datasets_settings(hwr: Hwr, tmp_path: Path, beside: dict[str, str]) -> None:
    place, spec = tmp_path / "m.safetensors", 'shades:path="1,5 + 2.csv",level=0.25'
    done = hwr(*TRAIN, "--dataset", f"{spec}+0.5*shades:path=x", "-o", place, environment=beside)
    assert 'dataset   shades:"1,5 + 2.csv",level=0.25+0.5*shades:x: ' in done.stdout
    info = hwr("info", place, environment=beside).stdout
    assert 'dataset   shades:"1,5 + 2.csv",level=0.25+shades:x' in info.splitlines()
    judged = json.loads(hwr("evaluate", place, "--format", "json", environment=beside).stdout)
    assert judged["dataset"] == 'shades:"1,5 + 2.csv",level=0.25'
    other = json.loads(hwr("evaluate", place, "--dataset", "shades:x", "--format", "json", environment=beside).stdout)
    assert other["dataset"] == "shades:x"
    needed = hwr("evaluate", place, status=1).stderr
    assert "the dataset 'shades' of shady==1.0 is needed, but not installed" in needed


def test_a_required_setting_is_asked_for(hwr: Hwr, beside: dict[str, str]) -> None:
    for command in ("train", "download", "evaluate"):
        (line,) = hwr(command, "--dataset", "shades", status=2, environment=beside).stderr.splitlines()
        assert line == "hwr: shades needs a value for 'path'; its settings: path: str, level: float = 0.5"


@pytest.mark.parametrize("default", ["float('nan')", "Path('x')", "np.float32(0.5)", "'high'", "2**200"])
def test_settings_that_a_model_file_cannot_record_are_refused_before_training(
    hwr: Hwr, tmp_path: Path, default: str
) -> None:
    site = Site(tmp_path / "site")
    source = SHADES.replace("level: float = 0.5", f"level: float = {default}")
    site.install("shady", {"datasets": {"shades": "shady:Shades"}}, {"shady": source})
    done = hwr("train", "--dataset", "shades:x", status=1, environment={"PYTHONPATH": str(site.folder)})
    (line,) = done.stderr.splitlines()
    assert line.startswith("hwr: dataset 'shades' from shady 1.0 can't be saved with a model: ")


def test_download_takes_settings_and_mixtures(hwr: Hwr, tmp_path: Path) -> None:
    done = hwr("download", "--dataset", "strokes:30,20+0.5*strokes:seed=3,30,20")
    first, second = (line for line in done.stderr.splitlines() if "ready" in line)
    assert first.startswith(f"strokes:30,test_count=20 is ready in {hwr.data}")
    assert second.startswith(f"strokes:30,test_count=20,seed=3 is ready in {hwr.data}")
    refused = hwr("download", "--dataset", "mnist+strokes:seed=3", "--verify", status=2)
    assert "do not apply to strokes:seed=3: use `hwr download --dataset strokes:seed=3` alone" in refused.stderr


def test_a_settings_file_and_python_take_settings(hwr: Hwr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, place = tmp_path / "c.toml", tmp_path / "m.safetensors"
    config.write_text("dataset = 'strokes:seed=3,train_count=300,test_count=20'\nhidden = [2]\nepochs = 1\n")
    assert "strokes:300,test_count=20,seed=3: " in hwr("train", "--config", config, "-o", place).stdout
    monkeypatch.setenv("HWR_DATA_DIR", str(hwr.data))
    model = handwriting.train(dataset="strokes:300,20,seed=3", hidden=2, epochs=1, progress=False)
    assert model.trained_on == handwriting.load(place).trained_on == "strokes:300,test_count=20,seed=3"
    assert model.evaluate().metrics.count == 20
    assert model.evaluate("strokes:30,10").metrics.count == 10
