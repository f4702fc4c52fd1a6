"""The tests; each folder mirrors a subpackage of `handwriting`, and project/ tests what crosses them."""
