"""Residual blocks as users meet them: trained by the command line and in Python, shown, and with plugins inside."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting import train
from handwriting.models import model_file
from handwriting.web import inspection
from tests.helpers.plugin_factory import ACTIVATION, LAYER, Site

BLOCK = "residual:conv2d:3,stride=4+batch-norm+relu"
TWICE = """
from dataclasses import dataclass
from handwriting.interfaces import Layer, Layers

@dataclass(frozen=True)
class Twice(Layer):
    factor: float = 2.0
    layers: Layers = ()

    def build(self, input_shape):
        return input_shape, {}

    def forward(self, x, parameters, *, training, rng):
        return self.factor * x, lambda gradient, gradients: self.factor * gradient
"""
QUICK = ("--dataset", "strokes", "--epochs", "1", "--hidden", "8", "--threads", "1")


def install(site: Site, activation: str = "", layer: str = "", version: str = "6.6") -> None:
    points = {"activations": {"soft": "soft_module:Soft"}, "layers": {"factor": "factor_module:Factor"}}
    modules = {
        "soft_module": activation or ACTIVATION.format(name="Soft"),
        "factor_module": layer or LAYER.format(name="Factor"),
    }
    site.install("inner-plugin", points, modules, version=version)


def test_it_is_trained_and_shown_with_what_is_inside(run_hwr: Any, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(f'layers = ["{BLOCK}"]\n')
    config = ("--config", "recipe.toml")
    run_hwr("train", *QUICK, *config, "-o", "m.safetensors", "--report", "r.html")
    lines = [" ".join(line.split()) for line in run_hwr("info", "m.safetensors").stdout.splitlines()]
    first = lines.index(f"{BLOCK} 28x28x1 7x7x3 42")
    assert lines[first + 1 : first + 5] == [
        "conv2d:3,stride=4 28x28x1 7x7x3 30",
        "batch-norm 7x7x3 7x7x3 6",
        "relu 7x7x3 7x7x3 0",
        "shortcut: conv2d:3,kernel=1 7x7x1 7x7x3 6",
    ]
    block = json.loads(run_hwr("info", "m.safetensors", "--format", "json").stdout)["layers"][0]
    assert block["layer"] == BLOCK
    assert [inner["layer"] for inner in block["inside"].values()] == [
        "conv2d:3,stride=4", "batch-norm", "relu", "conv2d:3,kernel=1",
    ]  # fmt: skip
    page = (tmp_path / "r.html").read_text("utf-8")
    for name in (f"<span><code>{BLOCK}</code>", "+ <code>batch-norm</code>", "shortcut <code>conv2d:3,kernel=1</code>"):
        assert name in page


def test_the_drawing_page_shows_a_block_as_one_layer(run_hwr: Any, tmp_path: Path) -> None:
    run_hwr("train", *QUICK, "--layer", BLOCK, "-o", "m.safetensors")
    model = model_file.load(tmp_path / "m.safetensors")
    layers = inspection._layers(model, np.zeros((28, 28), np.uint8))
    assert [layer["name"] for layer in layers] == [BLOCK, "dense:8", "relu", "dense:10"]
    assert layers[0]["shape"] == (7, 7, 3)
    assert inspection.describe_model(model)["weights"] is None  # those of a later layer are not the first


def test_python_takes_it_too(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWR_DATA_DIR", str(trained.data))
    model = train(dataset="strokes", layers=[BLOCK], hidden=[8], epochs=1, threads=1)
    assert "residual:conv2d:3" in str(model)


def test_it_is_checked_like_the_layers_of_plugins(run_hwr: Any, site: Site) -> None:
    install(site)
    for spec in ("residual", "residual:conv2d:2,stride=4+soft"):
        assert "tests pass" in run_hwr("plugins", "check", spec).stdout
    assert "layers: layers joined by +" in run_hwr("plugins", "show", "residual").stdout


def test_bad_blocks_are_refused_in_one_line(run_hwr: Any) -> None:
    for block, words in (
        ("residual:con2d:8", "there is no layer or activation 'con2d'; did you mean conv2d?"),
        ("residual:", "residual needs a value for 'layers'"),
        ("residual:flatten", "contains flatten, whose output 784"),
    ):
        failed = run_hwr("train", *QUICK, "--layer", block, status=2)
        assert words in failed.stderr
        assert failed.stderr.count("\n") == 1


def test_plugins_inside_are_recorded_with_the_model(run_hwr: Any, site: Site, tmp_path: Path) -> None:
    install(site)
    run_hwr("train", *QUICK, "--layer", "residual:factor:2.0+soft:scale=2", "-o", "m.safetensors")
    assert "residual:factor:2.0+soft:2.0" in run_hwr("info", "m.safetensors").stdout
    failed = run_hwr("info", "m.safetensors", status=1, HWR_PLUGINS="none")
    assert "of inner-plugin==6.6 is needed, but not installed" in failed.stderr
    assert failed.stderr.count("\n") == 1
    metadata = site.folder / "inner_plugin-6.6.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("6.6", "7.0"))
    noted = run_hwr("evaluate", "m.safetensors")
    assert "trained with inner-plugin 6.6, 7.0 is installed" in noted.stderr


def test_resuming_without_the_plugin_inside_says_what_to_install(run_hwr: Any, site: Site) -> None:
    late = "1 / 0 if parameters['count'][1] > 300 else x * factor"
    layer = LAYER.format(name="Factor").replace('["count"][...]', '["count"][1]').replace("x * factor", late)
    install(site, layer=layer)
    run_hwr("train", *QUICK, "--epochs", "2", "--layer", "residual:factor+relu", "-o", "m", status=1)
    missing = run_hwr("train", "--resume", "m.checkpoint", HWR_PLUGINS="none", status=1).stderr
    assert "the layer 'factor' of inner-plugin==6.6 is needed, but not installed" in missing
    assert "pip install inner-plugin==6.6" in missing
    assert missing.count("\n") == 1


def test_the_plugin_inside_is_blamed(run_hwr: Any, site: Site) -> None:
    late = "1 / 0 if len(x) > 9 else x * factor"
    install(site, layer=LAYER.format(name="Factor").replace("x * factor", late))
    failed = run_hwr("train", *QUICK, "--layer", "residual:factor+relu", status=1)
    assert failed.stderr.splitlines()[-1].startswith("hwr: layer 'factor' from inner-plugin 6.6 fails: ZeroDivisionErr")


def test_what_a_plugin_inside_returns_is_compared_with_the_contract(run_hwr: Any, site: Site) -> None:
    """In the short check before training, and at every call."""
    for size, words in ((0, "(see `hwr plugins check factor`)"), (9, "the gradient of the inputs")):
        layer = LAYER.format(name="Factor").replace(
            "return gradient * factor", f"return gradient[:, :-1] if len(x) > {size} else gradient * factor"
        )
        site.folder.joinpath("factor_module.py").unlink(missing_ok=True)
        if size == 0:
            install(site, layer=layer)
        else:
            site.folder.joinpath("factor_module.py").write_text(layer)
        failed = run_hwr("train", *QUICK, "--layer", "residual:factor+relu", status=1)
        assert "layer 'factor' from inner-plugin 6.6 does not fulfil its contract" in failed.stderr
        assert words in failed.stderr


def test_an_activation_inside_is_guarded(run_hwr: Any, site: Site) -> None:
    activation = ACTIVATION.format(name="Soft").replace(
        "return gradient *", "return None if len(z) > 9 else gradient *"
    )
    install(site, activation=activation)
    failed = run_hwr("train", *QUICK, "--layer", "flatten", "--layer", "residual:dense:784+soft", status=1)
    words = "activation 'soft' from inner-plugin 6.6 does not fulfil its contract: the gradient of the inputs"
    assert words in failed.stderr


def test_settings_that_a_model_can_not_hold_are_blamed_on_the_plugin_inside(run_hwr: Any, site: Site) -> None:
    install(
        site, activation=ACTIVATION.format(name="Soft").replace("scale: float = 1.0", "scale: float = float('nan')")
    )
    failed = run_hwr("train", *QUICK, "--layer", "residual:soft", status=1)
    assert "activation 'soft' from inner-plugin 6.6 can't be saved with a model" in failed.stderr


def test_the_layers_of_plugins_may_have_such_a_setting(run_hwr: Any, site: Site) -> None:
    install(site)
    site.install("twice-plugin", {"layers": {"twice": "twice_module:Twice"}}, {"twice_module": TWICE})
    for given, shown in (
        ("twice", "twice"),
        ("twice:3", "twice:3.0"),
        ("twice:layers=dropout:rate=0.1+soft", "twice:layers=dropout:0.1+soft"),
        ("twice:3,dense:9+soft:scale=2,", "twice:3.0,layers=dense:9+soft:2.0"),
    ):
        run_hwr("train", *QUICK, "--layer", given, "-o", "m.safetensors", "--force")
        assert f" -> {shown} -> " in run_hwr("info", "m.safetensors").stdout
    failed = run_hwr("info", "m.safetensors", status=1, HWR_PLUGINS="twice-plugin")
    assert "the activation 'soft' of inner-plugin==6.6 is needed, but not installed" in failed.stderr
