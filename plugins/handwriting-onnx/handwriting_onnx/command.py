"""`hwr export`: a model as an ONNX file, and as a page."""

from pathlib import Path

import click

from handwriting.cli import completion, options

RUNTIME_FOLDER = "onnxruntime-web"
"""The folder in the data directory that holds what browsers run a model with."""


@click.command()
@click.argument("output", required=False, type=options.OUTPUT_FILE, metavar="[OUTPUT.onnx]")
@options.model
@click.option("--page", type=options.OUTPUT_FOLDER, help="Write there a web page that reads drawings, with the model.")
@click.option("--fold/--no-fold", default=True, help="Fold batch normalization into the layer before it.")
@click.option(
    "--runtime", type=options.INPUT_FILE, shell_complete=completion.files, metavar="FILE.tgz",
    help="Take onnxruntime-web for the page from this file of `npm pack`, not from the npm registry.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace a file, or a page, that exists.")
@options.output_format("json")
@options.common
def export(
    output: Path | None, model: str | None, page: Path | None, fold: bool, runtime: Path | None, force: bool,
    format: str,
) -> None:  # fmt: skip
    """Export a model as an ONNX file, or as a web page that needs no server.

    The file is checked before it is written: for 1,000 images, onnxruntime must give the same outputs as hwr. Its
    metadata say how a picture becomes an input.

    \b
        hwr export digits.onnx
        hwr export --page digits-page

    The page is a folder for any file host. It runs the model in the browser, by onnxruntime-web from the npm
    registry, which is downloaded once; the variable npm_config_registry names another registry.
    """  # fmt: skip
    from handwriting.cli.inputs.model import introduction, open_model
    from handwriting.cli.terminal.console import message
    from handwriting.cli.terminal.progress import working
    from handwriting.models.user_models import check_path
    from handwriting.nn.folding import folded
    from handwriting.system.storage import replacing
    from handwriting_onnx import check, model_file, report
    from handwriting_onnx import page as pages

    _check_usage(output, page, runtime)
    if output:
        check_path(output, force)
    if page:
        pages.check_folder(page, force)
    path, loaded = open_model(model)
    if page:
        pages.check_model(loaded)
    message(f"model {introduction(path, loaded)}")
    network = folded(loaded.network) if fold else loaded.network
    content = model_file.to_bytes(loaded, network)
    files = {}
    if page:
        files = pages.files(loaded, content, _runtime_files(runtime), path.stem)
    with working("checking the export"):
        agreement = check.check(content, loaded, network)
    if page:
        pages.write(files, page)
    if output:
        with replacing(output) as file:
            file.write(content)
    report.show(format, report.Exported(content, agreement, loaded, output, page, files))


def _check_usage(output: Path | None, page: Path | None, runtime: Path | None) -> None:
    if not output and not page:
        raise click.UsageError("name the file to write, such as digits.onnx, or a folder with --page")
    if output and output.suffix.lower() != ".onnx":
        raise click.BadParameter(f"{output.name!r} does not end in .onnx", param_hint="OUTPUT.onnx")
    if runtime and not page:
        raise click.UsageError("--runtime is for a page: give --page, too")


def _runtime_files(given: Path | None) -> dict[str, bytes]:
    """Return the files of onnxruntime-web: from a file of the user's, or from the registry by the data directory."""
    from handwriting.cli.terminal.progress import follow
    from handwriting_onnx import runtime

    if given:
        return runtime.files(given)
    folder = options.data_dir() / RUNTIME_FOLDER
    follow(runtime.obtain(folder))
    return runtime.files(folder / runtime.ONNXRUNTIME_WEB.file_name)
