"""Fuzzing: files that nobody vouches for, mutated in structure and handed to the functions and commands that read them.

target.py      what is attacked: a strategy for the contents of a file, and what is done with it
targets/       the targets: model files, checkpoints, IDX files, settings files, class names, pictures
mutations.py   changes of JSON values and of bytes
campaign.py    attacking one target for some time

    python -m tests.fuzz --minutes 60                  # all targets, an hour each
    python -m tests.fuzz model-files --seed 7          # one target, with the same inputs every time
    python -m tests.fuzz pictures --replay FILE        # what a crash file does now

tests/project/test_fuzz.py does the same for a few seconds.
"""
