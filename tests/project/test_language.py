"""Words and phrases that hide what is meant, and are not used in the code and the documentation."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".toml", ".txt"}
PHRASES = re.compile(
    r"so (many|much|long|few)\b|(?<!\.)(?<!random )\bwalks?\b|way back|taken for nothing|what it counts", re.IGNORECASE
)
ALLOWED: set[str] = set()
"""Whole lines, stripped, in which a phrase means what it says."""


def test_no_phrase_is_used() -> None:
    files = [ROOT / "README.md", *(ROOT / "handwriting").rglob("*"), *(ROOT / "plugins").rglob("*")]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        if path.suffix in SUFFIXES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if PHRASES.search(line) and line.strip() not in ALLOWED
    ]
    assert found == []
