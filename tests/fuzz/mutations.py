"""Changes of JSON values and of bytes, as strategies that hypothesis can shrink to the smallest change that matters."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

NUMBERS: SearchStrategy[Any] = st.sampled_from([
    0, 1, -1, 2, 3, 28, 255, 256, 400_000, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400,
    0.0, -0.0, 0.5, 1.0, -1.0, 1e-45, 1e38, 1e39, 1e308, float("inf"), float("-inf"), float("nan"),
])  # fmt: skip
"""Numbers at which something changes: sizes of types, of memory, of images."""
TEXTS = st.sampled_from([
    "", "0", "-1", "nan", "relu", "dense", "conv2d", "mnist", "../../etc/passwd", "/dev/zero", "a\0b", "a\nb",
    "\x1b]0;x\x07", "\u202e", "\ud800", "é" * 300,
])  # fmt: skip
VALUES: SearchStrategy[Any] = st.one_of(
    NUMBERS,
    TEXTS,
    st.sampled_from([None, True, False, [], {}, [[]], [None], {"": {}}]),
    st.builds(lambda: "x" * 100_000),
    st.builds(lambda: [0] * 10_000),
    st.text(max_size=9),
)
MOST_CHANGES = 3


@st.composite
def changed_json(draw: DrawFn, values: SearchStrategy[Any]) -> Any:
    """A JSON value with one to three places replaced, removed, doubled, or overwritten by another place's value."""
    changed = [copy.deepcopy(draw(values))]
    for _ in range(draw(st.integers(1, MOST_CHANGES))):
        places = list(_places(changed))
        parent, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "replace", "remove", "double", "graft"])):
            case "replace":
                parent[key] = copy.deepcopy(draw(VALUES))
            case "remove" if parent is not changed:
                del parent[key]
            case "double" if isinstance(parent, list):
                parent.insert(key, copy.deepcopy(parent[key]))
            case _:
                other_parent, other_key = draw(st.sampled_from(places))
                parent[key] = copy.deepcopy(other_parent[other_key])
    return changed[0] if changed else None


@st.composite
def changed_bytes(draw: DrawFn, contents: SearchStrategy[bytes]) -> bytes:
    """Bytes with one to three changes: some overwritten, inserted, removed or repeated, or the end cut off."""
    changed = bytearray(draw(contents))
    for _ in range(draw(st.integers(1, MOST_CHANGES))):
        start = draw(st.integers(0, len(changed)))
        length = draw(st.sampled_from([1, 2, 4, 8, 100, 1000]))
        match draw(st.sampled_from(["overwrite", "overwrite", "insert", "remove", "repeat", "cut"])):
            case "overwrite":
                new = draw(_FIELDS)
                changed[start : start + len(new)] = new
            case "insert":
                changed[start:start] = draw(_FIELDS)
            case "remove":
                del changed[start : start + length]
            case "repeat":
                changed[start:start] = changed[start : start + length] * draw(st.sampled_from([1, 2, 50]))
            case "cut":
                del changed[start:]
    return bytes(changed)


_FIELDS = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from([
        bytes([byte]) * length for byte in (0, 1, 0x7F, 0x80, 0xFF) for length in (1, 2, 4, 8)
    ]),
)  # fmt: skip
"""What a length, a count or an offset may be overwritten with."""


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place within a list or table, as its parent and its key or index."""
    keys: Any = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
