"""The entry point: the script `hwr`, and `python -m handwriting`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C gives one line, also while it is being imported."""
    try:
        from handwriting.cli.main import main as run
    except KeyboardInterrupt:
        if sys.stderr:
            print("hwr: interrupted", file=sys.stderr)
        sys.exit(130)
    run()


if __name__ == "__main__":  # worker processes import this module under another name
    main()
