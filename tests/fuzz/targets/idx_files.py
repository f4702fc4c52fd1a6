"""IDX files: what is read has the shape and the values that the file holds."""

import struct
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from hypothesis.strategies import SearchStrategy

from handwriting.datasets.idx import RANKS, idx_header, read_idx, write_idx
from tests.fuzz.mutations import changed_bytes

LENGTHS = st.sampled_from([0, 1, 2, 3, 4, 28, 255, 2**16, 2**31, 2**32 - 1])


def contents() -> SearchStrategy[bytes]:
    """IDX files of any arrays, with changes in their bytes, or with any header."""
    header = st.builds(
        lambda start, lengths: bytes(start) + b"".join(struct.pack(">I", length) for length in lengths),
        st.tuples(st.just(0), st.just(0), st.sampled_from([8, 9, 13]), st.integers(0, 4)),
        st.lists(LENGTHS, max_size=4),
    )
    body = st.binary(max_size=100)
    array = hnp.arrays(np.uint8, st.one_of([hnp.array_shapes(min_dims=rank, max_dims=rank) for rank in RANKS]))
    sound = array.map(lambda array: idx_header(array.shape) + array.tobytes())
    return st.one_of(sound, st.builds(bytes.__add__, header, body), changed_bytes(sound))


def use(content: bytes, folder: Path) -> None:
    """Read the array, and write it again."""
    path = folder / "idx"
    path.write_bytes(content)
    array = read_idx(path)
    assert idx_header(array.shape) + array.tobytes() == content
    copy = folder / "copy"
    write_idx(copy, array)
    assert np.array_equal(read_idx(copy), array)
