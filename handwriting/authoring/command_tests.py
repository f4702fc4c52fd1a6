"""Tests of a command, run as users run it: as a process."""

import subprocess
import sys
from functools import partial

from handwriting.registry import listings
from handwriting.testing.findings import Test, expect

SECONDS = 20.0
"""Longest time that a help text may take."""


def command_tests(name: str) -> dict[str, Test]:
    """Return the tests of the command `name`, given as distribution:name."""
    return {
        "summary": partial(_is_summarized, name),
        "help": partial(_shows_its_help, name),
        "wrong option": partial(_refuses_an_option, name),
    }


def _is_summarized(name: str) -> str:
    """The source says in its first line, which `hwr --help` shows, what the command does."""
    found = [x for x in listings.listings("command") if f"{x.entry.distribution}:{x.entry.name}" == name]
    summary = next((listing.summary for listing in found), "")
    expect(summary != "", "`hwr --help` finds no docstring of the command in the source text")
    return summary


def _shows_its_help(name: str) -> str:
    done = _hwr(name, "--help")
    expect(done.returncode == 0, f"--help ends with exit status {done.returncode}")
    expect(done.stdout.startswith("Usage: hwr "), "--help does not begin with its usage")
    return done.stdout.splitlines()[0]


def _refuses_an_option(name: str) -> str:
    done = _hwr(name, "--no-such-option")
    expect(done.returncode == 2, f"an option that does not exist leads to exit status {done.returncode}, not 2")
    expect("No such option" in done.stderr, f"an option that does not exist leads to {done.stderr.strip()[:80]!r}")
    return "exit status 2"


def _hwr(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "handwriting", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)
