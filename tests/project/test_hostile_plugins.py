"""Broken plugins: the error names the plugin in one line, and who does not use it is not affected."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from handwriting.cli.main import hwr
from handwriting.registry.entry_points import PLURALS
from tests.helpers import plugin_factory
from tests.helpers.hwr import Hwr
from tests.helpers.plugin_factory import ACTIVATION, LAYER, Site, installed

SHORT = ("--dataset", "strokes", "--hidden", "4", "--epochs", "1", "--threads", "1")
WHOLE = "import numpy as np\n" + ACTIVATION.format(name="Part")
LOSS, SCHEDULE, INITIALIZER = (
    source.format(name="Part") for source in (plugin_factory.LOSS, plugin_factory.SCHEDULE, plugin_factory.INITIALIZER)
)
OPTIMIZER = """
import numpy as np
from handwriting.interfaces import Optimizer

class Part(Optimizer):
    def start(self, size):
        return {{}}

    def step(self, parameters, gradient, state, learning_rate):
        {step}
"""
DATASET = """
import numpy as np
from handwriting.interfaces import Dataset, Examples, Splits

class Part(Dataset):
    def load(self, folder):
        images, labels = np.zeros((40, 28, 28), np.uint8), np.arange(40, dtype=np.uint8) % 2
        examples = {examples}
        return Splits(examples, examples, ("a", "b"))
"""


def activation(
    forward: str = "return z / (1 + np.abs(z))", backward: str = "return gradient / (1 + np.abs(z)) ** 2"
) -> str:
    return (
        "import numpy as np\nfrom handwriting.interfaces import Activation\n\nclass Part(Activation):\n"
        f"    def forward(self, z):\n        {forward}\n\n    def backward(self, gradient, z, a):\n        {backward}\n"
    )


BROKEN = {
    "no such module": ("activations", "import nowhere_at_all", "nowhere_at_all"),
    "syntax": ("activations", "def (:", "SyntaxError"),
    "exit": ("activations", "raise SystemExit(0)", "SystemExit"),
    "wrong base": ("activations", "class Part: pass", "no subclass of handwriting.interfaces.Activation"),
    "forgotten method": ("activations", WHOLE.replace("def backward", "def backwards"), "lacks backward"),
    "newer interface": ("activations", WHOLE + "\n    api_version = 3", "a newer hwr (API 3, here 2): upgrade handwr"),
    "older interface": ("activations", WHOLE + "\n    api_version = 0", "too old for this hwr (API 0, here 1 or later"),
    "wrong shape": ("activations", activation("return z[:, :1]"), "the output has the shape (5, 1)"),
    "masked array": ("activations", activation("return np.ma.masked_array(z / (1 + np.abs(z)))"), "type MaskedArray"),
    "scalar": ("activations", activation("return 1.0"), "float"),
    "float64": ("activations", activation("return z / (1 + np.abs(z.astype(float)))"), "float64 for inputs of float32"),
    "gradient of another shape": ("activations", activation(backward="return gradient.T"), "gradient of the inputs"),
    "NaN": ("activations", activation("return np.sqrt(z)"), "output is infinite or NaN"),
    "NaN in the gradient": ("activations", activation(backward="return gradient / 0"), "gradient of the inputs is inf"),
    "changes its input": ("activations", activation("z /= 1 + np.abs(z); return z"), "in-place change of the inputs"),
    "changes the gradient": ("activations", activation(backward="gradient *= 2; return gradient / 2"),
                               "in-place change of the incoming gradient"),
    "raises when used": ("activations", activation("raise KeyError('lost')"), "raises KeyError: 'lost'"),
    "exits when used": ("activations", activation("raise SystemExit(0)"), "raises SystemExit"),
    "layer of wrong shape": ("layers", LAYER.format(name="Part").replace("return x *", "return x[:2] *"), "shape (2,"),
    "layer that can't be built": ("layers", LAYER.format(name="Part").replace("return input_shape,", "return 1 / 0,"),
                                  "ZeroDivisionError"),
    "optimizer that returns": ("optimizers", OPTIMIZER.format(step="return parameters - gradient"), "step returns"),
    "optimizer that diverges": ("optimizers", OPTIMIZER.format(step="parameters /= 0"), "infinite or NaN in the first"),
    "loss without a mean": ("losses", LOSS.replace("float(cost.mean())", "cost"), "the cost is"),
    "loss of another dtype": ("losses", LOSS.replace(".astype(outputs.dtype)", " * np.ones(1)"), "gradient is float64"),
    "loss that changes the outputs": ("losses", LOSS.replace("gradient =", "outputs -= y; gradient =", 1),
                                      "in-place change of the outputs"),
    "loss of percentages": ("losses", LOSS.replace("return np.clip", "return 100 * np.clip"), "not between 0 and 1"),
    "schedule of percentages": ("schedules", SCHEDULE.replace("return", "return 100 *"), "must be from 0 to 1"),
    "schedule without a number": ("schedules", SCHEDULE.replace("return", "return None #"), "instead of a number"),
    "schedule that fails at the end": ("schedules", SCHEDULE.replace("return", "return 0 / (1 - done) +"), "ZeroDiv"),
    "initializer of another shape": ("initializers", INITIALIZER.replace("5, shape)", "5, shape[:1])"), "shape (784,)"),
    "initializer of float64": ("initializers", INITIALIZER.replace(".astype(np.float32)", ""), "values are float64"),
    "unknown initializer": ("activations", WHOLE + "\n    initialization = 'nowhere'",
                            "asks for the initializer 'nowhere': there is no"),
    "dataset of floats": ("datasets", DATASET.format(examples="Examples(images / 255, labels)"), "float64"),
    "dataset of another size": ("datasets", DATASET.format(examples="Examples(images[:, 1:], labels)"), "(27, 28)"),
    "labels too large": ("datasets", DATASET.format(examples="Examples(images, labels + np.uint8(9))"), "a label 10"),
    "no examples": ("datasets", DATASET.format(examples="Examples(images[:0], labels[:0])"), "no examples"),
    "dataset with an __init__": ("datasets", DATASET.format(examples="Examples(images, labels)") +
                                 "\n    def __init__(self, path):\n        self.path = path\n",
                                 "needs path: settings are the fields of a dataclass, so its author must write"),
    "dataset that fails": ("datasets", DATASET.format(examples="lost"), "NameError"),
}  # fmt: skip


def training_with(group: Any, place: Path) -> Any:
    kind = {plural: kind for kind, plural in PLURALS.items()}[group]
    return "train", *SHORT, f"--{kind}", "bad", "-o", place


@pytest.mark.parametrize("case", BROKEN)
def test_the_error_names_the_plugin_in_one_line(
    trained: Hwr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Any
) -> None:
    group, source, cause = BROKEN[case]
    place = tmp_path / "m.safetensors"
    with installed(tmp_path, monkeypatch) as site:
        site.install("bad-plugin", {group: {"bad": "bad_module:Part"}}, {"bad_module": source}, version="6.6")
        arguments = ["--data-dir", trained.data, *training_with(group, place)]
        failed = CliRunner().invoke(hwr, list(map(str, arguments)))
    assert failed.exit_code == 1
    assert failed.stderr.count("\n") == 1
    assert "bad-plugin 6.6" in failed.stderr
    assert cause in failed.stderr
    assert failed.stdout == ""
    assert not place.exists()


def test_who_uses_none_is_not_affected(run_hwr: Any, site: Site, tmp_path: Path) -> None:
    for number, (group, source, _) in enumerate(BROKEN.values()):
        site.install(f"bad-{number}", {group: {f"bad{number}": f"bad_{number}:Part"}}, {f"bad_{number}": source})
    place = tmp_path / "m.safetensors"
    run_hwr("train", *SHORT, "-o", place)
    assert run_hwr("evaluate", "-m", place).stderr == ""
    listed = run_hwr("plugins").stdout
    assert all(f"bad{number}" in listed for number in range(len(BROKEN)))
    assert run_hwr("--help").stderr == ""


@pytest.mark.parametrize(
    ("limit", "source", "words"),
    [
        ("loading.IMPORT_TIME_LIMIT", "import time; time.sleep(60)", "slow 1.0 can't be imported"),
        ("contract_check.TIME_LIMIT", activation("import time; time.sleep(60)"), "slow 1.0 does not fulfil its"),
    ],
    ids=["at import", "at first use"],
)
def test_a_plugin_that_hangs_is_stopped_and_named(site: Site, limit: str, source: Any, words: str) -> None:
    site.install("slow", {"activations": {"slow": "slow_plugin:Part"}}, {"slow_plugin": source})
    done = site.run(
        "from handwriting.registry import loading\nfrom handwriting.testing import contract_check\n"
        f"{limit} = 0.2\nfrom handwriting.cli.main import hwr\n"
        f"hwr({['train', *SHORT, '--activation', 'slow']!r})"
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "not done after 0.2 s" in done.stderr
    assert done.stderr.count("\n") == 1


HARMS = {
    "folder at import": "os.chdir('/')",
    "folder": "if len(z) > 9: os.chdir('/')",
    "no streams": "if len(z) > 9: sys.stdout = sys.stderr = None",
    "fork": "calls.append(len(z) > 9 and sum(calls) == 0 and os.fork() >= 0)",
    "thread that exits": "len(z) == 500 and threading.Thread(target=sys.exit).start()",
}
"""What a plugin does to the process besides its work, without harm to the training."""
HARMFUL = "import atexit, os, sys, threading, time\ncalls = []\n"


def with_harm(harm: str) -> str:
    return HARMFUL + activation(f"{harm}\n        return z / (1 + np.abs(z))")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("case", HARMS)
def test_what_a_plugin_does_to_the_process_costs_no_model(hwr: Hwr, site: Site, tmp_path: Path, case: str) -> None:
    source = f"import os\n{HARMS[case]}\n{with_harm('')}" if "import" in case else with_harm(HARMS[case])
    site.install("harm", {"activations": {"bad": "harmful:Part"}}, {"harmful": source})
    place = tmp_path / "here"
    place.mkdir()
    beside = {"PYTHONPATH": str(site.folder)}
    done = hwr(*training_with("activations", Path("m")), cwd=place, environment=beside)
    assert [path.name for path in place.iterdir()] == ["m"]
    assert done.stdout.count("network ") == 1
    assert "to read with it: -m m" in done.stderr


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_a_plugin_closes_is_told_or_does_without(
    hwr: Hwr, site: Site, tmp_path: Path, stream: str
) -> None:
    source = with_harm(f"len(z) == 500 and sys.{stream}.close()")
    site.install("harm", {"activations": {"bad": "harmful:Part"}}, {"harmful": source})
    status = 1 if stream == "stdout" else 0
    beside = {"PYTHONPATH": str(site.folder)}
    done = hwr(*training_with("activations", tmp_path / "m"), status=status, environment=beside)
    assert (tmp_path / "m").exists()
    assert ("can't write the results to standard output: a plugin has closed it" in done.stderr) == (status == 1)


@pytest.mark.parametrize("harm", ["threading.Thread(target=time.sleep, args=(60,))", "atexit"])
def test_what_a_plugin_has_started_does_not_keep_the_process(site: Site, tmp_path: Path, harm: str) -> None:
    begins = "atexit.register(time.sleep, 60)" if harm == "atexit" else f"{harm}.start()"
    site.install("harm", {"activations": {"bad": "harmful:Part"}}, {"harmful": f"{with_harm('')}{begins}\n"})
    done = site.run(
        f"import sys\nsys.argv = {['hwr', *map(str, training_with('activations', tmp_path / 'm'))]!r}\n"
        "from handwriting.cli import main\nmain.LAST_SECONDS = 0.2\nmain.main()",
        HWR_DATA_DIR=str(tmp_path / "data"),
    )
    assert done.returncode == 0
    assert done.stderr.endswith("hwr: a thread or process that was started does not end: it is given up\n")
    assert (tmp_path / "m").exists()


def test_a_thread_of_a_plugin_that_fails_is_told_in_one_line(hwr: Hwr, site: Site, tmp_path: Path) -> None:
    harm = "len(z) == 500 and calls.append(threading.Thread(target=lambda: 1 / 0).start())"
    site.install("harm", {"activations": {"bad": "harmful:Part"}}, {"harmful": with_harm(harm)})
    beside = {"PYTHONPATH": str(site.folder)}
    done = hwr(*training_with("activations", tmp_path / "m"), environment=beside)
    assert "activation 'bad' from harm 1.0 fails in a thread: ZeroDivisionError: division by zero" in done.stderr


@pytest.mark.parametrize("highest", ["None", "'much'", "1 / 0"])
def test_a_highest_strength_that_is_no_number_is_blamed(run_hwr: Any, site: Site, tmp_path: Path, highest: str) -> None:
    source = (
        "from handwriting.interfaces import Augmentation\n\nclass Part(Augmentation):\n"
        f"    highest = property(lambda self: {highest})\n\n    def change(self, images, strength, rng):\n"
        "        return images\n"
    )
    site.install("harm", {"augmentations": {"bad": "harmful:Part"}}, {"harmful": source})
    failed = run_hwr("train", *SHORT, "--augment", "bad=1", status=1)
    assert "augmentation 'bad' from harm 1.0 fails: " in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_plugin_that_fails_during_training_is_named(run_hwr: Any, site: Site, tmp_path: Path) -> None:
    source = activation("if len(z) > 100: raise RuntimeError('too many')\n        return z / (1 + np.abs(z))")
    site.install("late", {"activations": {"bad": "late_plugin:Part"}}, {"late_plugin": source}, version="0.3")
    failed = run_hwr(*training_with("activations", tmp_path / "m"), status=1)
    assert "activation 'bad' from late 0.3 fails: RuntimeError: too many (--debug shows where)" in failed.stderr
    assert "bug in hwr" not in failed.stderr


def test_a_plugin_that_broke_after_training_is_named_when_its_model_is_used(
    run_hwr: Any, site: Site, tmp_path: Path
) -> None:
    site.install("fickle", {"activations": {"bad": "fickle_plugin:Part"}}, {"fickle_plugin": activation()})
    place = tmp_path / "m.safetensors"
    run_hwr(*training_with("activations", place))
    (site.folder / "fickle_plugin.py").write_text(activation("return z.astype(float)"))
    failed = run_hwr("evaluate", "-m", place, status=1)
    assert "fickle 1.0" in failed.stderr
    assert "float64" in failed.stderr
    assert failed.stderr.count("\n") == 1


USED = """
import os, traceback
from dataclasses import dataclass

def fail(error):
    raise error

def used(value):
    '''Return what HARM says, unless the contract is checked.'''
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_stack(None)]
    is_check = any(module.startswith("handwriting.testing") for module in modules)
    return value if is_check else eval(os.environ.get("HARM", "value"))
"""
HARM_IN_USE = {
    "fail(SystemExit(0))": "fails: SystemExit",
    "fail(StopIteration)": "fails: StopIteration",
    "fail(MemoryError)": "fails: MemoryError",
    "fail(KeyboardInterrupt)": "fails: KeyboardInterrupt",
    "fail(OSError(28, 'full'))": "fails: OSError: [Errno 28] full",
    "fail(RecursionError)": "fails: RecursionError",
    "None": "does not fulfil its contract: the output is of the type NoneType",
    "value[:, :1]": "does not fulfil its contract: the output has the shape",
    "value * np.float32('nan')": "does not fulfil its contract: the output is infinite or NaN",
}
"""What is evaluated where a model is used, and what is said of it."""


@pytest.fixture
def used_model(run_hwr: Any, site: Site, tmp_path: Path) -> Path:
    """A model whose activation returns what HARM says."""
    site.install("harm", {"activations": {"bad": "used:Part"}}, {"used": USED + activation("return used(1 * z)")})
    run_hwr(*training_with("activations", tmp_path / "m"))
    return tmp_path / "m"


def picture(folder: Path) -> Path:
    (folder / "digit.pgm").write_bytes(b"P5 28 28 255 " + bytes([0] * 12 + [255] * 4 + [0] * 12) * 28)
    return folder / "digit.pgm"


def test_whatever_a_part_does_where_a_model_is_used_is_told_in_one_line(
    run_hwr: Any, used_model: Path, tmp_path: Path
) -> None:
    evaluate = "evaluate", used_model
    predict = "predict", "-m", used_model, picture(tmp_path)
    calls = [(evaluate, harm) for harm in HARM_IN_USE] + [(predict, harm) for harm in (*HARM_IN_USE,)[::4]]
    for arguments, harm in [*calls, (("compare", used_model, "bundled"), "fail(SystemExit(0))")]:
        failed = run_hwr(*arguments, HARM=harm, status=1)
        *notes, last = failed.stderr.splitlines()
        assert last.startswith(f"hwr: activation 'bad' from harm 1.0 {HARM_IN_USE[harm]}")
        assert [note.partition(" ")[0] for note in notes] == (["model"] if arguments == predict else [])
        assert failed.stdout == ""


def test_what_a_part_prints_is_no_result(run_hwr: Any, used_model: Path, tmp_path: Path) -> None:
    for arguments in (("evaluate", used_model), ("predict", "-m", used_model, picture(tmp_path))):
        done = run_hwr(*arguments, "--format", "json", HARM="print('hello') or value")
        assert json.loads(done.stdout)
        assert "hello\n" in done.stderr
