"""A safetensors file in parts: its length, its header as JSON, and its numbers."""

import json
from typing import Any


def header_of(content: bytes) -> tuple[Any, bytes]:
    """Return the header of a file and what follows it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def join(header: Any, body: bytes) -> bytes:
    """Return a file of this header (JSON, or its bytes) and body, with the right length in front."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body
