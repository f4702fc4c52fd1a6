"""What `hwr export` says in the end, as text or as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from handwriting.cli.terminal.console import fact, message
from handwriting.cli.terminal.data import write_json
from handwriting.models.model_file import Model
from handwriting.nn.architecture import INPUT_SHAPE
from handwriting_onnx.check import Agreement
from handwriting_onnx.model_file import OPSET


@dataclass(frozen=True)
class Exported:
    """An export: the content of the ONNX file, how it agrees with the model, and where it was written.

    `files` are those of the page; `output` or `page` is None if there is none.
    """

    content: bytes
    agreement: Agreement
    model: Model
    output: Path | None
    page: Path | None
    files: Mapping[str, bytes]

    @property
    def page_size(self) -> int:
        """Bytes of all files of the page."""
        return sum(map(len, self.files.values()))


def show(format: str, exported: Exported) -> None:
    """Print what was exported, in the `format` "text" or "json"."""
    if format == "json":
        write_json(_as_json(exported), indent=2)
        return
    agreement = exported.agreement
    fact(
        "checked",
        f"{agreement.images:,} images: logits differ from those of hwr by at most {agreement.logits:.1e}, "
        f"probabilities by {agreement.probabilities:.1e}",
    )
    fact(
        "onnx",
        f"images (batch, {', '.join(map(str, INPUT_SHAPE))}) -> logits and probabilities (batch, "
        f"{len(exported.model.class_names)}); operator set {OPSET}",
    )
    if exported.output:
        fact("file", f"{exported.output}, {len(exported.content) / 1e6:.2f} MB")
    if exported.page:
        fact("page", f"{exported.page}, {len(exported.files)} files, {exported.page_size / 1e6:.1f} MB")
        message(f"any file host can serve it; to look at it here: python -m http.server -d {quote(str(exported.page))}")


def _as_json(exported: Exported) -> dict[str, object]:
    agreement = exported.agreement
    return {
        "file": exported.output and str(exported.output),
        "bytes": len(exported.content),
        "page": exported.page and str(exported.page),
        "page_bytes": exported.page_size if exported.page else None,
        "opset": OPSET,
        "class_names": exported.model.class_names,
        "images": agreement.images,
        "largest_difference": {"logits": agreement.logits, "probabilities": agreement.probabilities},
        "largest_logit": agreement.scale,
    }
