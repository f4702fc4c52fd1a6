"""Benchmarks: hwr compared with other libraries, run by `python -m tests.benchmarks`; pytest collects none of them.

README.md       how to run them, and what was measured
conditions.py   the options of the command line, as the rows use them
rows/           what is measured: one function for each name on the command line, which yields rows and tables
results.py      rows, tables and targets, and the check that both sides did the same work
timing.py       the sides of a comparison run in turns, and the ratio of each pair of times
worker.py       a process for each side, so that their thread pools and memory do not affect each other
workers/        what runs in these processes: hwr, PyTorch, scikit-learn, onnxruntime, bare matrix products
processes.py    whole processes, as a user starts them: their time, peak memory and output
workspace.py    a temporary folder with MNIST, a trained model, pictures, and MNIST ten times over
cropping.py     digits without a margin
corruptions/    the corruptions of MNIST-C
machine.py      the machine and the versions that were measured
cpu_load.py     the CPU time that other processes took meanwhile
report.py       the results as a table and as JSON
"""
