"""Tools for plugin authors: `hwr plugins new` and `hwr plugins check`.

scaffold.py       a new plugin as a complete distribution
templates/        its files
check.py          starts the check of a part in a process of its own, and returns what it found
check_process.py  that process: runs the tests of the part, one by one
uninstalled.py    a file or a project's folder that is checked before it is installed
checked_part.py   the part, with settings and input shapes that suit it
small_network.py  tests of the part in a small network: trained, saved and loaded again
command_tests.py  tests of a command, as a process
speed.py          how fast the part is, compared with a built-in one
"""
