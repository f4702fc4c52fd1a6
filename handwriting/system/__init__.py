"""What the package needs from the operating system: files, text, threads, memory, signals, time limits.

text.py              text from outside, in a form that can be shown
storage.py           the data directory, files that are replaced in one step, and locks
blas.py              BLAS in one thread, within blocks of code
thread_pool.py       work divided among threads that sleep while they wait
worker_processes.py  work divided among processes
malloc.py            freed memory is kept for the next batch
memory.py            how much memory this machine has
interruption.py      a signal asks long work to stop
time_limit.py        a time limit for calls into plugins
process_state.py     what belongs to the whole process is put back after calls into plugins
"""
