"""Benchmarks: hwr side by side with its peers, run by `python -m tests.benchmarks`; never collected by pytest.

rows/           what is measured: a function for each name, which yields rows of the table
contestants/    who is measured: hwr, PyTorch, scikit-learn, onnxruntime, the bare matrix products
corruptions/    pictures that nobody learnt from: those of MNIST-C, made anew
comparison.py   what a row says, and when a comparison is refused because the work was not the same
conditions.py   how often, with how many threads and epochs
timing.py       turns: A B A B ..., and the ratio of each pair
worker.py       a process for each contestant, so that thread pools and memory don't disturb each other
processes.py    whole processes: seconds and peak memory
cropping.py     digits without a margin
material.py     MNIST, a trained model, pictures, and ten times MNIST, in a temporary folder
machine.py      where it was measured
neighbours.py   how busy others kept the machine meanwhile
report.py       the table and the json
"""
