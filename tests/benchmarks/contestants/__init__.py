"""Who is measured: each module is loaded in a process of its own (worker.py), so a peer may be missing."""
