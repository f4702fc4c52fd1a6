"""A published file: what is wrong with a copy of it; gzip streams come out right or are refused, in little memory."""

import contextlib
import gzip
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handwriting.datasets.downloads.remote_files import CHUNK, SourceError, gunzip
from tests.helpers.published_files import PLAIN, SEVERAL, flaws, published

TEXT = bytes(range(256)) * 40


def test_what_is_wrong_with_a_copy(tmp_path: Path) -> None:
    (tmp_path / "digits").write_bytes(PLAIN[:-1] + b"?")
    (tmp_path / "second").write_bytes(b"short")
    (tmp_path / "third").mkdir()
    damaged, short, folder, missing = flaws((*SEVERAL, published("fourth", b"")), tmp_path)
    assert "SHA-256" in damaged
    assert short == "5 bytes long instead of 20,000"
    assert (folder, missing) == ("not a file", "missing")


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_gzip_in_chunks_of_any_size(plain: Any, size: Any) -> None:
    packed = gzip.compress(plain)
    chunks = [packed[start : start + size] for start in range(0, len(packed), size)]
    assert b"".join(gunzip(chunks)) == plain


def test_content_that_fills_its_chunks_exactly() -> None:
    plain = bytes(3 * CHUNK)
    assert b"".join(gunzip([gzip.compress(plain)])) == plain


@given(st.data())
def test_gzip_that_ends_too_early_or_goes_on(data: Any) -> None:
    packed = gzip.compress(TEXT)
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(SourceError, match="ends too early"):
        list(gunzip([packed[:cut]]))
    with pytest.raises(SourceError, match="extra data after its end"):
        list(gunzip([packed, data.draw(st.binary(min_size=1, max_size=9))]))


@settings(max_examples=300)
@given(st.integers(0), st.integers(0, 7))
def test_gzip_with_a_flipped_bit_is_right_or_refused(position: Any, bit: Any) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[position % len(packed)] ^= 1 << bit
    with contextlib.suppress(SourceError):
        assert b"".join(gunzip([bytes(packed)])) == TEXT


def test_a_gzip_bomb_is_decompressed_in_chunks() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    try:
        chunks = gunzip([bomb])
        for _ in range(5):
            assert len(next(chunks)) <= CHUNK
        assert tracemalloc.get_traced_memory()[1] < 4 * CHUNK
    finally:
        tracemalloc.stop()
