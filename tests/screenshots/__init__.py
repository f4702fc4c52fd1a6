"""Pictures of the page of `hwr draw`: `python -m tests.screenshots` takes the README's, --all others to look at."""
