"""`python -m handwriting` is `hwr`."""

from handwriting.cli import main

main()
