"""The report: what is known of a model as one HTML file that works offline, on paper, and for screen readers.

    evaluation.py   the sections for one model, from curves, tables, gallery, reliability, structure, ...
    comparison.py   the sections for several models          shell.py    title, style and policy around the sections
    markup.py       HTML as a tree that escapes everything   axes.py, charts.py, pictures.py   what drawings are made of

It needs no script and asks for nothing from anywhere: drawings are SVG, pictures are PNG, both inside the file.
"""

from pathlib import Path

from handwriting.system.storage import replacing


def save(path: Path, page: bytes) -> None:
    """Write a page to `path`; raises `HandwritingError` where that fails."""
    with replacing(path) as file:
        file.write(page)
