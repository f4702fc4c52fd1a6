"""The built-in layers, one a file: each takes a batch and passes on another."""
