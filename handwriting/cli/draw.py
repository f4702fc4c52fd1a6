"""`hwr draw`: a page to draw on, which shows the network at work."""

import click

from handwriting.cli import options
from handwriting.errors import HandwritingError

WEB_PACKAGES = ("starlette", "uvicorn", "anyio")


@click.command()
@options.model_or_argument
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", help="Address to listen on; others let your network draw, too."
)
@click.option(
    "--port", type=options.WholeNumber(0, 65535), metavar="N", help="Port to listen on.  [default: any free one]"
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@options.common
def draw(model: str | None, host: str, port: int | None, browser: bool) -> None:
    """Draw digits in the browser, and watch the network read them.

    While you draw, the page shows what the network sees, its confidence in each digit, and the outputs of each layer.
    It is served by this machine to this machine; nothing leaves it. Ctrl-C ends it.

    Needs: pip install 'handwriting[web]'
    """
    try:
        from handwriting.web.server import address, is_private, listen, serve
        from handwriting.web.site import site
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in WEB_PACKAGES:
            raise
        raise HandwritingError("hwr draw needs two more packages: pip install 'handwriting[web]'") from error
    from handwriting.cli.inputs.model import introduction, open_model
    from handwriting.cli.terminal.console import message, write_whole
    from handwriting.system.thread_pool import use_threads
    from handwriting.web.model_list import ModelList

    path, loaded = open_model(model)
    message(f"model {introduction(path, loaded)}")
    app = site(ModelList(options.data_dir(), path), host)
    # A request has a thread of its own; more threads of BLAS would only wait for one another.
    with listen(host, port or 0) as listening, use_threads(1):
        if not is_private(listening):
            message("everybody who can reach this machine may draw here, and what they send is not encrypted")
        write_whole(address(listening))
        message("draw there; Ctrl-C here ends it")
        if browser:
            _open(address(listening))
        serve(app, listening)


def _open(url: str) -> None:
    """Open a browser in a thread of its own, since some are slow; but none that would draw in this terminal."""
    import contextlib
    import threading
    import webbrowser

    with contextlib.suppress(webbrowser.Error):  # without a browser, the address has been printed
        if type(webbrowser.get()) is not webbrowser.GenericBrowser:  # the class of text browsers such as lynx
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
