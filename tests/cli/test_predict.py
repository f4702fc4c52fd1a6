"""`hwr predict`: pictures in, readings out; a bad picture is an answer and stops nobody."""

import csv
import io
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handwriting.cli.exit_status import ExitStatus
from handwriting.datasets.strokes import Strokes
from tests.helpers.handwritten_numbers import file_of, number
from tests.helpers.hwr import Hwr
from tests.helpers.terminal import run_on_terminal


@pytest.fixture(scope="module")
def pictures(trained_once: Hwr, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Ten strokes, enlarged, dark on white, named after what they show."""
    folder = tmp_path_factory.mktemp("pictures")
    test = Strokes().load(trained_once.data / "datasets" / "strokes").test
    for digit in range(10):
        image = test.images[int(np.flatnonzero(test.labels == digit)[0])]
        Image.fromarray(255 - image).resize((112, 112)).save(folder / f"{digit}.png")
    return folder


def test_reads_a_picture(trained: Hwr, pictures: Any) -> None:
    done = trained("predict", pictures / "7.png")
    path, text, sure, others = done.stdout.rstrip("\n").split("\t")
    assert path == str(pictures / "7.png")
    assert text.isdecimal()
    assert sure.endswith("%")
    assert len(others.split("  ")) == 1
    assert "model" in done.stderr


def test_reads_a_folder_in_order_and_mostly_right(trained: Hwr, pictures: Any) -> None:
    rows = [json.loads(line) for line in trained("predict", pictures, "--format", "jsonl").stdout.splitlines()]
    assert [row["path"] for row in rows] == [str(pictures / f"{digit}.png") for digit in range(10)]
    assert sum(row["text"] == str(digit) for digit, row in enumerate(rows)) >= 7


def test_json_has_the_promised_form(trained: Hwr, pictures: Any) -> None:
    rows = json.loads(trained("predict", pictures / "3.png", pictures / "4.png", "--format", "json", "--top", 4).stdout)
    assert len(rows) == 2
    for row in rows:
        assert list(row) == [
            "path", "text", "confidence", "digits", "reason", "model", "lines", "separators", "ignored"
        ]  # fmt: skip
        digit = row["digits"][0]
        assert set(digit) == {"digit", "confidence", "box", "top"}
        assert row["text"] == digit["digit"] == digit["top"][0][0]
        assert row["confidence"] == pytest.approx(digit["confidence"])
        sureness = [sure for _, sure in digit["top"]]
        assert len(sureness) == 4
        assert sureness == sorted(sureness, reverse=True)
        x, y, width, height = digit["box"]
        assert 0 <= x < x + width <= 112
        assert 0 <= y < y + height <= 112
        assert row["reason"] is None


def test_csv(trained: Hwr, pictures: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(trained("predict", pictures, "--format", "csv").stdout)))
    assert len(rows) == 10
    assert set(rows[0]) == {"path", "text", "confidence", "reason"}


def test_each_line_is_a_result_of_its_own(hwr: Hwr, tmp_path: Path) -> None:
    rows = [number(text, margin=15) for text in ("40", "72")]
    width = max(row.shape[1] for row in rows)
    page = np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1]))) for row in rows])
    (tmp_path / "page.png").write_bytes(file_of(page))
    command = "predict", tmp_path / "page.png", "-m", "bundled", "--lines", "--format"
    (row,) = json.loads(hwr(*command, "json").stdout)
    assert [line["text"] for line in row["lines"]] == ["40", "72"] == row["text"].split("\n")
    assert [len(line["boxes"]) for line in row["lines"]] == [2, 2]
    cells = list(csv.DictReader(io.StringIO(hwr(*command, "csv").stdout)))
    assert [cell["text"] for cell in cells] == ["40", "72"]
    assert all(float(cell["confidence"]) > 0.5 for cell in cells)


def test_a_line_that_is_not_read_confidently_is_rejected_alone(hwr: Hwr, tmp_path: Path) -> None:
    rows = [number("40728", margin=15), number("40728", margin=15)]
    rows[1][:, 60:110] = np.maximum(rows[1][:, 60:110], rows[1][:, 10:60])  # two digits over each other
    (tmp_path / "page.png").write_bytes(file_of(np.vstack(rows)))
    command = "predict", tmp_path / "page.png", "-m", "bundled", "--lines", "--format", "json", "--min-confidence"
    first, second = json.loads(hwr(*command, "0").stdout)[0]["lines"]
    assert first["confidence"] > second["confidence"]
    limit = (first["confidence"] + second["confidence"]) / 2
    (page,) = json.loads(hwr(*command, str(limit)).stdout)
    assert [line["text"] for line in page["lines"]] == ["40728", None]
    assert page["text"] == "40728\n"
    assert page["lines"][1]["reason"].startswith(f"not confident enough: {second['text']}")
    assert json.loads(hwr(*command, "1").stdout)[0]["text"] is None


def test_standard_input(trained: Hwr, pictures: Any) -> None:
    done = trained("predict", "-", "--format", "jsonl", stdin=(pictures / "5.png").read_bytes())
    row = json.loads(done.stdout)
    named = json.loads(trained("predict", pictures / "5.png", "--format", "jsonl").stdout)
    assert row["path"] == "-"
    assert row["text"] == named["text"]


ENDLESS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, resource.RLIM_INFINITY))
from handwriting.cli.main import main
sys.argv = ["hwr", "predict", "-", "-m", "bundled"]
main()
"""


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_standard_input_without_an_end_is_a_picture_that_is_too_large(hwr: Hwr) -> None:
    command, environment = [sys.executable, "-c", ENDLESS], hwr.environment()
    with open("/dev/zero", "rb") as zeros:
        done = subprocess.run(command, stdin=zeros, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == ExitStatus.SOME_PICTURES_FAILED
    assert "larger than 200 MB" in done.stdout


def test_show_draws_the_picture_with_the_reading_beside_it(trained: Hwr, pictures: Any) -> None:
    plain = trained("predict", pictures / "1.png", "--format", "jsonl").stdout
    lines = trained("predict", pictures / "1.png", "--show").stdout.splitlines()
    assert len(lines) == 18
    assert sum(bool(set(line) & set("▀▄█")) for line in lines) > 6
    assert any(line.split("   ")[-1].strip() == json.loads(plain)["text"] for line in lines)


def test_show_of_a_bad_picture_says_why(trained: Hwr, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture at all")
    assert "not a picture" in trained("predict", tmp_path / "text.png", "--show", status=3).stdout


def test_what_libraries_log_of_a_damaged_picture_is_not_shown(trained: Hwr, tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (20, 20)).save(whole, "TIFF")
    samples = struct.pack("<HHIH", 277, 3, 1, 3)
    damaged = whole.getvalue().replace(samples, struct.pack("<HHIH", 277, 3, 1, 32_000))  # of each pixel
    assert damaged != whole.getvalue()
    (tmp_path / "damaged.tiff").write_bytes(damaged)
    done = trained("predict", tmp_path / "damaged.tiff", status=ExitStatus.SOME_PICTURES_FAILED, fresh=True)
    assert done.stderr.startswith("model ")
    assert len(done.stderr.splitlines()) == 1


def test_explain_writes_the_steps_of_each_picture(trained: Hwr, pictures: Any, tmp_path: Path) -> None:
    trained("predict", pictures / "3.png", pictures / "4.png", "--explain", tmp_path / "steps")
    assert sorted(folder.name for folder in (tmp_path / "steps").iterdir()) == ["001-3", "002-4"]
    names = sorted(file.stem for file in (tmp_path / "steps" / "001-3").iterdir())
    assert names == ["1-grey", "2-ink", "3-without-rules", "4-line-1-with-cuts", "5-reading", "6-digits"]
    grey = np.asarray(Image.open(tmp_path / "steps" / "001-3" / "1-grey.png"))
    boxed = np.asarray(Image.open(tmp_path / "steps" / "001-3" / "5-reading.png"))
    assert grey.shape == boxed.shape == (112, 112, 3)
    assert (grey != boxed).any()


def test_explain_shows_the_ink_that_was_read_where_its_polarity_was_in_doubt(hwr: Hwr, tmp_path: Path) -> None:
    ink = 0.6 * number("0", margin=14)
    ink[:, :6] = ink[:, -6:] = 1  # dark sides of a cell, which look like light ink's background at first
    Image.fromarray((200 - 170 * ink).astype(np.uint8)).save(tmp_path / "cell.png")
    hwr("predict", "-m", "bundled", tmp_path / "cell.png", "--explain", tmp_path / "steps")
    shown = np.asarray(Image.open(tmp_path / "steps" / "001-cell" / "2-ink.png").convert("L"))
    assert shown[8:12, 10:-10].mean() > 250, "paper that is shown as ink"


def test_what_is_known_beforehand_can_be_told(trained: Hwr, pictures: Any, tmp_path: Path) -> None:
    two = [np.asarray(Image.open(pictures / f"{digit}.png")) for digit in (3, 8)]
    Image.fromarray(np.hstack(two)).save(tmp_path / "38.png")
    read = {
        known: json.loads(trained("predict", tmp_path / "38.png", "--format", "jsonl", *known).stdout)
        for known in [("--single",), ("--lines",), ()]
    }
    assert {known: len(row["digits"]) for known, row in read.items()} == {("--single",): 1, ("--lines",): 2, (): 2}


def test_a_blank_picture_is_an_answer(trained: Hwr, tmp_path: Path) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    row = json.loads(trained("predict", tmp_path / "blank.png", "--format", "jsonl").stdout)
    assert row["text"] is None
    assert row["digits"] == []
    assert "blank" in row["reason"]


def test_bad_pictures_stop_nobody_and_give_status_3(trained: Hwr, pictures: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes((pictures / "2.png").read_bytes()[:60])
    (tmp_path / "text.png").write_text("no picture at all")
    (tmp_path / "empty.png").touch()
    (tmp_path / "nothing").mkdir()
    bad = [tmp_path / "missing.png", tmp_path, tmp_path / "nothing"]
    done = trained("predict", *bad, pictures / "2.png", "--format", "jsonl", status=3)
    rows = {row["path"]: row for row in map(json.loads, done.stdout.splitlines())}
    good = rows.pop(str(pictures / "2.png"))
    assert good["text"] is not None
    assert set(rows) == {str(tmp_path / name) for name in
                         ("missing.png", "broken.png", "text.png", "empty.png", "nothing")}  # fmt: skip
    assert all(row["text"] is None and row["reason"] and "\n" not in row["reason"] for row in rows.values())


def test_too_unsure_a_reading_is_not_given(trained: Hwr, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray((255 - 200 * (rng.random((28, 28)) < 0.3)).astype(np.uint8)).save(tmp_path / "scribble.png")
    row = json.loads(trained("predict", tmp_path / "scribble.png", "--min-confidence", "1", "--format", "jsonl").stdout)
    assert row["text"] is None
    assert row["reason"]


def test_a_name_can_not_steer_the_terminal(trained: Hwr, pictures: Any, tmp_path: Path) -> None:
    hostile = tmp_path / "\x1b[2J[red]evil.png"
    hostile.write_bytes((pictures / "0.png").read_bytes())
    shown = trained("predict", hostile).stdout
    assert "\x1b" not in shown
    assert "\\u001b[2J[red]evil.png" in shown
    assert json.loads(trained("predict", hostile, "--format", "jsonl").stdout)["path"] == str(hostile)


def test_right_after_installation_the_model_that_comes_with_it_reads(hwr: Hwr, pictures: Any) -> None:
    done = hwr("predict", pictures, "--format", "jsonl")
    assert done.stderr == "model bundled (99.70 % on mnist)\n"
    readings = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert sum(text == str(digit) for digit, text in enumerate(readings)) >= 7


def test_progress_is_shown_to_who_sees_no_results(trained: Hwr, pictures: Any, tmp_path: Path) -> None:
    with (tmp_path / "readings").open("wb") as file:
        shown = run_on_terminal(trained, "predict", pictures, "--format", "jsonl", stdout=file.fileno())
    assert "10/10 pictures" in shown
    assert len((tmp_path / "readings").read_text().splitlines()) == 10
    assert "pictures" not in run_on_terminal(trained, "predict", pictures, "--format", "jsonl").replace("/pictures", "")
