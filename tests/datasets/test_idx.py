"""The IDX format: what is written is read again, and invalid files are refused."""

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handwriting.datasets import idx
from handwriting.datasets.idx import idx_header, read_idx, write_idx
from handwriting.errors import DataError
from tests.helpers.plugin_factory import run

SHAPES = st.one_of(
    arrays.array_shapes(min_dims=1, max_dims=1, max_side=50), arrays.array_shapes(min_dims=3, max_dims=3, max_side=6)
)
ARRAYS = arrays.arrays(np.uint8, SHAPES)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tmp_path_factory.mktemp("idx") / "file"


@given(ARRAYS)
def test_what_is_written_is_read_again(path: Path, array: Any) -> None:
    write_idx(path, array)
    again = read_idx(path)
    assert type(again) is np.ndarray
    assert again.dtype == np.uint8
    assert not again.flags.writeable
    np.testing.assert_array_equal(again, array)


SHORTENED = """
import os, sys
from pathlib import Path
from handwriting.datasets.idx import read_idx
path = Path(sys.argv[1])
array = read_idx(path)
os.truncate(path, 20)
print(int(array.sum()))
"""


def test_a_file_that_is_shortened_later_kills_nobody(tmp_path: Path) -> None:
    write_idx(tmp_path / "images", np.ones((1000, 28, 28), np.uint8))
    done = run(SHORTENED, str(tmp_path / "images"))
    assert (done.returncode, done.stdout) == (0, "784000\n")


def test_a_large_file_is_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "LARGEST_COPY", 999)
    for count in (999, 1000):
        write_idx(tmp_path / "labels", np.arange(count, dtype=np.uint16).astype(np.uint8))
        again = read_idx(tmp_path / "labels")
        assert not again.flags.writeable
        assert isinstance(again.base, np.memmap) is (count == 1000)
        assert np.array_equal(again, np.arange(count) % 256)


@given(ARRAYS, st.data())
def test_every_other_length_is_refused(path: Path, array: Any, data: Any) -> None:
    whole = idx_header(array.shape) + array.tobytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DataError, match=re.escape(str(path))):
        read_idx(path)
    path.write_bytes(whole + data.draw(st.binary(min_size=1, max_size=20)))
    with pytest.raises(DataError, match="header promises"):
        read_idx(path)


@given(ARRAYS, st.data())
def test_every_flipped_bit_of_the_header_is_refused(path: Path, array: Any, data: Any) -> None:
    header = bytearray(idx_header(array.shape))
    header[data.draw(st.integers(0, len(header) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(header) + array.tobytes())
    with pytest.raises(DataError):
        read_idx(path)


@given(st.binary(max_size=40))
def test_other_bytes_raise_no_other_error(path: Path, content: Any) -> None:
    path.write_bytes(content)
    try:
        array = read_idx(path)
    except DataError:
        return
    assert idx_header(array.shape) + array.tobytes() == content


@pytest.mark.parametrize("shape", [(2**32 - 1,) * 3, (2**31, 2**31, 4), (0, 2**32 - 1, 2**32 - 1)])
def test_a_header_that_promises_too_much_allocates_nothing(path: Path, shape: Any) -> None:
    path.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, *shape) + bytes(100))
    with pytest.raises(DataError):
        read_idx(path)


@pytest.mark.parametrize("shape", [(), (2, 2), (0,), (1, 0, 1), (1, 1, 1, 1), (2**32,)])
def test_shapes_that_are_not_supported(shape: Any) -> None:
    with pytest.raises(ValueError, match="axes"):
        idx_header(shape)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", tmp_path / "none" / "deeper"):
        with pytest.raises(DataError, match="no file"):
            read_idx(path)
