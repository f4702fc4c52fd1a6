"""`hwr draw`: a page to draw on, which shows the network at work."""

import click

from handwriting.cli import options
from handwriting.errors import HandwritingError

NEEDED = ("starlette", "uvicorn", "anyio")


@click.command()
@options.model
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; another one lets others in your network draw, too.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on.  [default: any free one]")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page in the browser.")
@options.common
def draw(model: str | None, host: str, port: int, browser: bool) -> None:
    """Draw digits in the browser, and watch the network read them.

    The page shows what the network sees, how sure it is of each digit, and what each layer makes of it, while you draw.
    It is served from this machine to this machine; nothing leaves it. Ctrl-C ends it.

    Needs: pip install 'handwriting[web]'
    """
    try:
        from handwriting.web.server import address, is_private, listen, serve
        from handwriting.web.site import site
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in NEEDED:
            raise
        raise HandwritingError("hwr draw needs two more packages: pip install 'handwriting[web]'") from error
    from handwriting.cli.console import printable, say
    from handwriting.cli.model import open_model
    from handwriting.system.thread_pool import use_threads
    from handwriting.web.shelf import Shelf

    path, _ = open_model(model)
    say(f"model {printable(str(path))}")
    app = site(Shelf(options.data_dir(), path), host)
    # One thread a request: BLAS's own would wait for each other more than they would help with one picture.
    with listen(host, port) as listening, use_threads(1):
        if not is_private(listening):
            say("everybody who can reach this machine may draw here, and what they send is not encrypted")
        click.echo(address(listening))
        say("draw there; Ctrl-C here ends it")
        if browser:
            _open(address(listening))
        serve(app, listening)


def _open(url: str) -> None:
    """Open a browser in a thread of its own, since some take their time; not one that would draw in this terminal."""
    import contextlib
    import threading
    import webbrowser

    with contextlib.suppress(webbrowser.Error):  # there is none; the address stands there
        if type(webbrowser.get()) is not webbrowser.GenericBrowser:  # in the standard library that means lynx and such
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
