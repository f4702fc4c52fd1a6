"""A real browser, if one is installed: what it complains about, and what it shows."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


def look(page: Path, *options: str, size: tuple[int, int] = (1200, 1000)) -> str:
    """Open a page in a new browser, and return its output: the log, and with --dump-dom the page.

    Raises `CalledProcessError` if it fails.
    """
    assert PROGRAM, "no chromium is installed"
    with tempfile.TemporaryDirectory(prefix="hwr-chromium-", ignore_cleanup_errors=True) as profile:
        command = [PROGRAM, *QUIET, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}", *options]
        done = subprocess.run(
            [*command, page.resolve().as_uri()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True,
        )  # fmt: skip
    return done.stdout


def complaints(page: Path) -> list[str]:
    """Return the messages in the browser's console when it opens the page."""
    log = look(page, "--enable-logging=stderr", "--dump-dom")
    return [line for line in log.splitlines() if re.search(r"\bCONSOLE\b", line)]
