"""`python -m handwriting` is `hwr`."""

from handwriting.cli import main

if __name__ == "__main__":  # a process that helps this one imports it under another name
    main()
