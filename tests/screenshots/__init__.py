"""The README's pictures, made anew by `python -m tests.screenshots NAME`; it needs a chromium."""
