"""Changes of plugins in --augment: beside the built-in ones, with a strength, checked, blamed and recorded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import handwriting
from handwriting.errors import PluginError, SettingError
from handwriting.training.augmentation.augmenter import Augmenter
from handwriting.training.augmentation.extended import parse_augmenter
from tests.helpers.hwr import QUICK, Hwr
from tests.helpers.plugin_factory import Site, installed
from tests.helpers.sample_images import bars, rng

BLOTS = """
import numpy as np
from handwriting.interfaces import Augmentation

class Blots(Augmentation):
    "Dots of ink at random places."
    highest = 2.0

    def change(self, images, strength, rng):
        images[rng.random(images.shape) < 0.2 * strength] = 255
        return {result}
"""
SOURCE = BLOTS.format(result="images")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with installed(tmp_path, monkeypatch) as site:
        site.install("inky", {"augmentations": {"my-blots": "inky:Blots"}}, {"inky": SOURCE})
        yield site


def test_without_plugins_the_augmentation_is_the_built_in_one(site: Site) -> None:
    assert type(parse_augmenter("rotation=8")) is Augmenter
    assert parse_augmenter("rotation=8") == Augmenter(rotation=8)


def test_a_plugins_change_follows_on_the_built_in_ones(site: Site) -> None:
    both = parse_augmenter("rotation=8, my-blots = 0.5, shift=0")
    changed, built_in = both(bars(200), rng()), Augmenter(rotation=8, shift=0)(bars(200), rng())
    assert changed.dtype == np.uint8
    differs = changed != built_in
    assert (changed[differs] == 255).all()
    assert 0.08 < differs.mean() < 0.12
    assert np.array_equal(parse_augmenter("inky:my-blots=0.5,rotation=8,shift=0")(bars(200), rng()), changed)
    assert np.array_equal(parse_augmenter("rotation=8,shift=0,my-blots=0")(bars(200), rng()), built_in)


def test_annealing_weakens_it_likewise(site: Site) -> None:
    half: Any = parse_augmenter("my-blots=1,annealing=1").at(0.5)
    assert [change.strength for change in half.changes] == [0.5]
    assert {name: value for name, value in vars(half).items() if name != "changes"} == vars(
        Augmenter(annealing=1).at(0.5)
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("my-blots=3", "augment: my-blots must be from 0 to 2, got 3.0"),
        ("my-blots=nan", "augment: my-blots must be from 0 to 2, got nan"),
        ("my-blots", "augment: my-blots takes a strength, such as my-blots=0.5, not ''"),
        ("my-blots=x", "augment: my-blots takes a strength, such as my-blots=0.5, not 'x'"),
        ("my-blots=1,my-blots=1", "augment: a change is given twice"),
        ("your-blots=1", "augment has no setting 'your-blots'"),
    ],
)
def test_wrong_strengths_and_names_are_refused(site: Site, text: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        parse_augmenter(text)


def test_our_own_names_come_first(site: Site) -> None:
    site.install("turning", {"augmentations": {"rotation": "inky:Blots"}})
    assert parse_augmenter("rotation=8") == Augmenter(rotation=8)
    assert type(parse_augmenter("turning:rotation=1")) is not Augmenter


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("images[:1]", "the images have the shape (1, 28, 28) instead of (30, 28, 28)"),
        ("None", "change returns NoneType instead of an array"),
        ("images.astype(float)", "float64 instead of float32"),
        ("images / np.float32(0)", "infinite or NaN"),
    ],
)
def test_bad_images_are_found_before_training(hwr: Hwr, tmp_path: Path, result: str, message: str) -> None:
    site = Site(tmp_path / "bad")
    site.install("inky", {"augmentations": {"my-blots": "inky:Blots"}}, {"inky": BLOTS.format(result=result)})
    done = hwr("train", *QUICK, "--augment", "my-blots=1", status=1, environment={"PYTHONPATH": str(site.folder)})
    (line,) = done.stderr.splitlines()
    assert line.startswith("hwr: augmentation 'my-blots' from inky 1.0 does not fulfil its contract: ")
    assert message in line


def test_bad_images_in_the_midst_of_training_are_blamed(site: Site) -> None:
    site.install("late", {"augmentations": {"late": "late:Blots"}}, {"late": BLOTS.format(result="images[:, :3]")})
    with pytest.raises(PluginError, match="augmentation 'late' from late 1.0 does not fulfil .* images has the shape"):
        parse_augmenter("late=1")(bars(4), rng())


def test_a_training_with_it_is_recorded_and_the_same_again(trained: Hwr, tmp_path: Path) -> None:
    site, shown = Site(tmp_path / "site"), []
    site.install("inky", {"augmentations": {"my-blots": "inky:Blots"}}, {"inky": SOURCE})
    beside: Any = {"PYTHONPATH": str(site.folder)}
    for name in ("one", "two"):
        place = tmp_path / f"{name}.safetensors"
        trained("train", *QUICK, "--augment", "rotation=8,my-blots=0.2", "-o", place, environment=beside)
        shown.append(handwriting.load(place))
    assert np.array_equal(shown[0].network.vector, shown[1].network.vector)
    assert shown[0].training["augmentations"] == [
        {"kind": "augmentation", "name": "my-blots", "settings": {}, "distribution": "inky", "version": "1.0"}
    ]
    listed = json.loads(trained("plugins", "list", "--format", "json", environment=beside).stdout)
    assert "Dots of ink at random places." in {part["summary"] for part in listed}
    assert "pass" in trained("plugins", "check", "my-blots", environment=beside).stdout
