"""Subject: a model that was judged, with all that is needed to show how."""

from dataclasses import dataclass
from pathlib import Path

from handwriting.evaluation.judging import Judgement
from handwriting.interfaces import Examples
from handwriting.models.model_file import Model


@dataclass(frozen=True)
class Subject:
    """A model, the file that it is in, and how it was judged: by which pictures of which dataset."""

    path: Path
    model: Model
    dataset: str
    examples: Examples
    judgement: Judgement
