"""Model files: what is saved is loaded bit for bit, and an untrusted file can do no harm."""

import copy
import io
import json
import os
import pickle
import random
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handwriting.errors import HandwritingError, ModelError, PluginError
from handwriting.interfaces import Activation
from handwriting.models import model_file, safetensors_file
from handwriting.models.model_file import KEY, Model
from handwriting.nn import architecture, losses
from handwriting.nn.layers.activate import as_layer
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.dropout import Dropout
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.network import Network
from handwriting.registry import entry_points, specs
from tests.helpers.plugin_factory import LAYER, installed, run
from tests.helpers.safetensors_parts import header_of, join

resource = pytest.importorskip("resource", reason="sets the limits of a process as POSIX knows them")

CLASSES = ("no", "yes", "può essere")
IMAGES = np.random.default_rng(5).integers(0, 256, (3, 28, 28), dtype=np.uint8)


def model(*layers: Any, classes: Any = CLASSES, seed: int = 1, loss: str = "cross-entropy", **more: Any) -> Any:
    stack = [Flatten(), *map(as_layer, layers), Dense(len(classes))]
    return Model(Network.build(stack, np.random.default_rng(seed)), specs.make("loss", loss), classes, **more)


def same(first: Any, second: Any) -> Any:
    return np.array_equal(first.network.outputs(IMAGES), second.network.outputs(IMAGES))


@pytest.fixture
def path(tmp_path: Path) -> Any:
    return tmp_path / "model.safetensors"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The bytes of a small, valid model file."""
    path = tmp_path_factory.mktemp("good") / "model.safetensors"
    model_file.save(model(Dense(2), specs.make("activation", "elu"), Dropout(0.1)), path)
    return path.read_bytes()


def with_description(content: Any, change: Any) -> Any:
    """Return `content` with its description of the network changed in place by `change`."""
    header, body = header_of(content)
    written = json.loads(header["__metadata__"][KEY])
    change(written)
    header["__metadata__"][KEY] = json.dumps(written)
    return join(header, body)


def refusal(path: Path, content: Any, kind: Any = HandwritingError) -> Any:
    """Return the message with which `load` refuses `content`."""
    path.write_bytes(content)
    with pytest.raises(kind) as error:
        model_file.load(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


# What is saved can be loaded


def test_everything_built_in_is_loaded_bit_for_bit(path: Path) -> None:
    activations = [
        specs.make("activation", entry.name) for entry in entry_points.entries("activation") if entry.built_in
    ]
    layers = [part for activation in activations for part in (activation, Dense(5))]
    settings = {"size": 28, "nested": {"list": [1, 2.5, None, "ö"]}}
    before = model(*layers, Dropout(0.25), preparation=settings, training=settings, loss="mse")
    model_file.save(before, path)
    after = model_file.load(path)
    assert same(before, after)
    assert np.array_equal(before.network.vector, after.network.vector)
    assert np.array_equal(before.confidences(IMAGES), after.confidences(IMAGES))
    assert [stage.layer for stage in after.network.stages if type(stage.layer) in (Dense, Dropout)] == [
        stage.layer for stage in before.network.stages if type(stage.layer) in (Dense, Dropout)
    ]
    assert str(after.network) == str(before.network)
    assert (after.class_names, after.preparation, after.training) == (CLASSES, settings, settings)
    assert specs.describe(after.loss) == "mse"


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_every_weight_is_loaded_bit_for_bit(path: Path, weight: Any) -> None:
    before = model()
    before.network.vector[:] = np.float32(weight)
    model_file.save(before, path)
    assert model_file.load(path).network.vector.tobytes() == before.network.vector.tobytes()


def test_the_content_of_a_file_is_a_model_wherever_it_comes_from(path: Path, good: Any) -> None:
    path.write_bytes(good)
    assert same(model_file.from_content(good), model_file.load(path))
    with pytest.raises(ModelError, match="not fully covered"):
        model_file.from_content(good[:-4])


def test_a_loaded_network_can_be_trained_on(path: Path) -> None:
    model_file.save(model(), path)
    network = model_file.load(path).network
    network.vector += 1
    network.parameters[1]["bias"][...] = 5
    assert network.vector[-1] == 5


def test_the_layer_of_a_plugin_is_loaded_with_its_state(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(tmp_path, monkeypatch) as site:
        site.install("scale-layer", {"layers": {"scale": "scale:Scale"}}, {"scale": LAYER.format(name="Scale")}, "3.1")
        before = model(Dense(4), specs.make("layer", "scale:2.5"))
        network = before.network
        network.forward(np.ones((1, 28, 28, 1), np.float32), training=True, rng=np.random.default_rng())
        assert network.parameters[2]["count"][0] == 1
        model_file.save(before, path)
        after = model_file.load(path)
        assert same(before, after)
        assert after.network.parameters[2]["factor"].shape == ()
        assert np.array_equal(after.network.vector, network.vector)
    with pytest.raises(PluginError, match=r"pip install scale-layer==3\.1$") as error:
        model_file.load(path)
    assert str(path) in str(error.value)


def test_what_could_not_be_loaded_is_not_saved(path: Path) -> None:
    old = model()
    model_file.save(old, path)
    weights = model()
    weights.network.vector[7] = np.nan
    names = model(classes=("a", "b\n", "c"))
    history = model(training={"history": ["x" * 1000] * 2000})
    for unreadable in (weights, names, history):
        with pytest.raises(ModelError, match="can.t be saved"):
            model_file.save(unreadable, path)
        assert same(model_file.load(path), old)


def test_a_part_that_is_not_registered_is_not_saved(path: Path) -> None:
    class Nameless(Activation):
        def forward(self, z: Any) -> Any:
            return z

        def backward(self, gradient: Any, z: Any, a: Any) -> Any:
            return gradient

    with pytest.raises(HandwritingError, match="register it"):
        model_file.save(model(Nameless()), path)
    assert not path.exists()


# Files that are not models


def _bytes_of(write: Any) -> Any:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def _zip(buffer: Any) -> None:
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("weights", "0" * 1000)


OTHER_FILES = {
    "empty": b"",
    "one byte": b"\x00",
    "eight zeros": bytes(8),
    "zeros": bytes(10_000),
    "ones": b"\xff" * 10_000,
    "text": b"This is a letter to a friend, not a model.\n" * 10,
    "html": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(100),
    "pickle": pickle.dumps({"weights": [1.0] * 100}),
    "npy": _bytes_of(lambda buffer: np.save(buffer, np.ones(10))),
    "npz": _bytes_of(lambda buffer: np.savez(buffer, a=np.ones(10))),
    "zip": _bytes_of(_zip),
    "no header": join(b"", b""),
    "empty header": join({}, b""),
    "header is a list": join([], b""),
    "header is null": join(b"null", b""),
    "header in no encoding": join(b"\xff\xfe{}", b""),
    "header in utf-16": join("{}".encode("utf-16"), b""),
    "deep header": join(b'{"a":' * 100_000, b""),
    "deep list": join(b"[" * 200_000, b""),
    "NaN header": join(b"NaN", b""),
    "metadata of another kind": join({"__metadata__": [1]}, b""),
    "metadata without text": join({"__metadata__": {KEY: 5}}, b""),
    "null metadata": join({"__metadata__": None}, b""),
    "a safetensors file of another program": join(
        {"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, bytes(4)
    ),
}


@pytest.mark.parametrize("case", OTHER_FILES)
def test_a_file_that_is_not_a_model_is_refused_in_one_line(path: Path, case: Any) -> None:
    refusal(path, OTHER_FILES[case], ModelError)


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path, words in {
        tmp_path: "is not a model file",
        fifo: "is not a model file",  # opening it would block
        Path("/dev/zero"): "is not a model file",
        tmp_path / "missing": "there is no model file",
        tmp_path / "missing" / "model": "there is no model file",
        fifo / "model": "there is no model file",
        loop: "there is no model file",
        tmp_path / ("x" * 300): "can't read the model",
    }.items():
        with pytest.raises(ModelError, match=words):
            model_file.load(path)


def test_a_file_without_read_permission_is_refused(path: Path, good: Any) -> None:
    path.write_bytes(good)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(ModelError, match="Permission denied"):
        model_file.load(path)


def test_a_huge_file_is_refused_without_reading_it(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no space on the disk
    with pytest.raises(ModelError, match="larger than 1 GiB"):
        model_file.load(path)


# Damage


def test_a_truncated_file_is_refused(path: Path, good: Any) -> None:
    header_end = len(good) - len(header_of(good)[1])
    boundaries = {0, 1, 7, 8, 9, header_end - 1, header_end, header_end + 1, len(good) - 4, len(good) - 1}
    for length in sorted(boundaries | set(range(0, len(good), 97))):
        refusal(path, good[:length], ModelError)
    refusal(path, good + b"\x00", ModelError)


def loads(path: Path, content: Any) -> bool:
    """Load `content`, which gives a valid network or an error in one line; return whether it is a network."""
    path.write_bytes(content)
    began = time.process_time()
    try:
        loaded = model_file.load(path)
    except (ModelError, PluginError) as error:
        assert "\n" not in str(error)
        return False
    finally:
        assert time.process_time() - began < 1
    with np.errstate(all="ignore"):  # a setting may have become huge
        assert loaded.network.outputs(IMAGES).shape == (3, len(loaded.class_names))
    return True


def test_flipped_bits_in_the_header(path: Path, good: Any) -> None:
    header_end = len(good) - len(header_of(good)[1])
    for position in range(0, header_end, 2):
        content = bytearray(good)
        content[position] ^= 1 << random.Random(position).randrange(8)
        loads(path, bytes(content))


def test_random_damage(path: Path, good: Any) -> None:
    chance = random.Random(1)
    for _ in range(700):
        content = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            where = chance.randrange(len(content))
            match chance.randrange(3):
                case 0:
                    content[where] = chance.randrange(256)
                case 1:
                    del content[where : where + chance.randint(1, 50)]
                case 2:
                    content[where:where] = chance.randbytes(chance.randint(1, 50))
        loads(path, bytes(content))


LEAVES: list[Any] = [
    None,
    True,
    -1,
    0,
    1,
    2,
    0.5,
    2**31,
    2**63,
    2**64,
    10**12,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
]
LEAVES += ["", "dense", "os:system", "x" * 1000, "\x1b[2J", "\ud800", [], {}, [[]], ["a"], {"name": "dense"}]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of a JSON value and of all values inside it, as tuples of keys."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in inner for found in paths(part, (*path, key)))]


def mutated(value: Any, chance: Any) -> None:
    """Change a random value inside a JSON value: replace it, delete it, repeat it, or rename its key."""
    *parents, last = chance.choice(paths(value)[1:])
    parent = value
    for key in parents:
        parent = parent[key]
    match chance.randrange(4):
        case 0 | 1:
            parent[last] = copy.deepcopy(chance.choice(LEAVES))
        case 2:
            del parent[last]
        case 3 if isinstance(parent, list):
            parent.insert(last, copy.deepcopy(parent[last]))
        case 3:
            parent[str(last) + chance.choice("s 1")] = copy.deepcopy(parent[last])


@pytest.mark.parametrize("depth", ["header", "description"])
def test_damaged_json(path: Path, good: Any, depth: str) -> None:
    """Most mutations are refused; the few others (in the training record) give a valid network."""
    chance = random.Random(2)
    through = 0
    for _ in range(700):
        header, body = header_of(good)
        written = json.loads(header["__metadata__"][KEY])
        for _ in range(chance.choice((1, 1, 2, 5))):
            target = header if depth == "header" else written
            if paths(target)[1:]:
                mutated(target, chance)
        if depth == "description":
            header["__metadata__"][KEY] = json.dumps(written)
        through += loads(path, join(header, body))
    assert 0 < through < 300


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_as_description(path: Path, good: Any, written: Any) -> None:
    refusal(path, join({"__metadata__": {KEY: json.dumps(written)}}, b""), ModelError)
    refusal(path, join(written, b""), ModelError)


# Hostile files

F32 = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
LYING_HEADERS = {
    "shape larger than its place": {"a": {**F32, "shape": [10**9]}},
    "shape beyond 64 bits": {"a": {**F32, "shape": [2**64]}},
    "shape whose size overflows": {"a": {**F32, "shape": [2**32, 2**32]}},
    "shape that wraps round to 1": {"a": {**F32, "shape": [2**63, 2]}},
    "huge shape without numbers": {"a": {**F32, "shape": [0, 2**63], "data_offsets": [0, 0]}},
    "many axes": {"a": {**F32, "shape": [1] * 1000}},
    "negative axis": {"a": {**F32, "shape": [-1, -1]}},
    "fractional axis": {"a": {**F32, "shape": [1.0]}},
    "negative place": {"a": {**F32, "data_offsets": [-4, 0]}},
    "place turned round": {"a": {**F32, "data_offsets": [4, 0]}},
    "place beyond the end": {"a": {**F32, "data_offsets": [4, 8]}},
    "place beyond 64 bits": {"a": {**F32, "data_offsets": [2**64, 2**64 + 4]}},
    "overlap": {"a": F32, "b": F32},
    "gap": {"a": F32, "b": {**F32, "data_offsets": [8, 12]}},
    "other numbers": {"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}},
    "unknown numbers": {"a": {"dtype": "Q4", "shape": [2], "data_offsets": [0, 4]}},
    "numbers of a list": {"a": {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]}},
    "no place": {"a": {"dtype": "F32", "shape": [1]}},
    "tensor is a list": {"a": [F32]},
    "tensor is null": {"a": None},
    "half a character as name": {"\ud800": F32},
}


@pytest.mark.parametrize("case", LYING_HEADERS)
def test_lying_headers(path: Path, case: Any) -> None:
    size = 12 if case == "gap" else 0 if case == "huge shape without numbers" else 4
    refusal(path, join(LYING_HEADERS[case], bytes(size)), ModelError)


def test_names_given_twice_are_refused(path: Path, good: Any) -> None:
    header, body = header_of(good)
    for name, value in header.items():
        text = json.dumps(header)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
        assert "given twice" in refusal(path, join(text.encode(), body), ModelError)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_refused(path: Path, good: Any, number: Any) -> None:
    assert "infinite or NaN" in refusal(path, good[:-4] + np.float32(number).tobytes(), ModelError)


def _hidden_units(units: Any) -> Any:
    return lambda written: written["layers"][1]["settings"].update(units=units)


def _layer(name: Any, **more: Any) -> Any:
    def change(written: Any) -> None:
        written["layers"][1] = {"kind": "layer", "name": name, "settings": {"units": 2}} | more

    return change


NOT_OURS = "which hwr would have written"
DESCRIBED = {
    "newer": (
        lambda written: written.update(format=2),
        "a newer version wrote it .* pip install --upgrade handwriting",
    ),
    "much newer": (lambda written: (written.clear(), written.update(format=99)), "a newer version wrote it"),
    "format of another kind": (lambda written: written.update(format="1"), NOT_OURS),
    "large layer": (_hidden_units(10**6), "do not fit its layers"),
    "huge layer": (_hidden_units(10**12), "take more than 34 MB for an image, most of it for dense:1000000000000"),
    "monstrous layer": (_hidden_units(2**63), "units must be below"),
    "layer beyond words": (_hidden_units(10**400), "too many digits"),
    "no units": (_hidden_units(0), "units must be at least 1"),
    "negative units": (_hidden_units(-2), "units must be at least 1"),
    "true units": (_hidden_units(True), "units takes a whole number"),
    "units in words": (_hidden_units("two"), "units takes a whole number"),
    "other units": (_hidden_units(3), "do not fit its layers, first at '1.bias'"),
    "setting that is none": (lambda written: written["layers"][1]["settings"].update(__class__=1), "has no setting"),
    "rate of NaN": (lambda written: written["layers"][3]["settings"].update(rate=float("nan")), "infinite or NaN"),
    "rate in words": (lambda written: written["layers"][3]["settings"].update(rate="nan"), "rate takes a number"),
    "code of Python": (_layer("os:system"), "there is no layer 'os:system'"),
    "import path": (_layer("handwriting.layers.dense:Dense"), "there is no layer"),
    "dotted name": (_layer("handwriting.layers.dense.Dense"), "there is no layer"),
    "other kind": (_layer("adam", kind="optimizer"), "does not describe"),
    "code as a package": (_layer("x", distribution="x; rm -rf ~", version="1"), "which is not a package"),
    "our package": (_layer("x", distribution="handwriting", version="0.1"), "there is no layer|is needed"),
    "one layer less": (lambda written: written["layers"].pop(2), "do not fit its layers"),
    "no layers": (lambda written: written.update(layers=[]), NOT_OURS),
    "layers that do not fit": (lambda written: written["layers"].pop(0), "flatten"),
    "classes missing": (lambda written: written["classes"].pop(), "2 classes"),
    "classes too many": (lambda written: written["classes"].append("more"), "4 classes"),
    "no classes": (lambda written: written.update(classes=[]), NOT_OURS),
    "classes that are numbers": (lambda written: written.update(classes=[0, 1, 2]), NOT_OURS),
    "class that clears the screen": (
        lambda written: written.update(classes=["a", "b", "\x1b[2J"]),
        NOT_OURS,
    ),
    "class of two lines": (lambda written: written.update(classes=["a", "b", "c\nd"]), NOT_OURS),
    "half a character": (lambda written: written.update(classes=["a", "b", "\ud800"]), NOT_OURS),
    "unknown loss": (lambda written: written.update(loss="hinge"), "there is no loss 'hinge'"),
    "loss as code": (lambda written: written.update(loss="os:system"), "there is no loss"),
    "loss of another kind": (lambda written: written["loss"].update(kind="layer"), "does not describe"),
    "loss of bad settings": (
        lambda written: written["loss"]["settings"].update(label_smoothing=2),
        "must be at least 0",
    ),
    "loss as a number": (lambda written: written.update(loss=3), NOT_OURS),
    "loss of a plugin": (
        lambda written: written["loss"].update(name="hinge", distribution="hinges", version="1.0"),
        r"the loss 'hinge' of hinges==1\.0 is needed, but not installed: pip install hinges==1\.0",
    ),
    "other scale": (lambda written: written.update(pixel_scale=1.0), NOT_OURS),
    "preparation of another kind": (lambda written: written.update(preparation=[]), NOT_OURS),
    "empty": (lambda written: written.clear(), NOT_OURS),
}


NO_NUMBERS: list[Any] = [float("nan"), float("inf"), -1, 10**400, 2**63, True, "1", [1], {}]
NO_FRACTIONS: list[Any] = [*NO_NUMBERS, 1.5]
EPOCH: dict[str, Any] = {
    "number": 1,
    "cost": 0.5,
    "accuracy": 0.9,
    "learning_rate": 0.1,
    "seconds": 1.0,
    "best": True,
    "kept": True,
}
RECORDED: dict[str, list[Any]] = {
    "dataset": [3, {"pictures": "a\0b"}, {"mixture": []}, {"mixture": [{"name": "mnist", "share": 1e400}]}],
    "recipe": [3, {"seed": float("nan")}, {"seed": 2**128}],
    "versions": [3],
    "history": [{}, [{}], *([EPOCH | {name: value}] for name in EPOCH for value in NO_NUMBERS[:4])],
    "kept_epoch": NO_NUMBERS,
    "seconds": [*NO_NUMBERS[:4], 1e300],
    "threads": NO_NUMBERS,
    "date": [3, "lately", "0001-01-01T00:00:00+00:00", "2026"],
    "before": NO_FRACTIONS,
    "test": [None, {}, *({"accuracy": value, "count": 5} for value in NO_FRACTIONS)],
    "refusal": [3, {}, {"of_nothing": float("nan"), "of_others": 0.1}],
    "anything else": [float("nan"), [[float("inf")]], {"x": 10**400}],
}
"""Values, by their name in the record of the training, on which something that shows a model would fail."""


def _recorded(name: str, value: Any) -> Any:
    return lambda written: written["training"].update({name: value})


@pytest.mark.parametrize("name", RECORDED)
def test_a_training_record_that_others_could_not_read_is_refused(path: Path, good: Any, name: str) -> None:
    for value in RECORDED[name]:
        assert refusal(path, with_description(good, _recorded(name, value)), ModelError).isprintable()
        with pytest.raises(ModelError):
            model_file.read_record(path)


def test_a_name_given_twice_in_the_description_is_refused(path: Path, good: Any) -> None:
    header, body = header_of(good)
    header["__metadata__"][KEY] = header["__metadata__"][KEY][:-1] + ', "loss": "mse"}'
    assert "given twice" in refusal(path, join(header, body), ModelError)


@pytest.mark.parametrize("layer", ["conv2d:11000,kernel=1", "conv2d:1,kernel=300,padding=299"])
def test_layers_with_huge_activations_are_refused_before_memory_is_spent(path: Path, layer: str) -> None:
    """The parameters of both are a few hundred kilobytes; to read one image would take up to 400 MB."""
    stages = architecture.plan([Flatten(), Dense(3)])
    small = Model(Network(stages, np.zeros(architecture.size(stages), np.float32)), losses.CrossEntropy(), CLASSES)
    model_file.save(small, path)

    def change(written: Any) -> None:
        written["layers"].insert(0, specs.to_json(specs.make("layer", layer)))
        written["layers"].insert(1, specs.to_json(specs.make("layer", "global-average-pool")))

    assert "for an image, most of it for conv2d" in refusal(path, with_description(path.read_bytes(), change))


def test_confidences_that_are_not_finite_are_an_error() -> None:
    large = model(Dense(4))
    large.network.vector[:] = 3e38
    with pytest.raises(ModelError, match="NaN"), np.errstate(all="ignore"):
        large.confidences(IMAGES)


@pytest.mark.parametrize("name", ["cross-entropy", "mse"])
def test_the_first_files_hold_the_name_of_the_loss_alone(path: Path, good: Any, name: str) -> None:
    path.write_bytes(with_description(good, lambda written: written.update(loss=name)))
    assert model_file.load(path).loss == specs.make("loss", name)


@pytest.mark.parametrize("case", DESCRIBED)
def test_descriptions_that_are_refused(path: Path, good: Any, case: Any) -> None:
    change, words = DESCRIBED[case]
    path.write_bytes(with_description(good, change))
    with pytest.raises(HandwritingError, match=words) as error:
        model_file.load(path)
    assert str(path) in str(error.value)
    assert len(str(error.value)) < 1000
    assert str(error.value).isprintable()


@pytest.mark.parametrize("change", ["extra", "missing", "renamed", "turned"])
def test_tensors_must_be_those_of_the_layers(path: Path, good: Any, change: str) -> None:
    header, body = header_of(good)
    if change == "extra":
        header["9.more"] = {**F32, "data_offsets": [len(body), len(body) + 4]}
        body += bytes(4)
    elif change == "missing":
        header = {
            name: tensor for name, tensor in header.items() if name == "__metadata__" or tensor["data_offsets"][0]
        }
        removed = len(body) - max(
            end for _, end in (t["data_offsets"] for n, t in header.items() if n != "__metadata__")
        )
        shift = min(t["data_offsets"][0] for n, t in header.items() if n != "__metadata__")
        for name, tensor in header.items():
            if name != "__metadata__":
                tensor["data_offsets"] = [place - shift for place in tensor["data_offsets"]]
        assert removed == 0
        body = body[shift:]
    elif change == "renamed":
        header["1.Weights"] = header.pop("1.weights")
    else:
        header["1.weights"]["shape"].reverse()
    assert "do not fit its layers" in refusal(path, join(header, body), ModelError)


@pytest.mark.parametrize("dtype", ["I32", "U32", "BF16"])
def test_tensors_of_another_dtype_are_refused(path: Path, good: Any, dtype: str) -> None:
    header, body = header_of(good)
    header["1.bias"]["dtype"] = dtype
    assert "'1.bias' is not an array of float32 numbers" in refusal(path, join(header, body), ModelError)


def test_a_deeply_nested_description(path: Path, good: Any) -> None:
    header, body = header_of(good)
    for text in ("[" * 100_000, '{"format":' * 50_000, '{"format":1,"layers":' + "[" * 500 + "]" * 500 + "}"):
        header["__metadata__"][KEY] = text
        refusal(path, join(header, body), ModelError)


FRUGAL = """
import resource, sys, time
from pathlib import Path
from handwriting.models import model_file
from handwriting.errors import HandwritingError
import safetensors.numpy
import handwriting.nn.layers.dense, handwriting.nn.layers.flatten, handwriting.nn.layers.dropout
for path in map(Path, sys.argv[1:]):
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    allowed = used + 2 * path.stat().st_size + 64 * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (allowed, resource.RLIM_INFINITY))
    began = time.process_time()
    try:
        model_file.load(path)
        print("loaded")
    except HandwritingError as error:
        print(str(error).isprintable())
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert time.process_time() - began < 15, (path, time.process_time() - began)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_is_bounded_by_the_size_of_the_file(tmp_path: Path, good: Any) -> None:
    """At most twice the file and 64 MB, and 15 s, whatever it contains."""
    written = json.loads(header_of(good)[0]["__metadata__"][KEY])
    filler = {"kind": "layer", "name": "dropout", "settings": {}}
    many = json.dumps(written | {"layers": [filler] * 15_000})
    brackets = "[" + "[]," * 340_000 + "0]"
    files = {
        "loaded": with_description(good, lambda written: None),
        "units": with_description(good, _hidden_units(10**12)),
        "shape": join({"a": {**F32, "shape": [2**40]}}, bytes(4)),
        "brackets": join(brackets.encode(), b""),
        "inner brackets": join({"__metadata__": {KEY: brackets}}, b""),
        "many layers": join({"__metadata__": {KEY: many}}, b""),
        "many names": join({f"{n}": {**F32, "data_offsets": [4 * n, 4 * n + 4]} for n in range(15_000)}, bytes(60_000)),
        "header of the whole file": join(b" " * 2**20, b""),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    large = tmp_path / "large model"
    model_file.save(model(Dense(40_000)), large)  # 126 MB
    result = run(FRUGAL, *(str(tmp_path / name) for name in files), str(large))
    assert result.stderr == ""
    assert result.stdout.split() == ["loaded", *["True"] * (len(files) - 1), "loaded"]


# Saving


KILLER = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
from handwriting.nn import architecture, losses
from handwriting.models import model_file
from handwriting.nn.layers.dense import Dense
from handwriting.nn.layers.flatten import Flatten
from handwriting.nn.network import Network

path, chance = Path(sys.argv[1]), random.Random(3)
network = Network.build([Flatten(), Dense(100), Dense(3)], np.random.default_rng(1))
model = model_file.Model(network, losses.MeanSquaredError(), ("a", "b", "c"))
model_file.save(model, path)
leftovers = 0
for _ in range(40):
    child = os.fork()
    while not child:
        network.vector += 1
        model_file.save(model, path)
    time.sleep(chance.uniform(0, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    difference = np.unique(model_file.load(path).network.vector - network.vector)
    assert difference.max() - difference.min() < 1e-3, "half an old and half a new model"
    leftovers += len(list(path.parent.glob(".*.part")))
model_file.save(model, path)
print(leftovers > 0, os.listdir(path.parent))
"""


def test_a_process_killed_while_saving_leaves_the_old_or_the_new_model(path: Path) -> None:
    """A process that keeps saving is killed at 40 random moments; the next save removes its temporary files."""
    result = run(KILLER, str(path))
    assert result.stderr == ""
    assert result.stdout == f"True ['{path.name}']\n"


def test_loading_during_saves_gives_complete_models(path: Path) -> None:
    model_file.save(model(seed=0), path)
    done = threading.Event()

    def save() -> None:
        try:
            for seed in range(20):
                model_file.save(model(seed=seed), path)
        finally:
            done.set()

    writers = [threading.Thread(target=save) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    while not done.is_set():
        assert model_file.load(path).class_names == CLASSES
        seen += 1
    for writer in writers:
        writer.join()
    assert seen
    assert os.listdir(path.parent) == [path.name]


def test_a_full_disk_leaves_the_old_model(path: Path) -> None:
    old = model()
    model_file.save(old, path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    try:
        with pytest.raises(HandwritingError, match=f"can't write {path}: File too large"):
            model_file.save(model(seed=2), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert same(model_file.load(path), old)
    assert os.listdir(path.parent) == [path.name]


def test_the_limits_are_the_documented_ones() -> None:
    assert safetensors_file.LARGEST_FILE == 2**30
    assert safetensors_file.LARGEST_HEADER == 2**20
