"""No training is lost to a plugin: whatever it raises or returns, and whenever, it is named, and nothing is lost."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.registry.entry_points import PLURALS
from tests.helpers.plugin_factory import LAYER, Site

SHORT = ("--dataset", "strokes", "--hidden", "4", "--epochs", "2", "--threads", "1")
PARTS = '''
import enum
import signal
from dataclasses import dataclass
from pathlib import Path
import numpy as np
from handwriting.interfaces import (
    Activation, Augmentation, Dataset, Examples, Initializer, Layer, Loss, Optimizer, Parameter, Schedule, Splits,
)
from handwriting.errors import ShapeError

calls = {"count": 0}

def late(value, otherwise):
    """Return the second value for many calls, which are some epochs, then what `value` returns."""
    calls["count"] += 1
    return value() if calls["count"] > LATE else otherwise

def fail(error):
    raise error

LATE = 0

class Colour(enum.Enum):
    RED = 1
'''
ACTIVATION = """
@dataclass(frozen=True)
class Part(Activation):
{settings}
    def forward(self, z):
        return late(lambda: {forward}, z / (1 + np.abs(z)))

    def backward(self, gradient, z, a):
        return late(lambda: {backward}, gradient / (1 + np.abs(z)) ** 2)
"""
OPTIMIZER = """
@dataclass(frozen=True)
class Part(Optimizer):
    def start(self, size):
        return {{"sum": np.zeros(size, np.float32)}}

    def step(self, parameters, gradient, state, learning_rate):
        parameters -= 0.01 * gradient
        late(lambda: {step}, None)
"""
OTHERS = {
    "cost": """
class Part(Loss):
    def cost(self, outputs, labels):
        y = np.eye(outputs.shape[1], dtype=outputs.dtype)[labels]
        gradient = (outputs - y) / outputs.dtype.type(len(labels))
        cost = float(np.square(outputs - y).sum() / 2 / len(labels))
        return late(lambda: {bad}, (cost, gradient))

    def confidences(self, outputs):
        return np.clip(outputs / 8 + 0.5, 0, 1)
""",
    "confidences": """
class Part(Loss):
    def cost(self, outputs, labels):
        y = np.eye(outputs.shape[1], dtype=outputs.dtype)[labels]
        cost = float(np.square(outputs - y).sum() / 2 / len(labels))
        return cost, (outputs - y) / outputs.dtype.type(len(labels))

    def confidences(self, outputs):
        return late(lambda: {bad}, np.clip(outputs / 8 + 0.5, 0, 1))
""",
    "factor": """
class Part(Schedule):
    def factor(self, done):
        return late(lambda: {bad}, 1 - done)
""",
    "values": """
class Part(Initializer):
    def values(self, shape, fans, rng):
        return late(lambda: {bad}, 0.05 * rng.standard_normal(shape, dtype=np.float32))
""",
    "change": """
class Part(Augmentation):
    def change(self, images, strength, rng):
        return late(lambda: {bad}, images)
""",
}
"""Parts of other kinds, by the method that fails late."""
OPTIONS = {
    "cost": ("losses", "--loss", "bad"), "confidences": ("losses", "--loss", "bad"),
    "factor": ("schedules", "--schedule", "bad"), "values": ("initializers", "--initializer", "bad"),
    "change": ("augmentations", "--augment", "bad=1"),
}  # fmt: skip
LATE = {"cost": 300, "confidences": 20, "factor": 500, "values": 2, "change": 700}
"""Calls before a method fails: in the second epoch, after the last, or when the network is built after the check."""
DATASET = """
class Part(Dataset):
    def load(self, folder):
        return {load}
"""
PLURALS_TO_KINDS = {plural: kind for kind, plural in PLURALS.items()}
SOON, LATER = 5, 600
"""Calls after the short check, and in the second epoch, in which there are some 400 of each method together."""


def activation(forward: str = "z", backward: str = "gradient", settings: str = "", late: int = 0) -> str:
    settings = "".join(f"    {line}\n" for line in settings.splitlines())
    source = ACTIVATION.format(forward=forward, backward=backward, settings=settings)
    return PARTS.replace("LATE = 0", f"LATE = {late}") + source


def install(site: Site, source: str, group: str = "activations", version: str = "6.6", name: str = "bad") -> None:
    site.install("bad-plugin", {group: {name: "bad_module:Part"}}, {"bad_module": source}, version=version)


UNSAVED = {
    "object": ("mode: object = object()", "the setting 'mode' is of the type object"),
    "enum": ("colour: Colour = Colour.RED", "the setting 'colour' is of the type Colour"),
    "path": ("place: Path = Path('x')", "the setting 'place' is of the type PosixPath"),
    "float32": ("slope: float = np.float32(0.5)", "the setting 'slope' is of the type float32"),
    "NaN": ("slope: float = float('nan')", "the setting 'slope' is infinite, NaN"),
    "infinite": ("slope: float = float('inf')", "the setting 'slope' is infinite, NaN"),
    "another type": ("count: int = 0.5", "count takes a whole number, not '0.5'"),
    "text for a number": ("slope: float = 'steep'", "slope takes a number, not 'steep'"),
}


@pytest.mark.parametrize("case", UNSAVED)
def test_a_part_that_a_model_file_can_not_hold_is_refused_before_training(run_hwr: Any, site: Site, case: str) -> None:
    settings, words = UNSAVED[case]
    install(site, activation(settings=settings, late=LATER))
    failed = run_hwr("train", *SHORT, "--activation", "bad", status=1)
    assert failed.stderr.startswith("hwr: activation 'bad' from bad-plugin 6.6 can't be saved with a model: ")
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert failed.stdout == ""


@pytest.mark.parametrize("version", ["1.0 beta", "latest", ""])
def test_a_version_that_pip_can_not_install_is_refused_before_training(run_hwr: Any, site: Site, version: str) -> None:
    install(site, activation(), version=version)
    failed = run_hwr("train", *SHORT, "--activation", "bad", status=1)
    assert "its metadata lacks a name and version that pip knows: install or uninstall it again" in failed.stderr
    assert "bad-plugin" in failed.stderr
    assert failed.stderr.count("\n") == 1


BUILT = {
    "None": ("return input_shape, {", "return None\n        {"),
    "a shape that is none": ("return input_shape, {", "return 5, {"),
    "sizes that are not whole": ("return input_shape, {", "return (28.5, 28, 1), {"),
    "no parameters": ("return input_shape, {", "return input_shape, None and {"),
    "a name that no file can hold": ('"factor"', '"\\ud800"'),
    "a number as a name": ('"factor"', "5"),
    "an array": ("Parameter((2,), trained=False)", "3"),
    "NaN": ("value=self.start", "value=float('nan')"),
}


@pytest.mark.parametrize("case", BUILT)
def test_what_a_layer_builds_is_checked_before_training(run_hwr: Any, site: Site, case: str) -> None:
    install(site, LAYER.format(name="Part").replace(*BUILT[case]), "layers")
    failed = run_hwr("train", *SHORT, "--layer", "bad", status=1)
    assert failed.stderr.startswith("hwr: layer 'bad' from bad-plugin 6.6 fails: TypeError: ")
    assert failed.stderr.count("\n") == 1
    assert failed.stdout == ""


RAISED = ("SystemExit(0)", "SystemExit('bye')", "BaseException('odd')", "GeneratorExit()", "MemoryError()",
          "OSError(28, 'No space left')", "KeyboardInterrupt()", "StopIteration(3)", "ShapeError('mine')")  # fmt: skip


@pytest.mark.parametrize("error", RAISED)
@pytest.mark.parametrize("place", ["forward", "backward"])
def test_whatever_a_plugin_raises_in_the_second_epoch_it_is_named_and_a_checkpoint_kept(
    run_hwr: Any, site: Site, tmp_path: Path, error: str, place: str
) -> None:
    install(site, activation(**{place: f"fail({error})"}, late=LATER))
    failed = run_hwr("train", *SHORT, "--activation", "bad", "-o", tmp_path / "m", status=1)
    *_, advice, line = failed.stderr.splitlines()
    assert line.startswith(f"hwr: activation 'bad' from bad-plugin 6.6 fails: {error.partition('(')[0]}")
    assert advice == f"continue with: hwr train --force --resume {tmp_path / 'm'}.checkpoint"
    assert (tmp_path / "m.checkpoint").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_real_interruption_in_a_plugin_is_no_fault_of_the_plugin(run_hwr: Any, site: Site, tmp_path: Path) -> None:
    interrupts = "[signal.raise_signal(signal.SIGINT), signal.raise_signal(signal.SIGINT)]"
    install(site, activation(forward=interrupts, late=LATER))
    stopped = run_hwr("train", *SHORT, "--activation", "bad", "-o", tmp_path / "m", status=130)
    assert stopped.stderr.endswith("stopping after this batch; again to stop at once\nhwr: interrupted\n")


RETURNED = {
    "None": "None",
    "a number": "1.0",
    "another shape": "z[:, :1]",
    "another dtype": "z.astype(float)",
    "NaN": "z * np.float32('nan')",
}


@pytest.mark.parametrize("case", RETURNED)
@pytest.mark.parametrize("place", ["forward", "backward"])
def test_whatever_a_plugin_returns_in_the_second_epoch_it_is_named_and_a_checkpoint_kept(
    run_hwr: Any, site: Site, tmp_path: Path, case: str, place: str
) -> None:
    install(site, activation(**{place: RETURNED[case]}, late=LATER))
    failed = run_hwr("train", *SHORT, "--activation", "bad", "-o", tmp_path / "m", status=1)
    *_, advice, line = failed.stderr.splitlines()
    what = "the output" if place == "forward" else "the gradient of the inputs"
    assert line.startswith(f"hwr: activation 'bad' from bad-plugin 6.6 does not fulfil its contract: {what} ")
    assert "--resume" in advice


def failure_of(run_hwr: Any, site: Site, place: Path, method: str, bad: str) -> str:
    """Return what is said of a part whose `method` evaluates `bad` late; a checkpoint is kept if there was an epoch."""
    group, *options = OPTIONS[method]
    source = PARTS.replace("LATE = 0", f"LATE = {LATE[method]}") + OTHERS[method].format(bad=bad)
    install(site, source, group)
    failed = run_hwr("train", *SHORT, *options, "-o", place, status=1)
    lines: list[str] = ["", *failed.stderr.splitlines()]
    *_, advice, line = lines
    if method != "values":
        assert advice == f"continue with: hwr train --force --resume {place}.checkpoint"
        assert place.with_name(f"{place.name}.checkpoint").exists()
    assert line.startswith("hwr: ")
    assert "'bad' from bad-plugin 6.6 " in line
    return line


@pytest.mark.parametrize("error", RAISED)
@pytest.mark.parametrize("method", OTHERS)
def test_whatever_another_part_raises_late_it_is_named_and_a_checkpoint_kept(
    run_hwr: Any, site: Site, tmp_path: Path, method: str, error: str
) -> None:
    line = failure_of(run_hwr, site, tmp_path / "m", method, f"fail({error})")
    assert f" fails: {error.partition('(')[0]}" in line


NAN, ROWS, DOUBLE = "z * np.float32('nan')", "z[:1]", "z.astype(float)"
RETURNED_BY_OTHERS = {
    "cost": ("None", "(None, outputs)", "('1', outputs)", "(np.nan, outputs)", "(1.0, None)", "(outputs, outputs)",
             *(f"(1.0, {bad.replace('z', 'outputs')})" for bad in (NAN, ROWS, DOUBLE))),
    "confidences": ("None", "1.0", *(bad.replace("z", "outputs") for bad in (NAN, ROWS, DOUBLE))),
    "factor": ("None", "'1'", "float('nan')", "2.0", "-1", "1j", "[0.5]"),
    "values": ("None", "1.0", "np.ones(shape)", "np.ones(3, np.float32)", "np.full(shape, np.inf, np.float32)"),
    "change": ("None", *(bad.replace("z", "images") for bad in (NAN, ROWS, DOUBLE))),
}  # fmt: skip


@pytest.mark.parametrize(("method", "bad"), [(method, bad) for method in OTHERS for bad in RETURNED_BY_OTHERS[method]])
def test_whatever_another_part_returns_late_it_is_named_and_a_checkpoint_kept(
    run_hwr: Any, site: Site, tmp_path: Path, method: str, bad: str
) -> None:
    line = failure_of(run_hwr, site, tmp_path / "m", method, bad)
    assert " does not fulfil its contract: " in line
    assert "diverged" not in line


@pytest.mark.parametrize("place", ["forward", "backward"])
def test_a_change_of_what_a_part_is_given_is_told_at_any_call(
    run_hwr: Any, site: Site, tmp_path: Path, place: str
) -> None:
    array = "z" if place == "forward" else "gradient"
    install(site, activation(**{place: f"np.add({array}, 1, out={array})"}, late=LATER))
    failed = run_hwr("train", *SHORT, "--activation", "bad", "-o", tmp_path / "m", status=1)
    assert "activation 'bad' from bad-plugin 6.6 fails: ValueError: output array is read-only" in failed.stderr


def test_a_gradient_that_is_replaced_instead_of_written_is_told(run_hwr: Any, site: Site) -> None:
    replaced = "return (len(x) > 9 and gradients.update(factor=np.zeros(()))) or gradient * factor"
    source = LAYER.format(name="Part").replace("return gradient * factor", replaced)
    install(site, "import numpy as np\n" + source, "layers")
    failed = run_hwr("train", *SHORT, "--layer", "bad", status=1)
    assert "layer 'bad' from bad-plugin 6.6" in failed.stderr
    assert "gradients['factor'] is replaced: write into gradients['factor'][...]" in failed.stderr


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("fail(SystemExit())", "fails: SystemExit"),
        ("parameters.fill(np.nan)", "a step makes parameters infinite or NaN"),
        ("state.update(sum=None)", "the state 'sum' is of the type NoneType"),
        ("state.clear()", "the state 'sum' is lost"),
    ],
)
def test_an_optimizer_that_fails_later_is_named(run_hwr: Any, site: Site, step: str, words: str) -> None:
    install(site, PARTS.replace("LATE = 0", f"LATE = {SOON}") + OPTIMIZER.format(step=step), "optimizers")
    failed = run_hwr("train", *SHORT, "--optimizer", "bad", status=1)
    assert "optimizer 'bad' from bad-plugin 6.6" in failed.stderr
    assert words in failed.stderr


@pytest.mark.parametrize("error", RAISED[:-1])
def test_a_dataset_that_fails_is_named(run_hwr: Any, site: Site, error: str) -> None:
    install(site, PARTS + DATASET.format(load=f"fail({error})"), "datasets")
    failed = run_hwr("train", *SHORT, "--dataset", "bad", status=1)
    assert failed.stderr.startswith(f"hwr: dataset 'bad' from bad-plugin 6.6 fails: {error.partition('(')[0]}")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize("settings", ["def __post_init__(self): fail(SystemExit(0))", "def __post_init__(self): 1 / 0"])
def test_a_part_that_can_not_be_made_is_no_success(run_hwr: Any, site: Site, settings: str) -> None:
    install(site, activation(settings=settings))
    failed = run_hwr("train", *SHORT, "--activation", "bad", status=1 if "SystemExit" in settings else 2)
    assert "bad" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_state_that_becomes_nan_is_told_before_the_model_is_lost(run_hwr: Any, site: Site) -> None:
    source = LAYER.format(name="Part").replace("[...] += 1", "[...] += 0 if len(x) < 9 else float('nan')")
    install(site, source, "layers")
    failed = run_hwr("train", *SHORT, "--layer", "bad", status=1)
    assert "layer 'bad' from bad-plugin 6.6 does not fulfil its contract: the state 'count' is inf" in failed.stderr


def test_a_learning_rate_that_is_no_number_is_told_before_training(run_hwr: Any, site: Site) -> None:
    source = OPTIMIZER.replace("    def start", "    learning_rate = 'fast'\n\n    def start", 1)
    install(site, PARTS + source.format(step="None"), "optimizers")
    failed = run_hwr("train", *SHORT, "--optimizer", "bad", status=1)
    assert "bad-plugin 6.6 does not fulfil its contract: learning_rate is 'fast'" in failed.stderr


def test_a_layer_whose_late_gradient_is_wrong_is_named(run_hwr: Any, site: Site) -> None:
    source = LAYER.format(name="Part").replace("return gradient * factor", "return None if len(x) > 9 else gradient")
    install(site, source, "layers")
    failed = run_hwr("train", *SHORT, "--layer", "flatten", "--layer", "dense:9", "--layer", "bad", status=1)
    assert "layer 'bad' from bad-plugin 6.6 does not fulfil its contract: the gradient of the inputs" in failed.stderr


USED_IN_TRAINING = ("factor", "values", "change", "optimizer")
"""Methods of parts that a trained model does not need."""


def source_and_options(method: str, late: int, bad: str) -> tuple[str, str, tuple[str, ...]]:
    """Return source, group and options of a part whose method evaluates `bad` late."""
    source = OPTIMIZER.format(step=bad) if method == "optimizer" else OTHERS[method].format(bad=bad)
    group, *options = ("optimizers", "--optimizer", "bad") if method == "optimizer" else OPTIONS[method]
    return PARTS.replace("LATE = 0", f"LATE = {late}") + source, group, tuple(options)


@pytest.mark.parametrize("method", USED_IN_TRAINING)
def test_a_model_records_what_only_its_training_needs_and_reads_without(
    run_hwr: Any, site: Site, tmp_path: Path, method: str
) -> None:
    source, group, options = source_and_options(method, 10**6, "None")
    install(site, source, group, version="1.5")
    place = tmp_path / "m.safetensors"
    run_hwr("train", *SHORT, *options, "-o", place)
    info = json.loads(run_hwr("info", place, "--format", "json", HWR_PLUGINS="none").stdout)["training"]
    recorded = {"kind": PLURALS_TO_KINDS[group], "name": "bad", "settings": {}}
    recorded |= {"distribution": "bad-plugin", "version": "1.5"}
    key = {"optimizers": "optimizer", "schedules": "schedule"}.get(group, group)
    assert info[key] == (recorded if isinstance(info[key], dict) else [recorded])
    assert info["versions"]["bad-plugin"] == "1.5"
    assert "bad-plugin 1.5" in run_hwr("info", place, HWR_PLUGINS="none").stdout
    evaluated = run_hwr("evaluate", "-m", place, HWR_PLUGINS="none")
    assert "bad" not in evaluated.stderr
    digit = tmp_path / "digit.png"
    Image.fromarray(np.pad(np.full((18, 4), 255, np.uint8), ((5, 5), (12, 12)))).save(digit)
    assert run_hwr("predict", "-m", place, "--single", digit, HWR_PLUGINS="none").stdout


@pytest.mark.parametrize("method", ["factor", "change", "optimizer", "cost"])
def test_resuming_without_a_part_says_what_to_install_and_another_version_is_noted(
    run_hwr: Any, site: Site, tmp_path: Path, method: str
) -> None:
    late = {"optimizer": 300}.get(method) or LATE[method]
    source, group, options = source_and_options(method, late, "fail(RuntimeError('lost'))")
    install(site, source, group, version="1.5")
    run_hwr("train", *SHORT, *options, "-o", tmp_path / "m", status=1)
    checkpoint = tmp_path / "m.checkpoint"

    missing = run_hwr("train", "--resume", checkpoint, HWR_PLUGINS="none", status=1).stderr
    kind = PLURALS_TO_KINDS[group]
    assert f"the {kind} 'bad' of bad-plugin==1.5 is needed, but not installed" in missing
    assert "pip install bad-plugin==1.5" in missing
    assert missing.count("\n") == 1

    shutil.rmtree(site.folder / "bad_plugin-1.5.dist-info")
    install(site, source_and_options(method, 10**6, "None")[0], group, version="2.0")
    resumed = run_hwr("train", "--resume", checkpoint, "--force")
    assert "note: the training was started with bad-plugin 1.5, 2.0 is installed" in resumed.stderr
    assert not checkpoint.exists()


def test_a_checkpoint_is_no_model_and_says_so(run_hwr: Any, site: Site, tmp_path: Path) -> None:
    install(site, activation("fail(RuntimeError('lost'))", late=LATER))
    run_hwr("train", *SHORT, "--activation", "bad", "-o", tmp_path / "m", status=1)
    for command in ("info", "evaluate"):
        failed = run_hwr(command, tmp_path / "m.checkpoint", status=1).stderr
        assert f"m.checkpoint is a checkpoint, not a model: continue with hwr train --resume {tmp_path}" in failed


@pytest.mark.parametrize(
    "error", ["SystemExit(0)", "KeyboardInterrupt()", "BaseException('odd')", "OSError(5, 'lost')"]
)
def test_other_commands_name_a_plugin_too(run_hwr: Any, site: Site, error: str) -> None:
    source = PARTS + DATASET.format(load="None") + f"    def prepare(self, folder):\n        raise {error}\n"
    install(site, source, "datasets")
    failed = run_hwr("download", "--dataset", "bad", status=1)
    assert failed.stderr.startswith(f"hwr: dataset 'bad' from bad-plugin 6.6 fails: {error.partition('(')[0]}")
    assert failed.stderr.count("\n") == 1


def test_an_exit_in_one_of_several_threads_is_no_success(run_hwr: Any, site: Site) -> None:
    install(site, activation("fail(SystemExit(0))", late=LATER))
    failed = run_hwr("train", *SHORT, "--batch-size", "64", "--threads", "2", "--activation", "bad", status=1)
    assert "activation 'bad' from bad-plugin 6.6 fails: SystemExit" in failed.stderr


def test_an_error_that_fails_to_tell_its_text_is_told_by_its_type(run_hwr: Any, site: Site) -> None:
    source = "class Mute(Exception):\n    def __str__(self):\n        raise SystemExit(0)\n"
    install(site, activation("fail(Mute())", late=LATER) + source)
    failed = run_hwr("train", *SHORT, "--activation", "bad", status=1)
    assert "activation 'bad' from bad-plugin 6.6 fails: Mute" in failed.stderr
