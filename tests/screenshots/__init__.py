"""The screenshots of the README; `python -m tests.screenshots NAME` makes one again, with Chromium."""
