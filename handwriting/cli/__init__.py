"""The command line: the commands of `hwr`, and how their results are shown. Only this subpackage uses click and rich.

main.py          the entry point `hwr`, and the group of all commands
help.py          how help texts are laid out
options.py       options that several commands share
completion.py    what the shell completes
next_steps.py    what one might do after each command
exit_status.py   what each exit status means, and which one an exception leads to
groups.py        groups of commands, which suggest a command for a name that is none

download.py      hwr download: fetch and verify a dataset
train.py         hwr train: the options; then training.py
training.py      hwr train: open the dataset, train, evaluate, save
interruption.py  Ctrl-C, SIGTERM and SIGHUP during a training
evaluate.py      hwr evaluate: measure how well a model reads
compare.py       hwr compare: several models side by side
predict.py       hwr predict: read pictures
draw.py          hwr draw: a page to draw on
info.py          hwr info: describe a model
models.py        hwr models: list models, and remove them
use.py           hwr use: choose the model that is used
plugins/         hwr plugins: list, describe, check and create plugins
show_help.py     hwr help: the same as --help
plugin_commands.py   hwr NAME: the commands of plugins

inputs/          the datasets and models that commands work on
views/           how results are shown: text, JSON, CSV
terminal/        what text and images on a terminal are made of

In: arguments, options and HWR_* environment variables. Out: results on standard output, messages on standard error, and
an exit status. Commands import what they need when they run, so that `hwr --help` starts fast.
"""
