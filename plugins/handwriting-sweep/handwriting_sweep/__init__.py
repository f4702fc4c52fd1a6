"""`hwr sweep`: a search for good settings of a training, on this machine or on a Dask cluster.

command.py        the options of the command; cheap to import
run.py            what the command does, from the first check to the last line
quiet.py          what libraries log and warn of stays off the terminal

space.py          arguments NAME=VALUES -> ranges, choices, and fixed settings
plan.py           the base recipe, the search space and the dataset; the recipe of a trial
search.py         the loop: trials are started, pruned, and ended
trials.py         the trials in an Optuna study
record.py         what is known of a trial
storage.py        the database of the study, and its errors in one line

trial.py          one trial, on whatever worker: a recipe is trained, its epochs are reported
workers.py        what the search asks of workers, and what they tell
local_workers.py  workers that are processes on this machine
dask_workers.py   workers of a Dask cluster

view.py           how a sweep is shown while it runs: a line for each trial that ends
live_table.py     the same as a live table, on a terminal
findings.py       what the sweep has found
winner.py         the best recipe: trained once more, evaluated, saved
closing_lines.py  the result, as text or JSON
page.py           the report page
trial_charts.py   its charts

In: the arguments of the command. Out: a folder with the database of the trials, the report, the winner's model and its
recipe for `hwr train --config`.
"""
