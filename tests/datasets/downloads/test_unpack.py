"""gzip and .npz to plain bytes: whatever the bytes are, they come out right or are refused, and memory stays small."""

import gzip
import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting.datasets.downloads.remote_files import Unusable
from handwriting.datasets.downloads.unpack import PIECE, gunzip, npz_array_as_idx
from handwriting.datasets.idx import idx_header

PLAIN = bytes(range(256)) * 40
IMAGES = np.random.default_rng(1).integers(0, 4, (7, 28, 28), np.uint8)
AS_IDX = idx_header(IMAGES.shape) + IMAGES.tobytes()


def npz(**members) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **members)
    return file.getvalue()


def from_npz(archive: bytes, member: str = "x") -> bytes:
    return b"".join(npz_array_as_idx(io.BytesIO(archive), member))


def outcome(work) -> bytes | None:
    try:
        return work()
    except Unusable:
        return None


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_gzip_in_chunks_of_any_size(plain, size):
    packed = gzip.compress(plain)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(gunzip(chunks)) == plain


def test_gzip_of_pieces_exactly_full():
    plain = bytes(3 * PIECE)
    assert b"".join(gunzip([gzip.compress(plain)])) == plain


@given(st.data())
def test_gzip_that_breaks_off_or_goes_on(data):
    packed = gzip.compress(PLAIN)
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(Unusable, match="breaks off"):
        list(gunzip([packed[:cut]]))
    with pytest.raises(Unusable, match="behind its end"):
        list(gunzip([packed, data.draw(st.binary(min_size=1, max_size=9))]))


@settings(max_examples=300)
@given(st.integers(0), st.integers(0, 7))
def test_gzip_with_a_flipped_bit_is_right_or_refused(position, bit):
    packed = bytearray(gzip.compress(PLAIN))
    packed[position % len(packed)] ^= 1 << bit
    assert outcome(lambda: b"".join(gunzip([bytes(packed)]))) in (None, PLAIN)


def test_a_gzip_bomb_is_unpacked_in_pieces():
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        pieces = gunzip([bomb])
        for _ in range(5):
            assert len(next(pieces)) <= PIECE
        assert tracemalloc.get_traced_memory()[1] < 4 * PIECE
    finally:
        tracemalloc.stop()


def test_an_array_of_an_archive_is_an_idx_file():
    assert from_npz(npz(x=IMAGES, y=IMAGES[:, 0, 0])) == AS_IDX
    assert from_npz(npz(x=IMAGES, y=IMAGES[:, 0, 0]), "y") == idx_header((7,)) + IMAGES[:, 0, 0].tobytes()


@pytest.mark.parametrize(
    ("archive", "cause"),
    [
        (b"", "not a sound"),
        (b"<html>", "not a sound"),
        (npz(y=IMAGES), "without 'x'"),
        (npz(x=IMAGES.astype(np.float64)), "C order"),
        (npz(x=np.asfortranarray(IMAGES)), "C order"),
        (npz(x=np.array([{}], dtype=object)), "C order"),
        (npz(x=np.zeros((2, 2), np.uint8)), "axes"),
        (npz(x=np.uint8(1)), "C order"),
        (npz(x=IMAGES)[:-30], "not a sound"),
    ],
)
def test_archives_that_are_refused(archive, cause):
    with pytest.raises(Unusable, match=cause):
        from_npz(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_in_another_way_is_refused(method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("x.npy", b"anything")
    with pytest.raises(Unusable, match="strangely"):
        from_npz(file.getvalue())


@settings(max_examples=500)
@given(st.integers(0), st.integers(0, 255))
def test_an_archive_with_a_changed_byte_is_right_or_refused(position, value):
    archive = bytearray(npz(x=IMAGES[:2]))
    archive[position % len(archive)] = value
    outcome(lambda: from_npz(bytes(archive)))  # other bytes are the business of the SHA-256
